import { boundedText } from '../domain/bounded-text.ts';
import { oneLine } from '../domain/message-text.ts';
import { plainText } from '../domain/plain-text.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Delivery, SendContext } from './channel.ts';
import {
  RefusedAddress,
  type HttpAnswer,
  type HttpClient,
  type HttpRequest,
} from './http-client.ts';
import { outcomeOfAnswer, outcomeOfError } from './http-outcome.ts';
import { redacted } from './redaction.ts';

export interface HttpDelivery {
  readonly request: Omit<HttpRequest, 'signal'>;
  /** The request in a line, without any secret, for the history of attempts. */
  readonly summary: string;
  /** What must not be kept with the attempt, wherever the service echoes it. */
  readonly secrets: readonly string[];
  /** What the service means by this answer; null leaves it to what HTTP itself says. */
  readonly meaning?: (answer: HttpAnswer, now: number) => Outcome | null;
}

/** One request to one destination, with everything that all of them have in common. */
export async function deliverByHttp(
  send: HttpClient,
  { request, summary, secrets, meaning }: HttpDelivery,
  { clock, signal }: Pick<SendContext, 'clock' | 'signal'>,
): Promise<Outcome> {
  try {
    const answer = await send({ ...request, signal });
    const now = clock.now();
    const outcome = meaning?.(answer, now) ?? outcomeOfAnswer(answer, now);
    return { ...withoutSecrets(outcome, secrets), request: summary };
  } catch (error) {
    const outcome = outcomeOfError(error);
    // What was refused for its address has not been sent.
    return error instanceof RefusedAddress ? outcome : { ...outcome, request: summary };
  }
}

/** A service's own words in a message of ours are shown up to here. */
const MESSAGE_CHARS_MAX = 500;

/** Services quote requests in their errors, and some of our messages quote the services. */
function withoutSecrets(outcome: Outcome, secrets: readonly string[]): Outcome {
  const clean = (text: string): string => redacted(text, secrets);
  const told =
    outcome.kind === 'sent'
      ? outcome
      : // Cut only now: half a secret would not be found.
        { ...outcome, message: boundedText(clean(outcome.message), MESSAGE_CHARS_MAX) };
  return 'responseExcerpt' in told && told.responseExcerpt !== undefined
    ? { ...told, responseExcerpt: clean(told.responseExcerpt) }
    : told;
}

/** A server's address, to which a path of the service's own is added. */
export const withoutSlash = (address: string): string => address.replace(/\/+$/, '');

/** Kilobytes of a body, for a request's summary. */
const sizeText = (body: string): string => `${(Buffer.byteLength(body) / 1_000).toFixed(1)} kB`;

/** A request in a line, for the history of attempts; `target` must hold no secret. */
export function requestSummary(
  method: string,
  target: string,
  { event, bundle, attempt }: Delivery,
  body: string,
): string {
  const about = bundle ? `alert.${event} of ${bundle.members.length} alerts` : `alert.${event}`;
  return `${method} ${target} ${about}, ${sizeText(body)}, attempt ${attempt}`;
}

/** What to do, with what the service itself said: nothing of it is cut before secrets are out. */
export const withWords = (fix: string, service: string, words: string): string =>
  words.trim() === '' ? fix : `${fix} (${service}: “${oneLine(plainText(words))}”)`;
