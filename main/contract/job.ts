import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { labels, link, moment } from './primitives.ts';

const identityPart = z.string().max(LIMITS.identityCharsMax);

export const jobKind = z.enum(['backup', 'forget', 'prune', 'check']);
export type JobKind = z.infer<typeof jobKind>;

/** A run that ended with warnings did its work, but not all of it. */
export const jobStatus = z.enum(['succeeded', 'warning', 'failed']);
export type JobStatus = z.infer<typeof jobStatus>;

/** What became of one run of a job, as `POST /api/v1/jobs` takes it. */
export const jobInput = z.strictObject({
  source: identityPart.min(1).optional(),
  host: identityPart.min(1),
  job: jobKind,
  /** The name of one of several backups of one host; a success resolves the failure of that group only. */
  group: identityPart.default(''),
  status: jobStatus,
  message: z.string().default(''),
  labels: labels.default({}),
  url: link.optional(),
  occurredAt: moment.optional(),
});
export type JobInput = z.infer<typeof jobInput>;

/** One report or an array; items are validated one by one, so that a bad one spoils no other. */
export const jobsInput = z.union([
  z.array(z.unknown()).min(1).max(LIMITS.eventsPerRequestMax),
  z.looseObject({}),
]);
