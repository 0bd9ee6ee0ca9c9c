import { z } from 'zod';
import type { NtfyConfig } from '../contract/channel-kind.ts';
import { basicLogin, below } from './capability-url.ts';
import { boundedMessage, clickOf, type ChannelAdapter, type Delivery } from './channel-adapter.ts';
import type { HttpClient } from './http-client.ts';
import { httpChannel, STRANGER } from './http-channel.ts';
import { answerJson, isSuccess, namesField } from './http-outcome.ts';
import { pictureOf, withPicture } from './picture.ts';
import { firingSeverity } from './tone.ts';

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

/** A code in the body. https://docs.ntfy.sh/publish/#limitations */
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
const sequenceOf = ({ event, knownAs, bundle, overtakenBy, notificationId }: Delivery): string =>
  bundle === null && overtakenBy === null && event !== 'test' ? knownAs : notificationId;

const shownText = (delivery: Delivery) =>
  boundedMessage(delivery, TITLE_BYTES_MAX, MESSAGE_BYTES_MAX, 'bytes');

function bodyOf(config: NtfyConfig, delivery: Delivery, picture: string | null): string {
  const { links, messages } = delivery;
  const { title, message } = shownText(delivery);
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
    title,
    // It replaces an empty message with its own text.
    message,
    ...importance(delivery),
    ...(click !== null && { click }),
    // The app fetches it, not the server.
    ...(picture !== null && { attach: picture }),
    ...(actions.length > 0 && { actions }),
    sequence_id: sequenceOf(delivery),
  });
}

function loginOf({ token, user, password }: NtfyConfig): { authorization?: string } {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (user === undefined || password === undefined) return {};
  return basicLogin(user, password);
}

/** ntfy, the public server or another one, by its JSON publishing (https://docs.ntfy.sh/publish/). */
export const createNtfy = (send: HttpClient): ChannelAdapter<NtfyConfig> =>
  httpChannel(send, {
    kind: 'ntfy',
    service: 'ntfy',
    at: 'server',
    // ntfy.sh: 60 at once, then one every 5 s.
    rateLimit: { count: 60, perMs: 300_000 },
    shown: shownText,
    message: (config, delivery) =>
      withPicture(pictureOf(delivery), (picture) => ({
        ...below(config.server, ''),
        headers: loginOf(config),
        body: bodyOf(config, delivery, picture),
      })),
    answered(answer, now) {
      if (isSuccess(answer)) return { code: namesField(answer, 'id') ? undefined : STRANGER };
      const { code, error: text } = answerJson(answer, refusal) ?? {};
      return code === DAILY_QUOTA
        ? { code, text, retryAfterMs: DAY_MS - (now % DAY_MS) }
        : { text };
    },
    refusals: [
      [400, 'rejected', 'failure.rejected', 'topic'],
      [401, 'authentication', 'failure.credentials_refused', 'token', 'user', 'password'],
      [403, 'authentication', 'failure.topic_forbidden', 'topic', 'token', 'user'],
      [DAILY_QUOTA, 'rate_limited', 'failure.daily_quota'],
    ],
  });
