import type { MaintenanceSchedule, WeeklyPeriod } from '../../main/contract/suppression.ts';
import { messages, text } from '../messages/text.svelte.ts';
import { momentMs } from '../ui/local-moment.ts';
import { sentence } from '../ui/matcher-text.ts';
import { daysText } from '../ui/weekdays.ts';

const MIDNIGHT = '00:00';

/** Returns a weekly period, as "Mon–Fri 22:00–06:00"; one that ends where it starts lasts all day. */
export function periodText({ days, from, to }: WeeklyPeriod): string {
  const key = to <= from ? 'muting.period.overnight' : 'muting.period.sameDay';
  return from === MIDNIGHT && to === MIDNIGHT
    ? text('muting.period.allDay', { days: daysText(days) })
    : text(key, { days: daysText(days), from, to });
}

/** Returns when a maintenance window is active. */
export function scheduleText(schedule: MaintenanceSchedule, nowMs: number): string {
  switch (schedule.type) {
    case 'once':
      return text('muting.maintenance.schedule.once', {
        start: messages().moment(momentMs(schedule.startsAt), nowMs),
        end: messages().moment(momentMs(schedule.endsAt), nowMs),
      });
    case 'weekly':
      return text('muting.maintenance.schedule.weekly', {
        period: sentence(periodText(schedule)),
        zone: schedule.timeZone,
      });
    case 'cron':
      return text('muting.maintenance.schedule.cron', {
        expression: schedule.expression,
        duration: messages().duration(schedule.durationMs),
        zone: schedule.timeZone,
      });
  }
}

/** Returns a week in words, for those who do not see its picture. */
export const weekText = (periods: readonly WeeklyPeriod[], isOff: boolean): string => {
  const week =
    periods.length === 0
      ? text('muting.week.none')
      : text('muting.week.quiet', { periods: periods.map(periodText).join('; ') });
  return isOff ? text('muting.week.off', { week }) : week;
};
