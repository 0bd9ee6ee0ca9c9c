import type {
  Heartbeat,
  HeartbeatEvent,
  HeartbeatSchedule,
} from '../../main/contract/heartbeat.ts';
import { messages, text } from '../messages/text.svelte.ts';

/** The colours of events that say how a job went. */
export const TONES: Partial<Record<HeartbeatEvent['type'], string>> = {
  succeeded: 'good',
  warned: 'warning',
  failed: 'critical',
  late: 'warning',
};

/** Returns when a heartbeat is expected. */
export const scheduleText = (schedule: HeartbeatSchedule): string =>
  schedule.type === 'period'
    ? messages().every(schedule.periodMs)
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
