import { z } from 'zod';
import { id, timestampMs } from './primitives.ts';
import { failureReason } from './reasons/failure-reasons.ts';
import { withheldReason } from './reasons/heartbeat-reasons.ts';

/** A reason why the heartbeat is withheld at present. */
export const withholdingReason = z.object({
  code: z.enum(['storage', 'channel_down', 'channel_attention']),
  channelId: id.nullable(),
  /** The same with its parameters, and as a sentence. */
  reason: withheldReason,
  text: z.string(),
});
export type WithholdingReason = z.infer<typeof withholdingReason>;

export const outboundHeartbeatStatus = z.object({
  /** True if an address is set. */
  enabled: z.boolean(),
  /** The moment at which the receiver last accepted a call; null if it never did. */
  lastAcceptedAt: timestampMs.nullable(),
  /** The moment since which calls fail, and the reason why the last one failed. */
  failingSince: timestampMs.nullable(),
  problem: z.string().nullable(),
  /** `problem` as data. */
  reason: failureReason.nullable(),
  /** The moment since which it is withheld on purpose, and the reasons; no reasons while it is not. */
  withheldSince: timestampMs.nullable(),
  withheld: z.array(withholdingReason),
});
export type OutboundHeartbeatStatus = z.infer<typeof outboundHeartbeatStatus>;
