import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { id, timestampMs } from './primitives.ts';
import { reason } from './reason.ts';

/** Something that a known sender sent and that could not be read, or not all of it. */
export const rejectedInput = z.object({
  id,
  at: timestampMs,
  /** The wire format whose address it came to. */
  adapter: z.string(),
  /** Verb and path, without the query. */
  address: z.string(),
  /** The actor of the token with which it came. */
  actor: z.string(),
  /** The problem, as one English sentence. */
  reason: z.string(),
  /** The same as data. */
  reasons: z.array(reason),
  bodyBytes: z.int(),
  /** Only what was kept whole can be replayed. */
  complete: z.boolean(),
  replayedAt: timestampMs.nullable(),
});
export type RejectedInput = z.infer<typeof rejectedInput>;

export const rejectedInputDetail = rejectedInput.extend({
  contentType: z.string(),
  /** Query and headers without anything that looks like a credential. */
  query: z.record(z.string(), z.string()),
  headers: z.record(z.string(), z.string()),
  /** As text, decoded by its charset; of what was too long its beginning and its end. */
  body: z.string(),
});
export type RejectedInputDetail = z.infer<typeof rejectedInputDetail>;

export const rejectedInputQuery = z.strictObject({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageSizeMax).default(50),
});

/** The result of a replay. */
export const replayOutcome = z.object({
  /** Events that were taken. */
  accepted: z.int(),
  /** The remaining problems, in English; empty if everything was taken. */
  problems: z.array(z.string()),
  /** The same as data. */
  reasons: z.array(reason),
});
