import type { MaintenanceSchedule, WeeklyPeriod } from '../contract/suppression.ts';
import { cronOutlook } from './calendar-cron.ts';
import { outlookOf, RememberedCalendar, type Calendar } from './calendar-span.ts';
import { weeklyOutlook } from './calendar-weekly.ts';

/** When a maintenance window is on. Throws for a cron expression that `cronProblem` refuses. */
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

/** When any of the periods is on; the days they name are those on which they begin. */
export const weeklyCalendar = (periods: readonly WeeklyPeriod[], timeZone: string): Calendar =>
  new RememberedCalendar(weeklyOutlook(periods, timeZone));
