import { createHmac } from 'node:crypto';
import type { WebhookConfig } from '../contract/channel-kinds/webhook.ts';
import { compileExpression } from '../domain/expression.ts';
import { oneLine } from '../domain/message-text.ts';
import { originOf, secretsOfUrl, withoutUserInfo } from './capability-url.ts';
import type { ChannelAdapter } from './channel.ts';
import type { HttpClient } from './http-client.ts';
import { deliverByHttp, requestSummary } from './http-delivery.ts';
import { webhookBody } from './webhook-body.ts';

/** Standard Webhooks: HMAC-SHA256 over `id.timestamp.body` under the decoded secret, in base64. */
export function signature(
  secret: string,
  id: string,
  timestampSeconds: number,
  body: string,
): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const digest = createHmac('sha256', key).update(`${id}.${timestampSeconds}.${body}`);
  return `v1,${digest.digest('base64')}`;
}

/** A generic webhook after the Standard Webhooks specification. */
export const createWebhook = (send: HttpClient): ChannelAdapter<WebhookConfig> => ({
  kind: 'webhook',
  audience: 'programs',
  timeoutMs: 15_000,
  concurrency: 16,
  rateLimit: null,
  target: ({ url }) => originOf(url),
  problem({ body }) {
    const compiled = body === undefined ? null : compileExpression(body);
    return compiled?.ok === false ? { field: 'body', problem: compiled.error.message } : null;
  },
  async send(config, delivery, context) {
    const now = context.clock.now();
    const body = await webhookBody(delivery, config.body, now);
    if (!body.ok) {
      return {
        kind: 'permanent',
        class: 'configuration',
        message: `The field Body could not be evaluated: ${oneLine(body.error.message)}. Correct it in the channel, then requeue.`,
      };
    }
    const { text, contentType } = body.value;
    const { method = 'POST' } = config;
    const { url, authorization } = withoutUserInfo(config.url);
    const headers = {
      'content-type': contentType,
      'user-agent': 'Belfry',
      ...(authorization !== null && { authorization }),
      ...lowerCased(config.headers),
      ...identity(config, delivery.notificationId, text, now),
    };
    const request = { method, url, headers, body: text };
    const summary = requestSummary(method, originOf(config.url), delivery, text);
    return deliverByHttp(send, { request, summary, secrets: secretsOf(config) }, context);
  },
});

/** What a receiver recognises a message and its sender by. */
function identity({ secret }: WebhookConfig, id: string, body: string, now: number) {
  const timestampSeconds = Math.floor(now / 1_000);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    ...(secret !== undefined && {
      'webhook-signature': signature(secret, id, timestampSeconds, body),
    }),
  };
}

/** Names in one spelling, so that a header of the user's replaces one of ours. */
const lowerCased = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** Of `Authorization: Bearer x` both the whole and x, which a receiver may quote alone. */
const secretsOf = ({ url, secret = '', headers = {} }: WebhookConfig): string[] => [
  ...secretsOfUrl(url),
  ...Object.values(headers).flatMap((value) => [value, value.slice(value.indexOf(' ') + 1)]),
  secret,
  secret.slice('whsec_'.length),
];
