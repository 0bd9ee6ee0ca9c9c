import { z } from 'zod';
import type { AppriseConfig } from '../contract/channel-kinds/apprise-config.ts';
import { boundedText } from '../domain/bounded-text.ts';
import type { Outcome } from '../domain/outcome.ts';
import { readableText, type ChannelAdapter, type Delivery } from './channel-adapter.ts';
import { secretsOf } from './config-secrets.ts';
import { firingSeverity } from './firing.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { below, originOf } from './capability-url.ts';
import { deliverByHttp, requestSummary } from './http-delivery.ts';
import { deferredFor, httpStatus, isPage, notFrom, refusedFor } from './http-outcome.ts';
import { answerJson } from './answer-json.ts';
import { messageLinks } from './message-links.ts';

/** Apprise cuts for each service by itself, or sends in pieces; more than this nobody reads in pieces. */
const BODY_BYTES_MAX = 32_768;
const TITLE_BYTES_MAX = 500;

const TYPES = { info: 'info', warning: 'warning', critical: 'failure' } as const;

/** A recovery is a success; a group is as bad as the worst that still fires in it. */
function typeOf(delivery: Delivery): 'info' | 'success' | 'warning' | 'failure' {
  const severity = firingSeverity(delivery);
  if (severity !== null) return TYPES[severity];
  const members = delivery.bundle?.members ?? [delivery];
  return members.every(({ event }) => event === 'resolved') ? 'success' : 'info';
}

function bodyOf({ tag }: AppriseConfig, delivery: Delivery): string {
  const text = readableText(delivery);
  const title = boundedText(text.title, TITLE_BYTES_MAX, 'bytes');
  const body = boundedText(text.body, BODY_BYTES_MAX, 'bytes');
  const lines = [body, ...messageLinks(delivery).map((link) => `${link.title}: ${link.url}`)];
  const whole = lines.filter((line) => line !== '').join('\n');
  return JSON.stringify({
    title,
    // It takes no message without a body.
    body: whole === '' ? title : whole,
    type: typeOf(delivery),
    format: 'text',
    ...(tag === undefined ? {} : { tag }),
  });
}

const refusal = z.object({ error: z.string().optional() });

/** What Apprise API means by statuses of its own; everything else means what HTTP says. */
function meaningOf(answer: HttpAnswer): Outcome | null {
  const service = 'Apprise API';
  if (isPage(answer)) return notFrom(service, ['apprise.url'], answer);
  const receiverText = answerJson(answer, refusal)?.error;
  const status = httpStatus(answer);
  switch (answer.statusCode) {
    case 204: {
      const params = { status, fields: ['apprise.key'] };
      const reason = { code: 'failure.apprise_key_unknown', params } as const;
      return refusedFor('configuration', reason, answer);
    }
    case 405:
      return notFrom(service, ['apprise.url'], answer);
    case 424: {
      // Some of the addresses may have been notified. Better twice than the others never.
      const reason = { code: 'failure.apprise_partly', params: { status } } as const;
      return deferredFor('server_error', reason, answer, { receiverText });
    }
    case 400: {
      const params = { service, status, fields: ['apprise.tag'] };
      const reason = { code: 'failure.rejected', params } as const;
      return refusedFor('rejected', reason, answer, receiverText);
    }
    default:
      return null;
  }
}

/** Everything that Apprise knows, by an Apprise API server that keeps the addresses under a key. */
export const createApprise = (send: HttpClient): ChannelAdapter<AppriseConfig> => ({
  kind: 'apprise',
  audience: 'people',
  // It answers once every address has been tried.
  timeoutMs: 60_000,
  concurrency: 1,
  rateLimit: null,
  target: ({ url }) => originOf(url),
  send(config, delivery, context) {
    const body = bodyOf(config, delivery);
    const { url, headers: login } = below(config.url, `notify/${config.key}`);
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      'user-agent': 'Belfry',
      ...login,
    };
    return deliverByHttp(
      send,
      {
        request: { method: 'POST', url, headers, body },
        summary: requestSummary('POST', `${new URL(config.url).origin}/…`, delivery, body),
        secrets: secretsOf('apprise', config, delivery),
        meaning: meaningOf,
      },
      context,
    );
  },
});
