import { z } from 'zod';
import { id, timestampMs } from './primitives.ts';
import { failureReason } from './reasons/failure-reasons.ts';
import { withheldReason } from './reasons/heartbeat-reasons.ts';

/** Why the heartbeat is withheld at present. */
export const withholdingReason = z.object({
  code: z.enum(['storage', 'channel_down', 'channel_attention']),
  channelId: id.nullable(),
  /** The same with its parameters, and as a sentence. */
  reason: withheldReason,
  text: z.string(),
});
export type WithholdingReason = z.infer<typeof withholdingReason>;

export const outboundHeartbeatStatus = z.object({
  /** Whether an address is set. */
  enabled: z.boolean(),
  /** When the receiver last took a call. */
  lastAcceptedAt: timestampMs.nullable(),
  /** Since when calls fail, and why the last one did. */
  failingSince: timestampMs.nullable(),
  problem: z.string().nullable(),
  /** `problem` as data. */
  reason: failureReason.nullable(),
  /** Since when it is withheld on purpose, and why; no reasons while it is not. */
  withheldSince: timestampMs.nullable(),
  withheld: z.array(withholdingReason),
});
export type OutboundHeartbeatStatus = z.infer<typeof outboundHeartbeatStatus>;
