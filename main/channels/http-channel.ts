import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import type { Outcome } from '../domain/outcome.ts';
import { originOf, withoutUserInfo } from './capability-url.ts';
import {
  requestLine,
  type ChannelAdapter,
  type Delivery,
  type SendContext,
} from './channel-adapter.ts';
import { outcomeOfError } from './connection-outcome.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { isPage, outcomeOfAnswer } from './http-outcome.ts';
import { outcomeWithout, secretsOf } from './redaction.ts';
import { refusalOf, type Refusal } from './refusal.ts';

/** One request to a service. */
export interface HttpMessage {
  /** POST if left out. */
  readonly method?: 'POST' | 'PUT' | 'PATCH';
  readonly url: string;
  readonly accept?: string;
  /** Added to the headers of every message, or in their place. */
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, unless the headers say otherwise. */
  readonly body: string | Buffer;
  /** Reads what later messages about the alert need from a successful answer. */
  accepted?(answer: HttpAnswer): Pick<Outcome & { kind: 'sent' }, 'thread' | 'correction'>;
  /** The request that follows, such as a new message if the old one cannot be edited; null after the last. */
  next?(outcome: Outcome, answer: HttpAnswer | null): HttpMessage | null;
}

/** Marks an answer that the service itself never gives: a sign-in page, say. */
export const STRANGER = 'not-the-service';

/** The parts of an answer that the service itself defines. */
export interface Answered {
  /** The key of its refusals; the HTTP status if left out. */
  readonly code?: string | number | undefined;
  /** The status that an answer hides behind another one. */
  readonly statusCode?: number | undefined;
  readonly text?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly waitAtLeastMs?: number | undefined;
}

type Traits =
  'audience' | 'timeoutMs' | 'concurrency' | 'rateLimit' | 'target' | 'problem' | 'shown';

/** A service that takes messages over HTTP: what is its own. */
export interface HttpService<Config> extends Partial<Pick<ChannelAdapter<Config>, Traits>> {
  readonly kind: ChannelAdapter<Config>['kind'];
  /** Its name, as reasons have it. */
  readonly service: string;
  /** The field with its address; left out where everyone has the same. */
  readonly at?: keyof Config & string;
  /** Returns the first request; an outcome where there is nothing to send. */
  message(
    config: Config,
    delivery: Delivery,
    now: number,
    context: SendContext,
  ): HttpMessage | Promise<HttpMessage | Outcome>;
  readonly answered?: (answer: HttpAnswer, now: number) => Answered;
  /** The first match counts. Left out for a receiver that may answer anything. */
  readonly refusals?: readonly Refusal[];
}

/** The message itself, and two more for what the service wants otherwise. */
const REQUESTS_MAX = 3;

/** Makes a channel of the description of a service. */
export const httpChannel = <Config extends Readonly<Record<string, unknown>>>(
  send: HttpClient,
  service: HttpService<Config>,
): ChannelAdapter<Config> => ({
  audience: 'people',
  timeoutMs: 15_000,
  // Receivers show messages in the order in which they arrive.
  concurrency: 1,
  rateLimit: null,
  target: (config) => originOf(String(config[service.at ?? ''])),
  ...service,
  async send(config, delivery, context) {
    const first = await service.message(config, delivery, context.clock.now(), context);
    if ('kind' in first) return first;
    let message = first;
    const secrets = secretsOf(service.kind, config, delivery);
    for (let request = 1; ; request++) {
      const { outcome, answer } = await exchange(send, service, message, context);
      const next: HttpMessage | null | undefined =
        request < REQUESTS_MAX ? message.next?.(outcome, answer) : null;
      if (!next) {
        const [, login = ''] = message.headers?.['authorization']?.split(' ') ?? [];
        const clean = outcomeWithout(outcome, [...secrets, login]);
        return isUnsent(outcome) ? clean : { ...clean, request: summary(message, delivery) };
      }
      message = next;
    }
  },
});

interface Exchange {
  readonly outcome: Outcome;
  /** Null if none came. */
  readonly answer: HttpAnswer | null;
}

async function exchange<Config>(
  send: HttpClient,
  service: HttpService<Config>,
  message: HttpMessage,
  { clock, signal }: SendContext,
): Promise<Exchange> {
  const { method = 'POST', url, accept, body } = message;
  const headers = {
    'content-type': 'application/json',
    ...(accept !== undefined && { accept }),
    'user-agent': 'Belfry',
    ...message.headers,
  };
  try {
    const answer = await send({ method, url, headers, body, signal });
    const outcome = outcomeFor(service, answer, clock.now());
    const more = outcome.kind === 'sent' ? message.accepted?.(answer) : undefined;
    return { outcome: { ...outcome, ...more }, answer };
  } catch (error) {
    return { outcome: outcomeOfError(error), answer: null };
  }
}

/** Returns what a service means by an answer: by its own codes, else by HTTP. */
function outcomeFor<Config>(
  { kind, service, at, answered, refusals }: HttpService<Config>,
  answer: HttpAnswer,
  now: number,
): Outcome {
  const { code, statusCode = answer.statusCode, text, ...hints } = answered?.(answer, now) ?? {};
  const { retryAfterMs, waitAtLeastMs } = hints;
  const waits = {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(waitAtLeastMs !== undefined && { waitAtLeastMs }),
  };
  const found = refusals && isPage(answer) ? STRANGER : (code ?? statusCode);
  const table = refusals && [...refusals, wrongService(at)];
  const said = { receiverText: text, statusCode, responseExcerpt: answer.excerpt };
  const refuser = { kind, service, status: `HTTP ${statusCode}` };
  const refusal = table && refusalOf(table, found, refuser, { ...waits, ...said });
  if (refusal) return refusal;
  const outcome = outcomeOfAnswer({ ...answer, statusCode }, now);
  if (outcome.kind === 'permanent') return { ...outcome, receiverText: text };
  return outcome.kind === 'transient' ? { ...outcome, ...waits } : outcome;
}

const wrongService = (at?: string): Refusal => [
  STRANGER,
  'configuration',
  'failure.wrong_service',
  ...(at === undefined ? [] : [at]),
];

/** Returns true for what was refused for its address. */
const isUnsent = (outcome: Outcome): boolean =>
  outcome.kind === 'permanent' && outcome.reason.code === 'failure.address_refused';

function summary({ method = 'POST', url, body }: HttpMessage, delivery: Delivery): string {
  const kilobytes = (Buffer.byteLength(body) / 1_000).toFixed(1);
  return requestLine(`${method} ${originOf(url)}`, delivery, `${kilobytes} kB`);
}

/**
 * Returns what calls an address once, by GET, as Healthchecks, Uptime Kuma's push monitors and Belfry take
 * it, and returns why it failed; null on success. Redirects are not followed.
 */
export const createHeartbeatCall =
  (send: HttpClient) =>
  async (address: string, now: number, signal: AbortSignal): Promise<FailureReason | null> => {
    const { url, headers: login } = withoutUserInfo(address);
    const headers = { 'user-agent': 'Belfry', ...login };
    const outcome = await send({ method: 'GET', url, headers, body: '', signal }).then(
      (answer) => outcomeOfAnswer(answer, now),
      outcomeOfError,
    );
    return outcome.kind === 'sent' ? null : outcome.reason;
  };
