import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import { LIMITS } from '../../contract/limits.ts';
import { decodedEnds, decodedText } from '../../base/body-text.ts';
import { failureFor } from '../../messages/failures.ts';
import { RefusedRequest } from './error-handling.ts';
import { HTTP_LIMITS } from './http-limits.ts';

/** Four bytes hold any character, so this is never less than what is kept of a log. */
export const KEPT_BYTES_MAX = 4 * LIMITS.pingLogCharsMax;
const HEAD_BYTES_MAX = KEPT_BYTES_MAX / 4;
const TAIL_BYTES_MAX = KEPT_BYTES_MAX - HEAD_BYTES_MAX;

/** The beginning and the end of a body of any length. */
class Ends {
  readonly #head: Buffer[] = [];
  readonly #tail: Buffer[] = [];
  #tailBytes = 0;
  bytes = 0;

  add(chunk: Buffer): void {
    const missing = Math.max(0, HEAD_BYTES_MAX - this.bytes);
    if (missing > 0) this.#head.push(chunk.subarray(0, missing));
    const rest = chunk.subarray(missing);
    this.bytes += chunk.length;
    if (rest.length === 0) return;
    this.#tail.push(rest);
    this.#tailBytes += rest.length;
    let [first] = this.#tail;
    while (first && this.#tailBytes - first.length >= TAIL_BYTES_MAX) {
      this.#tail.shift();
      this.#tailBytes -= first.length;
      [first] = this.#tail;
    }
  }

  text(contentType: string): string {
    const head = Buffer.concat(this.#head);
    const tail = Buffer.concat(this.#tail).subarray(-TAIL_BYTES_MAX);
    const isWhole = head.length + tail.length === this.bytes;
    if (isWhole) return decodedText(Buffer.concat([head, tail]), contentType);
    const ends = decodedEnds({ head, tail, endAt: this.bytes - tail.length }, contentType);
    // More than is kept of either, so that whoever cuts it to length cuts here.
    return ends.head + ends.tail;
  }
}

/**
 * Reads a log of any type as text, its beginning and its end. A ping must never be lost because its log
 * is long: what lies between is read and forgotten, and beyond the limit of a body the end is waited for
 * only for a while.
 */
export function readLog(
  payload: IncomingMessage,
  { contentType, clock }: { readonly contentType: string; readonly clock: Clock },
  parsed: (error: Error | null, log?: string) => void,
) {
  const ends = new Ends();
  let patience: Disposable | null = null;
  let answered = false;
  const answer = (error: Error | null): void => {
    if (answered) return;
    answered = true;
    patience?.[Symbol.dispose]();
    parsed(error, ends.text(contentType));
  };
  payload.on('data', (chunk: Buffer) => {
    if (answered) return;
    ends.add(chunk);
    if (ends.bytes > HTTP_LIMITS.logBytesMax) answer(null);
    else if (ends.bytes > LIMITS.bodyBytesMax) {
      patience ??= clock.after(HTTP_LIMITS.logPatienceMs, () => answer(null));
    }
  });
  payload.once('end', () => answer(null));
  payload.once('error', (cause) => {
    const failure = failureFor('invalid_input', { code: 'error.broke_off', params: {} });
    answer(new RefusedRequest(failure, { cause }));
  });
}
