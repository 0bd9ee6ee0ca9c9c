import { z } from 'zod';
import type { PushoverConfig } from '../contract/channel-kind.ts';
import type { Picture } from '../domain/picture-format.ts';
import { boundedMessage, clickOf, type ChannelAdapter, type Delivery } from './channel-adapter.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { httpChannel, STRANGER, type Answered, type HttpMessage } from './http-channel.ts';
import { answerJson, isSuccess } from './http-outcome.ts';
import { ownPictureOf, withPicture } from './picture.ts';
import { firingSeverity } from './tone.ts';

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

/** Tags an alert's emergencies, to end them; those of a bundle only their reader can end. */
const tagOf = ({ knownAs, bundle, notificationId }: Delivery): string =>
  bundle === null ? knownAs : notificationId;

function priorityOf(config: PushoverConfig, delivery: Delivery): Record<string, string> {
  const firing = firingSeverity(delivery);
  if (firing === 'critical' && (config.emergency || delivery.loudness > 0)) {
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

const shownText = (delivery: Delivery) =>
  boundedMessage(delivery, TITLE_CHARS_MAX, MESSAGE_CHARS_MAX, 'codepoints');

function formOf(
  config: PushoverConfig,
  delivery: Delivery,
  picture: Picture | null,
): URLSearchParams {
  const { title, message } = shownText(delivery);
  const click = clickOf(delivery);
  const url = click !== null && click.length <= URL_CHARS_MAX ? click : null;
  return new URLSearchParams({
    token: config.token,
    user: config.user,
    ...(config.device !== undefined && { device: config.device }),
    title,
    // It takes no empty message.
    message,
    ...priorityOf(config, delivery),
    timestamp: String(Math.floor(delivery.createdAt / 1_000)),
    ...(url !== null && { url, url_title: delivery.messages.text('common.open') }),
    ...(picture !== null && {
      attachment_base64: picture.bytes.toString('base64'),
      attachment_type: picture.type,
    }),
  });
}

/** Returns true if an emergency of the alert may still be repeating in vain, however severe it is by now. */
const endsEmergency = (
  { emergency }: PushoverConfig,
  { event, bundle, wasLouder }: Delivery,
): boolean =>
  (emergency || wasLouder) && bundle === null && (event === 'acknowledged' || event === 'resolved');

/** Reads an answer; a wrong field says more than the status. */
function answeredBy(answer: HttpAnswer, now: number): Answered {
  const { status: isTaken, errors, token, user, device } = answerJson(answer, answered) ?? {};
  const { statusCode, headers } = answer;
  const text = errors?.join('; ');
  const waitAtLeastMs = statusCode === 429 ? undefined : WAIT_AT_LEAST_MS;
  if (isSuccess(answer)) return isTaken === 1 ? {} : { code: STRANGER, text, waitAtLeastMs };
  const resetAt = Number(headers['x-limit-app-reset']) * 1_000;
  const retryAfterMs = statusCode === 429 && resetAt > 0 ? Math.max(0, resetAt - now) : undefined;
  const isRefusal = statusCode === 400 || statusCode === 401;
  const wrong = token === 'invalid' ? 'token' : user === 'invalid' ? 'user' : device && 'device';
  return { code: isRefusal ? (wrong ?? 'message') : undefined, text, retryAfterMs, waitAtLeastMs };
}

/** Pushover (https://pushover.net/api). `api` is where it answers. */
export const createPushover = (send: HttpClient, api = API): ChannelAdapter<PushoverConfig> => {
  const request = (path: string, form: URLSearchParams): HttpMessage => ({
    url: `${api}${path}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
  return httpChannel(send, {
    kind: 'pushover',
    service: 'Pushover',
    timeoutMs: 30_000,
    concurrency: 2,
    target: () => new URL(api).host,
    shown: shownText,
    async message(config, delivery, _now, context) {
      const message = withPicture(await ownPictureOf(delivery, context), (picture) =>
        request('/1/messages.json', formOf(config, delivery, picture)),
      );
      if (!endsEmergency(config, delivery)) return message;
      const path = `/1/receipts/cancel_by_tag/${tagOf(delivery)}.json`;
      return {
        ...request(path, new URLSearchParams({ token: config.token })),
        // An emergency that it refuses to end (there is none any more) must not keep the message back.
        next: ({ kind }) => (kind === 'transient' ? null : message),
      };
    },
    answered: answeredBy,
    refusals: [
      [STRANGER, 'server_error', 'failure.intercepted'],
      [429, 'rate_limited', 'failure.monthly_quota'],
      [/^5\d\d$/, 'server_error', 'failure.unavailable'],
      ['token', 'authentication', 'failure.credentials_refused', 'token'],
      ['user', 'authentication', 'failure.credentials_refused', 'user'],
      ['device', 'rejected', 'failure.rejected', 'device'],
      ['message', 'rejected', 'failure.rejected'],
    ],
  });
};
