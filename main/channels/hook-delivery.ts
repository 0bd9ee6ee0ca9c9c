import type { Outcome } from '../domain/outcome.ts';
import { originOf, secretsOfUrl } from './capability-url.ts';
import { actionSecrets, type Delivery, type SendContext } from './channel-adapter.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { deliverByHttp, requestSummary } from './http-delivery.ts';
import { isPage, notFrom } from './http-outcome.ts';

/** A message for a webhook whose address is all of its credentials. */
export interface HookMessage {
  /** The name of the messenger. */
  readonly service: string;
  /** The fields that lead to it. */
  readonly fields: readonly string[];
  readonly method: 'POST' | 'PATCH';
  /** The webhook's own address, as it is configured. */
  readonly hook: string;
  /** Where this message goes, at the same origin. */
  readonly url: string;
  /** JSON. */
  readonly body: string;
  readonly meaning: (answer: HttpAnswer, now: number) => Outcome;
}

/** One request to an incoming webhook of a messenger. */
export function deliverToHook(
  send: HttpClient,
  { service, fields, method, hook, url, body, meaning }: HookMessage,
  delivery: Delivery,
  context: SendContext,
): Promise<Outcome> {
  const headers = { 'content-type': 'application/json', 'user-agent': 'Belfry' };
  return deliverByHttp(
    send,
    {
      request: { method, url, headers, body },
      summary: requestSummary(method, originOf(hook), delivery, body),
      secrets: [...secretsOfUrl(hook), ...actionSecrets(delivery)],
      meaning: (answer, now) =>
        isPage(answer) ? notFrom(service, fields, answer) : meaning(answer, now),
    },
    context,
  );
}

/** One message to an incoming webhook that takes nothing but new ones. */
export const postToHook = (
  send: HttpClient,
  message: Pick<HookMessage, 'service' | 'fields' | 'url' | 'body' | 'meaning'>,
  delivery: Delivery,
  context: SendContext,
): Promise<Outcome> =>
  deliverToHook(send, { method: 'POST', hook: message.url, ...message }, delivery, context);
