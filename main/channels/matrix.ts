import { z } from 'zod';
import type { MatrixConfig } from '../contract/channel-kind.ts';
import { below } from './capability-url.ts';
import {
  boundedMessage,
  joined,
  type ChannelAdapter,
  type Delivery,
  type SendContext,
} from './channel-adapter.ts';
import type { HttpClient } from './http-client.ts';
import { httpChannel, STRANGER } from './http-channel.ts';
import { answerJson, isSuccess } from './http-outcome.ts';
import { htmlAttribute, htmlText } from './markup.ts';
import { ownPictureOf } from './picture.ts';
import { firingSeverity } from './tone.ts';
import { htmlLinks, linkLines } from './message-links.ts';

/**
 * An event may have 65,536 bytes in all. The text is in it twice, and as HTML a byte may become five
 * (`&amp;`), so 8,000 of them leave room for links and what else an event holds.
 */
const BODY_BYTES_MAX = 8_000;
const TITLE_BYTES_MAX = 500;

const shownText = (delivery: Delivery) =>
  boundedMessage(delivery, TITLE_BYTES_MAX, BODY_BYTES_MAX, 'bytes');

/** The text plain and as HTML. Mentions are named, so that no `@room` within it pings anybody: only a louder repeat pings the room. */
function contentOf(delivery: Delivery, image: string): Record<string, unknown> {
  const { title, body } = shownText(delivery);
  const isLoud = delivery.loudness > 0 && firingSeverity(delivery) === 'critical';
  const html = [
    `<strong>${htmlText(title)}</strong>`,
    htmlText(body).replaceAll('\n', '<br>'),
    image,
    htmlLinks(delivery, ' · '),
  ];
  return {
    msgtype: 'm.text',
    body: joined([title, body, ...linkLines(delivery)]),
    format: 'org.matrix.custom.html',
    formatted_body: joined(html, '<br>'),
    'm.mentions': isLoud ? { room: true } : {},
    ...relation(delivery.thread),
  };
}

/** Puts later messages about an alert into the thread of its first one. */
const relation = (thread: string | null): Record<string, unknown> =>
  thread === null
    ? {}
    : {
        'm.relates_to': {
          rel_type: 'm.thread',
          event_id: thread,
          is_falling_back: true,
          'm.in_reply_to': { event_id: thread },
        },
      };

/** A slow upload leaves time for the message. */
const UPLOAD_MS = 10_000;

/** The address of a file in the homeserver's media repository. */
const mediaAnswer = z.object({ content_uri: z.string().regex(/^mxc:\/\/[^\s/]+\/[\w-]+$/) });

/**
 * Uploads the picture of an alert's first message, in whose thread later ones are. Returns it in HTML; ''
 * without one, or if the homeserver does not take it. A client that shows no images shows the text alone.
 */
async function uploaded(
  send: HttpClient,
  { homeserver, accessToken }: MatrixConfig,
  delivery: Delivery,
  context: SendContext,
): Promise<string> {
  const picture = delivery.thread === null ? await ownPictureOf(delivery, context) : null;
  if (picture === null) return '';
  const { type, bytes: body, width, height } = picture;
  const { url } = below(homeserver, '_matrix/media/v3/upload');
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': type };
  const limit = new AbortController();
  using _limit = context.clock.after(UPLOAD_MS, () => limit.abort());
  const signal = AbortSignal.any([context.signal, limit.signal]);
  const answer = await send({ method: 'POST', url, headers, body, signal }).catch(() => null);
  const source = answer && isSuccess(answer) && answerJson(answer, mediaAnswer)?.content_uri;
  if (typeof source !== 'string') return '';
  const alt = htmlAttribute(delivery.messages.text('message.picture'));
  return `<img src="${htmlAttribute(source)}" alt="${alt}" width="${width}" height="${height}">`;
}

const homeserverAnswer = z.object({
  errcode: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  event_id: z.string().optional().catch(undefined),
  retry_after_ms: z.number().min(0).optional().catch(undefined),
});

/** A room of a Matrix homeserver, over the client-server API. */
export const createMatrix = (send: HttpClient): ChannelAdapter<MatrixConfig> =>
  httpChannel(send, {
    kind: 'matrix',
    service: 'Matrix',
    // Synapse's rc_message as it is delivered: ten at once, then one in five seconds.
    rateLimit: { count: 10, perMs: 50_000 },
    target: ({ homeserver, roomId }, messages) =>
      messages.text('channels.target.matrix', { room: roomId, server: new URL(homeserver).host }),
    shown: shownText,
    timeoutMs: 30_000,
    async message(config, delivery, _now, context) {
      const { homeserver, roomId, accessToken } = config;
      const room = encodeURIComponent(roomId);
      // The id of the notification makes what is sent again the same event.
      const path = `rooms/${room}/send/m.room.message/${delivery.notificationId}`;
      return {
        method: 'PUT',
        url: below(homeserver, `_matrix/client/v3/${path}`).url,
        headers: { authorization: `Bearer ${accessToken}` },
        body: JSON.stringify(contentOf(delivery, await uploaded(send, config, delivery, context))),
        accepted(answer) {
          // The thread goes on from its first message, whatever else was said in it.
          const thread = delivery.thread ?? answerJson(answer, homeserverAnswer)?.event_id;
          return thread === undefined ? {} : { thread };
        },
      };
    },
    answered(answer) {
      const said = answerJson(answer, homeserverAnswer);
      if (isSuccess(answer)) return { code: said?.event_id === undefined ? STRANGER : undefined };
      if (answer.statusCode >= 500) return {};
      const wait = said?.retry_after_ms;
      const retryAfterMs = wait === undefined ? undefined : Math.ceil(wait);
      return { code: said?.errcode, text: said?.error, retryAfterMs };
    },
    refusals: [
      [STRANGER, 'configuration', 'failure.homeserver_wrong', 'homeserver'],
      ['M_UNKNOWN_TOKEN', 'authentication', 'failure.credentials_refused', 'accessToken'],
      ['M_MISSING_TOKEN', 'authentication', 'failure.token_lost'],
      ['M_USER_DEACTIVATED', 'authentication', 'failure.account_deactivated', 'accessToken'],
      ['M_FORBIDDEN', 'authentication', 'failure.room_forbidden', 'roomId'],
      ['M_TOO_LARGE', 'rejected', 'failure.too_large'],
      ['M_UNRECOGNIZED', 'not_found', 'failure.not_found', 'homeserver'],
    ],
  });
