import { createHmac } from 'node:crypto';
import type { WebhookConfig } from '../contract/channel-kinds/webhook.ts';
import type { AlertSnapshot } from '../contract/notification.ts';
import { originOf, secretsOfUrl, withoutUserInfo } from './capability-url.ts';
import { deliveryText, type ChannelAdapter, type Delivery } from './channel.ts';
import type { HttpClient } from './http-client.ts';
import { deliverByHttp, requestSummary } from './http-delivery.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

/** An alert as receivers see it: times in ISO 8601, its end only once it has one. */
function shown(alert: AlertSnapshot, state: AlertSnapshot['state']) {
  const { startedAt, lastSeenAt, acknowledgedAt: _, closedAt, url, ...facts } = alert;
  return {
    ...facts,
    state,
    url,
    startedAt: iso(startedAt),
    lastSeenAt: iso(lastSeenAt),
    ...(closedAt === null ? {} : { resolvedAt: iso(closedAt) }),
  };
}

/** `alert.raised` and its like, with the alert as it stands, and every member when it speaks of many. */
function bodyOf(delivery: Delivery, now: number): string {
  const { event, alert, overtakenBy, bundle } = delivery;
  const { title, body } = deliveryText(delivery);
  return JSON.stringify({
    type: `alert.${event}`,
    timestamp: iso(now),
    data: {
      notificationId: delivery.notificationId,
      attempt: delivery.attempt,
      alert: shown(alert, overtakenBy?.state ?? alert.state),
      ...(bundle && {
        bundle: bundle.kind,
        alerts: bundle.members.map((member) => ({
          ...shown(member.alert, member.overtakenBy?.state ?? member.alert.state),
          event: member.event,
        })),
      }),
      text: body === '' ? title : `${title}\n${body}`,
    },
  });
}

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
  send(config, delivery, context) {
    const now = context.clock.now();
    const timestampSeconds = Math.floor(now / 1_000);
    const body = bodyOf(delivery, now);
    const id = delivery.notificationId;
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'user-agent': 'Belfry',
      'webhook-id': id,
      'webhook-timestamp': String(timestampSeconds),
    };
    if (config.secret !== undefined) {
      headers['webhook-signature'] = signature(config.secret, id, timestampSeconds, body);
    }
    const { url, authorization } = withoutUserInfo(config.url);
    if (authorization !== null) headers['authorization'] = authorization;
    const request = { method: 'POST', url, headers, body } as const;
    const summary = requestSummary('POST', originOf(config.url), delivery, body);
    return deliverByHttp(send, { request, summary, secrets: secretsOf(config) }, context);
  },
});

const secretsOf = ({ url, secret = '' }: WebhookConfig): string[] => [
  ...secretsOfUrl(url),
  secret,
  secret.slice('whsec_'.length),
];
