import { z } from 'zod';
import type { GotifyConfig } from '../contract/channel-kind.ts';
import { below } from './capability-url.ts';
import { boundedMessage, clickOf, type ChannelAdapter, type Delivery } from './channel-adapter.ts';
import type { HttpClient } from './http-client.ts';
import { httpChannel, STRANGER } from './http-channel.ts';
import { answerJson, isSuccess, namesField } from './http-outcome.ts';
import { pictureOf, withPicture } from './picture.ts';
import { firingSeverity, stepOf } from './tone.ts';

/** Gotify has no limit; no phone shows more than this. */
const MESSAGE_CHARS_MAX = 16_000;
const TITLE_CHARS_MAX = 500;

/** Its Android app makes a sound from 4 on and insists from 8 on. */
const PRIORITIES = { info: 2, warning: 5, critical: [8, 9, 10] } as const;
/** In the drawer without a sound. */
const QUIET = 1;

const refusal = z.object({ errorDescription: z.string() });

function priorityOf(delivery: Delivery): number {
  const firing = firingSeverity(delivery);
  if (firing === null) return QUIET;
  return firing === 'critical' ? stepOf(delivery, PRIORITIES.critical) : PRIORITIES[firing];
}

const shownText = (delivery: Delivery) =>
  boundedMessage(delivery, TITLE_CHARS_MAX, MESSAGE_CHARS_MAX);

/** Extras of the message: https://gotify.net/docs/msgextras */
function bodyOf(delivery: Delivery, picture: string | null): string {
  const { title, message } = shownText(delivery);
  const click = clickOf(delivery);
  const notification = {
    ...(click !== null && { click: { url: click } }),
    ...(picture !== null && { bigImageUrl: picture }),
  };
  return JSON.stringify({
    title,
    // It takes no empty message.
    message,
    priority: priorityOf(delivery),
    extras: {
      'client::display': { contentType: 'text/plain' },
      ...(Object.keys(notification).length > 0 && { 'client::notification': notification }),
    },
  });
}

/** A Gotify server (https://gotify.net/api-docs). It can replace no message. */
export const createGotify = (send: HttpClient): ChannelAdapter<GotifyConfig> =>
  httpChannel(send, {
    kind: 'gotify',
    service: 'Gotify',
    at: 'server',
    concurrency: 2,
    shown: shownText,
    message: ({ server, token }, delivery) =>
      withPicture(pictureOf(delivery), (picture) => ({
        ...below(server, 'message'),
        headers: { 'x-gotify-key': token },
        body: bodyOf(delivery, picture),
      })),
    answered: (answer) =>
      isSuccess(answer)
        ? { code: namesField(answer, 'id') ? undefined : STRANGER }
        : { text: answerJson(answer, refusal)?.errorDescription },
    refusals: [
      [400, 'rejected', 'failure.rejected'],
      [[401, 403], 'authentication', 'failure.application_token', 'token'],
      [404, 'not_found', 'failure.not_found', 'server'],
    ],
  });
