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

/** What had to be given up when the database was found damaged, or part of it gone. */
export const recovery = z.object({
  at: timestampMs,
  cause: z.enum(['damaged', 'missing', 'replaced', 'commits_lost']),
  /** The backup that took the database's place; null when there was no good one, or none was needed. */
  backup: z.string().nullable(),
  /** What was stored after the one moment and up to the other is missing; null where nothing is known. */
  missingFrom: timestampMs.nullable(),
  missingTo: timestampMs.nullable(),
  /** Transactions, alerts and notifications not yet delivered that are missing; null where that is unknown. */
  commits: z.int().nullable(),
  alerts: z.int().nullable(),
  owed: z.int().nullable(),
  /** Where the old database lies; null when it is still in use. */
  aside: z.string().nullable(),
  /** The same as one English text, for logs and the API. */
  text: z.string(),
});
export type Recovery = z.infer<typeof recovery>;
