import { z } from 'zod';
import type { NtfyConfig } from '../contract/channel-kinds/ntfy-config.ts';
import { boundedText } from '../domain/bounded-text.ts';
import type { Outcome } from '../domain/outcome.ts';
import { answerJson, namesField } from './answer-json.ts';
import { clickOf, readableText, type ChannelAdapter, type Delivery } from './channel-adapter.ts';
import { originOf } from './capability-url.ts';
import { secretsOf } from './config-secrets.ts';
import { firingSeverity } from './firing.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { deliverByHttp, requestSummary, withoutSlash } from './http-delivery.ts';
import { deferredFor, httpStatus, isSuccess, notFrom, refusedFor } from './http-outcome.ts';

/** The default limit of a server (`message-size-limit`); longer texts become files. */
const MESSAGE_BYTES_MAX = 4_096;
const TITLE_BYTES_MAX = 250;

/** https://docs.ntfy.sh/publish/#message-priority */
const PRIORITIES = { info: 3, warning: 4, critical: 5 } as const;
/** Without a sound, since whoever acknowledged it knows. */
const QUIET = 2;
const DEFAULT = 3;

/** Tags that ntfy shows as emoji. */
const TAGS = {
  info: 'information_source',
  warning: 'warning',
  critical: 'rotating_light',
} as const;

/** Error codes of its own, in the body. https://docs.ntfy.sh/publish/#limitations */
const DAILY_QUOTA = 42_908;

const DAY_MS = 86_400_000;

const refusal = z.object({ code: z.number().optional(), error: z.string().optional() });

function importance(delivery: Delivery): { priority: number; tags: string[] } {
  const firing = firingSeverity(delivery);
  if (firing !== null) return { priority: PRIORITIES[firing], tags: [TAGS[firing]] };
  switch (delivery.event) {
    case 'acknowledged':
      return { priority: QUIET, tags: ['eyes'] };
    case 'test':
      return { priority: DEFAULT, tags: ['bell'] };
    default:
      return { priority: DEFAULT, tags: ['white_check_mark'] };
  }
}

/**
 * One sequence an alert, so that what comes later replaces what came before on every phone. A late
 * notification must not replace a newer one and has its own sequence, as a test or a bundle has.
 */
const sequenceOf = ({ event, alert, bundle, overtakenBy, notificationId }: Delivery): string =>
  bundle === null && overtakenBy === null && event !== 'test' ? alert.id : notificationId;

function bodyOf(config: NtfyConfig, delivery: Delivery): string {
  const { links, messages } = delivery;
  const { title, body } = readableText(delivery);
  const click = clickOf(delivery);
  const actions = links.actions.map((action) => ({
    action: 'http',
    label: messages.text(`message.action.${action.name}`),
    url: action.url,
    method: 'POST',
    clear: true,
  }));
  return JSON.stringify({
    topic: config.topic,
    title: boundedText(title, TITLE_BYTES_MAX, 'bytes'),
    // It replaces an empty message with its own text.
    message: body === '' ? title : boundedText(body, MESSAGE_BYTES_MAX, 'bytes'),
    ...importance(delivery),
    ...(click !== null && { click }),
    ...(actions.length > 0 && { actions }),
    sequence_id: sequenceOf(delivery),
  });
}

/** A JSON answer of the service's own that is no success, or one of somebody else who answers in its place. */
function meaningOf(answer: HttpAnswer, now: number): Outcome | null {
  if (isSuccess(answer)) {
    return namesField(answer, 'id') ? null : notFrom('ntfy', ['ntfy.server'], answer);
  }
  const { code, error } = answerJson(answer, refusal) ?? {};
  const params = (...fields: readonly string[]) => ({
    service: 'ntfy',
    status: httpStatus(answer),
    fields,
  });
  switch (answer.statusCode) {
    case 400: {
      const reason = { code: 'failure.rejected', params: params('ntfy.topic') } as const;
      return refusedFor('rejected', reason, answer, error);
    }
    case 401: {
      const fields = ['ntfy.token', 'ntfy.user', 'ntfy.password'];
      const reason = { code: 'failure.credentials_refused', params: params(...fields) } as const;
      return refusedFor('authentication', reason, answer, error);
    }
    case 403: {
      const fields = ['ntfy.topic', 'ntfy.token', 'ntfy.user'];
      const reason = { code: 'failure.topic_forbidden', params: params(...fields) } as const;
      return refusedFor('authentication', reason, answer, error);
    }
    case 429: {
      if (code !== DAILY_QUOTA) return null;
      const reason = {
        code: 'failure.daily_quota',
        params: { service: 'ntfy', status: httpStatus(answer) },
      } as const;
      const retryAfterMs = DAY_MS - (now % DAY_MS);
      return deferredFor('rate_limited', reason, answer, { retryAfterMs, receiverText: error });
    }
    default:
      return null;
  }
}

function credentialsOf({ token, user, password }: NtfyConfig): string | null {
  if (token !== undefined) return `Bearer ${token}`;
  if (user === undefined || password === undefined) return null;
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** ntfy, the public one or a server of one's own, by its JSON publishing (https://docs.ntfy.sh/publish/). */
export const createNtfy = (send: HttpClient): ChannelAdapter<NtfyConfig> => ({
  kind: 'ntfy',
  audience: 'people',
  timeoutMs: 15_000,
  concurrency: 1,
  // ntfy.sh: 60 at once, then one every 5 s.
  rateLimit: { count: 60, perMs: 300_000 },
  target: ({ server }) => originOf(server),
  send(config, delivery, context) {
    const { server } = config;
    const body = bodyOf(config, delivery);
    const authorization = credentialsOf(config);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Belfry',
      ...(authorization !== null && { authorization }),
    };
    const basic = authorization?.split(' ')[1] ?? '';
    return deliverByHttp(
      send,
      {
        request: { method: 'POST', url: `${withoutSlash(server)}/`, headers, body },
        summary: requestSummary('POST', originOf(server), delivery, body),
        secrets: [...secretsOf('ntfy', config, delivery), basic],
        meaning: meaningOf,
      },
      context,
    );
  },
});
