import type { z } from 'zod';
import type { watchedJob } from '../contract/heartbeat.ts';
import type { JobKind, JobStatus } from '../contract/job.ts';
import type { Severity } from '../contract/primitives.ts';
import type { AlertReason } from '../contract/reasons/heartbeat-reasons.ts';
import type { ConditionEvent } from './condition-event.ts';

/** The identity of a job, which a heartbeat can watch. */
export type WatchedJob = Readonly<z.infer<typeof watchedJob>>;

/** The result of one run of a job: a condition that fires or is over, and that it ran. */
export interface JobReport {
  readonly event: ConditionEvent;
  /** The end of what an earlier run of the job may have reported, if this run is that. */
  readonly alsoOver: ConditionEvent | null;
  readonly status: JobStatus;
  readonly job: WatchedJob;
}

interface JobRule {
  readonly kind: string;
  /** Of a run with warnings, a separate alert: a failure after it raises an alert. */
  readonly warningKind: string;
  readonly severity: Severity;
  /** True if each group is a separate condition. */
  readonly byGroup: boolean;
}

/**
 * The meaning of a job's failure. A failed check is critical, since the repository itself may be broken. Only
 * backups are distinguished by group: forget, prune and check work on a host's repository as a whole.
 */
export const JOB_RULES: Record<JobKind, JobRule> = {
  backup: {
    kind: 'backup_failed',
    warningKind: 'backup_warning',
    severity: 'warning',
    byGroup: true,
  },
  forget: {
    kind: 'forget_failed',
    warningKind: 'forget_warning',
    severity: 'warning',
    byGroup: false,
  },
  prune: {
    kind: 'prune_failed',
    warningKind: 'prune_warning',
    severity: 'warning',
    byGroup: false,
  },
  check: {
    kind: 'check_failed',
    warningKind: 'check_warning',
    severity: 'critical',
    byGroup: false,
  },
};

/** Returns the message of a failure, or a warning, that came without one. */
export const jobReason = (
  { job, group }: WatchedJob,
  status: Exclude<JobStatus, 'succeeded'>,
): AlertReason => ({ code: 'job.ended', params: { job, group, hasGroup: group !== '', status } });
