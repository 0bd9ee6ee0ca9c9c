import type { MaintenanceSchedule, WeeklyPeriod } from '../contract/suppression.ts';
import { outlookOf, RememberedCalendar, type Calendar, type Outlook } from './calendar-span.ts';
import { weeklyOutlook } from './calendar-weekly.ts';
import { cronRuns, type CronRuns } from './cron.ts';

/** Returns the calendar of a maintenance window. Throws for a cron expression that `cronProblem` refuses. */
export function calendarOf(schedule: MaintenanceSchedule): Calendar {
  switch (schedule.type) {
    case 'once': {
      const span = {
        startsAt: new Date(schedule.startsAt).getTime(),
        endsAt: new Date(schedule.endsAt).getTime(),
      };
      return new RememberedCalendar((now) => outlookOf([span], now));
    }
    case 'weekly':
      return weeklyCalendar([schedule], schedule.timeZone);
    case 'cron': {
      const { expression, timeZone, durationMs } = schedule;
      return new RememberedCalendar(cronOutlook(expression, timeZone, durationMs));
    }
  }
}

/** Returns the calendar of all periods together; the days they name are those on which they begin. */
export const weeklyCalendar = (periods: readonly WeeklyPeriod[], timeZone: string): Calendar =>
  new RememberedCalendar(weeklyOutlook(periods, timeZone));

/** Bounds the work on expressions whose starts follow each other without a break, such as every minute. */
const STEPS_MAX = 200;

interface End {
  readonly at: number;
  /** False when it goes on, further than was looked. */
  readonly final: boolean;
}

/** The end of what is on since `start`; each start within it puts it off. */
function endOf(runs: CronRuns, start: number, durationMs: number): End {
  let end = start + durationMs;
  for (let step = 0; step < STEPS_MAX; step++) {
    // A start at the very end goes on from there, so there is no gap between the two.
    const last = runs.previous(end + 1);
    if (last === null || last + durationMs <= end) return { at: end, final: true };
    end = last + durationMs;
  }
  return { at: end, final: false };
}

/** The beginning of what is on at `start`, or a moment since which it was on without a break. */
function beginningOf(runs: CronRuns, start: number, durationMs: number): number {
  let beginning = start;
  for (let step = 0; step < STEPS_MAX; step++) {
    const earlier = runs.next(beginning - durationMs - 1);
    if (earlier === null || earlier >= beginning) return beginning;
    beginning = earlier;
  }
  return beginning;
}

/**
 * How a window stands that begins whenever the expression says and lasts `durationMs` of elapsed time,
 * whatever the clock on the wall does meanwhile. Starts within it, or at its very end, prolong it. One
 * that is on for good is given a far end, at which it is looked at again, and no next start.
 */
function cronOutlook(
  expression: string,
  timeZone: string,
  durationMs: number,
): (now: number) => Outlook {
  const runs = cronRuns(expression, timeZone);
  return (now) => {
    const last = runs.previous(now + 1);
    if (last === null || last + durationMs <= now) return { span: null, nextStart: runs.next(now) };
    const end = endOf(runs, last, durationMs);
    return {
      span: { startsAt: beginningOf(runs, last, durationMs), endsAt: end.at },
      nextStart: end.final ? runs.next(end.at) : null,
    };
  };
}
