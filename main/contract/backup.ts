import { z } from 'zod';
import { timestampMs } from './primitives.ts';

/** A copy of the whole database in the data directory. */
export const backup = z.object({
  /** The file's name, such as `belfry-20260329T140509Z.db`. */
  name: z.string(),
  createdAt: timestampMs,
  bytes: z.int(),
});
export type Backup = z.infer<typeof backup>;

/** A recovery, after the database was found damaged or part of it was gone, with its losses. */
export const recovery = z.object({
  at: timestampMs,
  cause: z.enum(['damaged', 'missing', 'replaced', 'commits_lost']),
  /** The backup that took the database's place; null when there was no good one, or none was needed. */
  backup: z.string().nullable(),
  /** The time whose data is missing: after `missingFrom`, up to `missingTo`; null if unknown. */
  missingFrom: timestampMs.nullable(),
  missingTo: timestampMs.nullable(),
  /** Transactions, alerts and notifications not yet delivered that are missing; null where that is unknown. */
  commits: z.int().nullable(),
  alerts: z.int().nullable(),
  owed: z.int().nullable(),
  /** The path of the old database; null if it is still in use. */
  aside: z.string().nullable(),
  /** The same as one English text, for logs and the API. */
  text: z.string(),
});
export type Recovery = z.infer<typeof recovery>;
