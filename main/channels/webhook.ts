import { createHmac } from 'node:crypto';
import type { WebhookConfig } from '../contract/channel-kinds/webhook-config.ts';
import { ok, type Failure, type Result } from '../contract/result.ts';
import { boundedText } from '../domain/bounded-text.ts';
import { compileExpression } from '../domain/expression.ts';
import { oneLine } from '../domain/message-text.ts';
import type { Outcome, PermanentClass } from '../domain/outcome.ts';
import { originOf, withoutUserInfo } from './capability-url.ts';
import type { ChannelAdapter } from './channel-adapter.ts';
import { secretsOf } from './config-secrets.ts';
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
  problem(config) {
    const template = templateOf(config);
    return template.ok ? null : { field: 'body', problem: template.error.message };
  },
  async send(config, delivery, context) {
    const now = context.clock.now();
    const template = templateOf(config);
    if (!template.ok) return unmade('configuration', 'failure.body_unreadable', template.error);
    const body = await webhookBody(delivery, template.value, now);
    if (body === null) return BUSY;
    // Others may well be made by the same template, and must not wait for this one.
    if (!body.ok) return unmade('rejected', 'failure.body_failed', body.error);
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
    return deliverByHttp(
      send,
      { request, summary, secrets: secretsOf('webhook', config, delivery) },
      context,
    );
  },
});

/** The template, if it can be compiled; null when the channel has none. */
function templateOf({ body }: WebhookConfig): Result<string | null> {
  if (body === undefined) return ok(null);
  const compiled = compileExpression(body);
  return compiled.ok ? ok(body) : compiled;
}

const BODY = ['webhook.body'];
const PROBLEM_CHARS_MAX = 300;

/** Nothing was sent, and the next attempt may well find time for it. */
const BUSY: Outcome = {
  kind: 'transient',
  class: 'timeout',
  reason: { code: 'failure.body_busy', params: { fields: BODY } },
};

/** Nothing was sent, since there was nothing to send. */
const unmade = (
  failureClass: PermanentClass,
  code: 'failure.body_unreadable' | 'failure.body_failed',
  { message }: Failure,
): Outcome => ({
  kind: 'permanent',
  class: failureClass,
  reason: {
    code,
    params: { problem: boundedText(oneLine(message), PROBLEM_CHARS_MAX), fields: BODY },
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
