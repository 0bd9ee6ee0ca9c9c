import type {
  Heartbeat,
  HeartbeatEventType,
  HeartbeatKind,
  HeartbeatSchedule,
  HeartbeatState,
} from '../../main/contract/heartbeat.ts';
import type { JobKind } from '../../main/contract/job.ts';
import { duration } from '../time/time-text.ts';

export const STATE_LABELS: Record<HeartbeatState, string> = {
  new: 'New',
  up: 'Up',
  down: 'Down',
  paused: 'Paused',
};

export const STATE_TONES: Record<HeartbeatState, string> = {
  new: 'info',
  up: 'good',
  down: 'critical',
  paused: 'quiet',
};

export const KIND_LABELS: Record<HeartbeatKind, string> = {
  stale_schedule: 'A job that runs on a schedule',
  agent_offline: 'A machine or an agent that reports',
};

export const KIND_HINTS: Record<HeartbeatKind, string> = {
  stale_schedule: 'Its silence means that something was to run and did not (stale_schedule).',
  agent_offline:
    'Its silence means that something has gone (agent_offline); raised after 15 minutes at the earliest.',
};

export const JOB_LABELS: Record<JobKind, string> = {
  backup: 'Backup',
  forget: 'Forget',
  prune: 'Prune',
  check: 'Check',
};

export const EVENT_LABELS: Record<HeartbeatEventType, string> = {
  created: 'Created',
  started: 'Started',
  succeeded: 'Succeeded',
  warned: 'Warning',
  failed: 'Failed',
  logged: 'Log',
  late: 'Late',
  grace_renewed: 'Expected anew',
  paused: 'Paused',
  resumed: 'Resumed',
};

/** When a heartbeat is expected. */
export const scheduleWords = (schedule: HeartbeatSchedule): string =>
  schedule.type === 'period'
    ? `every ${duration(schedule.periodMs)}`
    : `at ${schedule.expression} (${schedule.timeZone})`;

/** The job whose reports count as pings. */
export const jobWords = ({ host, job, group }: NonNullable<Heartbeat['job']>): string =>
  `${job} of ${host}${group === '' ? '' : `, group ${group}`}`;
