import { z } from 'zod';
import type { PushoverConfig } from '../contract/channel-kinds/pushover-config.ts';
import { boundedText } from '../domain/bounded-text.ts';
import type { Outcome } from '../domain/outcome.ts';
import {
  clickOf,
  readableText,
  type ChannelAdapter,
  type Delivery,
  type SendContext,
} from './channel-adapter.ts';
import { answerJson } from './answer-json.ts';
import { secretsOf } from './config-secrets.ts';
import { firingSeverity } from './firing.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { deliverByHttp, requestSummary } from './http-delivery.ts';
import { deferredFor, httpStatus, isSuccess, refusedFor } from './http-outcome.ts';

const API = 'https://api.pushover.net';

/** https://pushover.net/api#limits, all in characters. */
const MESSAGE_CHARS_MAX = 1_024;
const TITLE_CHARS_MAX = 250;
const URL_CHARS_MAX = 512;

/** https://pushover.net/api#friendly: after a failure of the server. */
const WAIT_AT_LEAST_MS = 5_000;

/** -1 makes no sound, 1 passes quiet hours, 2 repeats until somebody confirms it. */
const PRIORITIES = { info: -1, warning: 0, critical: 1 } as const;
const EMERGENCY = 2;
const QUIET = -1;

/** Its errors name what is wrong; `user`, `token` and `device` say which field it is about. */
const answered = z.object({
  status: z.number().optional(),
  errors: z.array(z.string()).optional(),
  token: z.string().optional(),
  user: z.string().optional(),
  device: z.string().optional(),
});

/** Tells an alert's emergencies apart, to end them. Of a bundle nobody but its reader can. */
const tagOf = ({ alert, bundle, notificationId }: Delivery): string =>
  bundle === null ? alert.id : notificationId;

function priorityOf(config: PushoverConfig, delivery: Delivery): Record<string, string> {
  const firing = firingSeverity(delivery);
  if (firing === 'critical' && config.emergency) {
    return {
      priority: String(EMERGENCY),
      retry: String(config.retrySeconds),
      expire: String(config.expireSeconds),
      tags: tagOf(delivery),
    };
  }
  const rest = delivery.event === 'acknowledged' ? QUIET : 0;
  return { priority: String(firing === null ? rest : PRIORITIES[firing]) };
}

function formOf(config: PushoverConfig, delivery: Delivery): URLSearchParams {
  const { title, body } = readableText(delivery);
  const click = clickOf(delivery);
  const url = click !== null && click.length <= URL_CHARS_MAX ? click : null;
  return new URLSearchParams({
    token: config.token,
    user: config.user,
    ...(config.device !== undefined && { device: config.device }),
    title: boundedText(title, TITLE_CHARS_MAX, 'codepoints'),
    // It takes no empty message.
    message: boundedText(body === '' ? title : body, MESSAGE_CHARS_MAX, 'codepoints'),
    ...priorityOf(config, delivery),
    timestamp: String(Math.floor(delivery.createdAt / 1_000)),
    ...(url !== null && { url, url_title: delivery.messages.text('common.open') }),
  });
}

function meaningOf(answer: HttpAnswer, now: number): Outcome | null {
  const { status: isTaken, errors, token, user, device } = answerJson(answer, answered) ?? {};
  const { statusCode, headers } = answer;
  const receiverText = errors?.join('; ');
  const params = { service: 'Pushover', status: httpStatus(answer) };
  if (isSuccess(answer)) {
    if (isTaken === 1) return null;
    const reason = { code: 'failure.intercepted', params } as const;
    const waits = { waitAtLeastMs: WAIT_AT_LEAST_MS, receiverText };
    return deferredFor('server_error', reason, answer, waits);
  }
  if (statusCode === 429) {
    const resetAt = Number(headers['x-limit-app-reset']) * 1_000;
    const waits = resetAt > 0 ? { retryAfterMs: Math.max(0, resetAt - now) } : {};
    const reason = { code: 'failure.monthly_quota', params } as const;
    return deferredFor('rate_limited', reason, answer, { ...waits, receiverText });
  }
  if (statusCode >= 500) {
    const reason = { code: 'failure.unavailable', params } as const;
    const waits = { waitAtLeastMs: WAIT_AT_LEAST_MS, receiverText };
    return deferredFor('server_error', reason, answer, waits);
  }
  if (statusCode !== 400 && statusCode !== 401) return null;
  const wrong =
    token === 'invalid' ? 'pushover.token' : user === 'invalid' ? 'pushover.user' : null;
  if (wrong !== null) {
    const reason = {
      code: 'failure.credentials_refused',
      params: { ...params, fields: [wrong] },
    } as const;
    return refusedFor('authentication', reason, answer, receiverText);
  }
  const fields = device === undefined ? [] : ['pushover.device'];
  const reason = { code: 'failure.rejected', params: { ...params, fields } } as const;
  return refusedFor('rejected', reason, answer, receiverText);
}

/** Whether an emergency of the alert may still be repeating that nobody needs any more. */
const endsEmergency = (
  { emergency }: PushoverConfig,
  { event, alert, bundle }: Delivery,
): boolean =>
  emergency &&
  bundle === null &&
  alert.severity === 'critical' &&
  (event === 'acknowledged' || event === 'resolved');

interface Sending {
  readonly config: PushoverConfig;
  readonly delivery: Delivery;
  readonly context: SendContext;
}

/** Pushover (https://pushover.net/api). `api` is where it answers. */
export const createPushover = (send: HttpClient, api = API): ChannelAdapter<PushoverConfig> => {
  const post = (
    path: string,
    form: URLSearchParams,
    { config, delivery, context }: Sending,
  ): Promise<Outcome> => {
    const body = form.toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'Belfry' };
    return deliverByHttp(
      send,
      {
        request: { method: 'POST', url: `${api}${path}`, headers, body },
        summary: requestSummary('POST', new URL(api).host, delivery, body),
        secrets: secretsOf('pushover', config, delivery),
        meaning: meaningOf,
      },
      context,
    );
  };
  return {
    kind: 'pushover',
    audience: 'people',
    timeoutMs: 20_000,
    concurrency: 2,
    rateLimit: null,
    target: () => new URL(api).host,
    async send(config, delivery, context) {
      const sending = { config, delivery, context };
      if (endsEmergency(config, delivery)) {
        const path = `/1/receipts/cancel_by_tag/${tagOf(delivery)}.json`;
        const ended = await post(path, new URLSearchParams({ token: config.token }), sending);
        // What it refuses to end (there is none any more) must not keep the news from being told.
        if (ended.kind === 'transient') return ended;
      }
      return post('/1/messages.json', formOf(config, delivery), sending);
    },
  };
};
