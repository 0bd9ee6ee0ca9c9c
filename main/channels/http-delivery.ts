import type { Outcome } from '../domain/outcome.ts';
import { RefusedAddress } from './address-guard.ts';
import type { Delivery, SendContext } from './channel-adapter.ts';
import { outcomeOfError } from './connection-outcome.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from './http-client.ts';
import { outcomeOfAnswer } from './http-outcome.ts';
import { outcomeWithout } from './redaction.ts';

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
    return { ...outcomeWithout(outcome, secrets), request: summary };
  } catch (error) {
    const outcome = outcomeOfError(error);
    // What was refused for its address has not been sent.
    return error instanceof RefusedAddress ? outcome : { ...outcome, request: summary };
  }
}

/** A server's address, to which a path of the service's own is added. */
export const withoutSlash = (address: string): string => address.replace(/\/+$/, '');

/** A request in a line, for the history of attempts; `target` must hold no secret. */
export function requestSummary(
  method: string,
  target: string,
  { event, bundle, attempt }: Delivery,
  body: string,
): string {
  const about = bundle ? `alert.${event} of ${bundle.members.length} alerts` : `alert.${event}`;
  const kilobytes = (Buffer.byteLength(body) / 1_000).toFixed(1);
  return `${method} ${target} ${about}, ${kilobytes} kB, attempt ${attempt}`;
}
