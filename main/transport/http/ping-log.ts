import type { IncomingMessage } from 'node:http';
import { LIMITS } from '../../contract/limits.ts';

/** Four bytes hold any character, so this is never less than what is kept of a log. */
export const KEPT_BYTES_MAX = 4 * LIMITS.pingLogCharsMax;

/**
 * Reads a log of any type as text. What is longer than is kept of it is read and forgotten, and beyond
 * the limit of a body it is not even waited for: a ping must never be lost because its log is long.
 */
export function readLog(
  payload: IncomingMessage,
  parsed: (error: Error | null, log?: string) => void,
) {
  const kept: Buffer[] = [];
  let keptBytes = 0;
  let readBytes = 0;
  let answered = false;
  const answer = (error: Error | null): void => {
    if (answered) return;
    answered = true;
    parsed(error, Buffer.concat(kept).toString('utf8'));
  };
  payload.on('data', (chunk: Buffer) => {
    readBytes += chunk.length;
    if (keptBytes < KEPT_BYTES_MAX) {
      kept.push(chunk.subarray(0, KEPT_BYTES_MAX - keptBytes));
      keptBytes += chunk.length;
    }
    if (readBytes > LIMITS.bodyBytesMax) answer(null);
  });
  payload.once('end', () => answer(null));
  payload.once('error', (cause) => {
    answer(Object.assign(new Error('The body broke off.', { cause }), { statusCode: 400 }));
  });
}
