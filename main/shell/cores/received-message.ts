import { z } from 'zod';
import { pushMessage, type PushMessage } from '../../contract/push.ts';

/** A message of a core about itself. The other types are the desktop's own. */
export type CoreMessage = Extract<PushMessage, { type: 'hello' | 'batch' | 'resync' }>;

/** The fields that every version of the contract has. */
const envelope = z.object({
  type: z.enum(['hello', 'batch', 'resync']),
  epoch: z.string().max(100),
  seq: z.int(),
});

/**
 * Reads a message of a core, which may be of another version and is not trusted. A batch that is not understood
 * becomes a `resync`, so that what it was about is asked for. Null for what no core sends.
 */
export function receivedMessage(text: string): CoreMessage | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // JSON.parse has no other way to say so.
    return null;
  }
  const known = envelope.safeParse(json);
  if (!known.success) return null;
  const { type, epoch, seq } = known.data;
  if (type !== 'batch') return { type, epoch, seq };
  const batch = pushMessage.safeParse(json);
  return batch.success ? (batch.data as CoreMessage) : { type: 'resync', epoch, seq };
}
