import type { z } from 'zod';
import type { watchedJob } from '../contract/heartbeat.ts';
import type { JobKind } from '../contract/job.ts';
import type { Severity } from '../contract/primitives.ts';
import type { ConditionEvent } from './condition-event.ts';

/** Which job it is: what a heartbeat can watch. */
export type WatchedJob = Readonly<z.infer<typeof watchedJob>>;

/** What became of one run of a job: a condition that fires or is over, and the word that it ran. */
export interface JobReport {
  readonly event: ConditionEvent;
  readonly job: WatchedJob;
}

interface JobRule {
  readonly kind: string;
  readonly severity: Severity;
  /** Whether each group is a condition of its own. */
  readonly byGroup: boolean;
}

/**
 * What a job's failure means. A failed check is critical, since the repository itself may be broken.
 * Only backups are told apart by group: forget, prune and check work on a host's repository as a whole.
 */
export const JOB_RULES: Record<JobKind, JobRule> = {
  backup: { kind: 'backup_failed', severity: 'warning', byGroup: true },
  forget: { kind: 'forget_failed', severity: 'warning', byGroup: false },
  prune: { kind: 'prune_failed', severity: 'warning', byGroup: false },
  check: { kind: 'check_failed', severity: 'critical', byGroup: false },
};

/** What a failure says that came without words of its own. */
export const jobFailedText = ({ job, group }: WatchedJob): string =>
  group === '' ? `The ${job} failed.` : `The ${job} of ${group} failed.`;
