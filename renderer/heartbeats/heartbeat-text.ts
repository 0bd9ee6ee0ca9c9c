import type {
  Heartbeat,
  HeartbeatEvent,
  HeartbeatSchedule,
} from '../../main/contract/heartbeat.ts';
import { messages, text } from '../messages/text.svelte.ts';
import { cronWords } from '../time/cron-words.svelte.ts';
import { browserTimeZone } from '../ui/local-moment.ts';

/** The colours of events that say how a job went. */
export const TONES: Partial<Record<HeartbeatEvent['type'], string>> = {
  succeeded: 'good',
  warned: 'warning',
  failed: 'critical',
  late: 'warning',
};

/** Returns when a heartbeat is expected, in words; with its time zone where that is not the reader's. */
export function scheduleText(schedule: HeartbeatSchedule): string {
  if (schedule.type === 'period') return messages().every(schedule.periodMs);
  const { expression, timeZone: zone } = schedule;
  const words = cronWords(expression);
  if (words === null) return text('heartbeats.schedule.cron', { expression, zone });
  return zone === browserTimeZone()
    ? words
    : text('heartbeats.schedule.inZone', { schedule: words, zone });
}

/** Returns the cron expression of a schedule as somebody wrote it; null for an interval. */
export const cronText = (schedule: HeartbeatSchedule): string | null =>
  schedule.type === 'period'
    ? null
    : text('heartbeats.schedule.cron', {
        expression: schedule.expression,
        zone: schedule.timeZone,
      });

/** Returns the job whose reports count as pings. */
export function jobText({ host, job, group }: NonNullable<Heartbeat['job']>): string {
  const name = text(`heartbeats.job.${job}`);
  return group === ''
    ? text('heartbeats.watchedJob', { job: name, host })
    : text('heartbeats.watchedJobOfGroup', { job: name, host, group });
}
