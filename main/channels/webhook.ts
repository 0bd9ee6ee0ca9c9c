import { createHmac } from 'node:crypto';
import { expressionThread } from '../base/expression-thread.ts';
import type { WebhookConfig } from '../contract/channel-kind.ts';
import { LIMITS } from '../contract/limits.ts';
import type { AlertSnapshot } from '../contract/notification.ts';
import { boundedText } from '../domain/bounded-text.ts';
import { compileExpression } from '../domain/expression.ts';
import { oneLine } from '../domain/message-text.ts';
import type { Outcome, PermanentClass } from '../domain/outcome.ts';
import { withoutUserInfo } from './capability-url.ts';
import { deliveryText, joined, type ChannelAdapter, type Delivery } from './channel-adapter.ts';
import { httpChannel } from './http-channel.ts';
import type { HttpClient } from './http-client.ts';
import { renderReason } from '../messages/reasons.ts';
import { failed } from './refusal.ts';

const JSON_TYPE = 'application/json';

const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * An alert as receivers see it: times in ISO 8601, its end only once it has one, and the alert that it continues if
 * the receiver knows it by that one's id.
 */
function shown(alert: AlertSnapshot, state: AlertSnapshot['state'], knownAs = alert.id) {
  const { startedAt, lastSeenAt, acknowledgedAt: _, closedAt, url, ...facts } = alert;
  return {
    ...facts,
    state,
    url,
    startedAt: iso(startedAt),
    lastSeenAt: iso(lastSeenAt),
    ...(closedAt === null ? {} : { resolvedAt: iso(closedAt) }),
    ...(knownAs !== alert.id && { continues: knownAs }),
  };
}

/** Returns the documented body: `alert.raised` and such, with the current alert, or all members of a bundle. */
function contentOf(delivery: Delivery, now: number) {
  const { event, alert, knownAs, overtakenBy, bundle } = delivery;
  const { title, body } = deliveryText(delivery);
  return {
    type: `alert.${event}`,
    timestamp: iso(now),
    data: {
      notificationId: delivery.notificationId,
      attempt: delivery.attempt,
      alert: shown(alert, overtakenBy?.state ?? alert.state, knownAs),
      ...(bundle && {
        bundle: bundle.kind,
        alerts: bundle.members.map((member, at) => ({
          ...shown(
            member.alert,
            member.overtakenBy?.state ?? member.alert.state,
            bundle.knownAs[at],
          ),
          event: member.event,
        })),
      }),
      text: joined([title, body]),
    },
  };
}

const FIELDS = ['webhook.body'];
const PROBLEM_CHARS_MAX = 300;

/** Nothing was sent, and the next attempt may well find time for the expression. */
const BUSY = failed('timeout', { code: 'failure.body_busy', params: { fields: FIELDS } });

/** Nothing was sent, since there was nothing to send. */
function unmade(
  failureClass: PermanentClass,
  code: 'failure.body_unreadable' | 'failure.body_failed',
  message: string,
): Outcome {
  const problem = boundedText(oneLine(message), PROBLEM_CHARS_MAX);
  return failed(failureClass, { code, params: { problem, fields: FIELDS } });
}

/** Returns the JSON of a value; null for what has none: nothing, a function, or what holds itself. */
function jsonText(value: unknown): string | null {
  try {
    const text: string | undefined = JSON.stringify(value);
    return text ?? null;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/**
 * Returns what is sent: the documented body, or what the expression of the channel makes of it. A failure
 * belongs to this message, since an expression may well make others, which must not wait for this one.
 */
async function bodyOf(
  { body: expression }: WebhookConfig,
  delivery: Delivery,
  now: number,
): Promise<{ contentType: string; text: string } | Outcome> {
  const { messages } = delivery;
  const content = contentOf(delivery, now);
  if (expression === undefined) return { contentType: JSON_TYPE, text: JSON.stringify(content) };
  const compiled = compileExpression(expression);
  if (!compiled.ok) {
    const problem = renderReason(messages, compiled.reason);
    return unmade('configuration', 'failure.body_unreadable', problem);
  }
  const unsendable = (problem: string): Outcome =>
    unmade('rejected', 'failure.body_failed', problem);
  const made = await expressionThread.evaluate(expression, content);
  if (!made.ok) return made.isBusy ? BUSY : unsendable(renderReason(messages, made.reason));
  const { value } = made;
  const json = jsonText(value);
  if (json === null) return unsendable(messages.text('message.webhook.nothing'));
  const body =
    typeof value === 'string'
      ? { contentType: 'text/plain; charset=utf-8', text: value.toWellFormed() }
      : { contentType: JSON_TYPE, text: json };
  return Buffer.byteLength(body.text) > LIMITS.bodyBytesMax
    ? unsendable(messages.text('message.webhook.tooLarge', { bytes: String(LIMITS.bodyBytesMax) }))
    : body;
}

/** Returns the signature of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body` under the decoded secret, in base64. */
function signature(secret: string, id: string, timestampSeconds: number, body: string): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const digest = createHmac('sha256', key).update(`${id}.${timestampSeconds}.${body}`);
  return `v1,${digest.digest('base64')}`;
}

/** Returns the headers by which a receiver recognises a message and its sender. */
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

/** Returns headers with names in one spelling, so that the user's replace ours. */
const lowerCased = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** A generic webhook after the Standard Webhooks specification. */
export const createWebhook = (send: HttpClient): ChannelAdapter<WebhookConfig> =>
  httpChannel(send, {
    kind: 'webhook',
    service: 'receiver',
    at: 'url',
    audience: 'programs',
    concurrency: 16,
    problem({ body }) {
      const compiled = body === undefined ? null : compileExpression(body);
      return !compiled || compiled.ok ? null : { field: 'body', reason: compiled.reason };
    },
    async message(config, delivery, now) {
      const body = await bodyOf(config, delivery, now);
      if ('kind' in body) return body;
      const { url, headers } = withoutUserInfo(config.url);
      return {
        method: config.method ?? 'POST',
        url,
        headers: {
          'content-type': body.contentType,
          ...headers,
          ...lowerCased(config.headers),
          ...identity(config, delivery.notificationId, body.text, now),
        },
        body: body.text,
      };
    },
  });
