import { z } from 'zod';
import type { DiscordConfig } from '../contract/channel-kind.ts';
import type { NotificationEvent } from '../contract/notification.ts';
import { cutText } from '../domain/bounded-text.ts';
import type { MessageText } from '../domain/message-text.ts';
import { pictureFileName } from '../domain/picture-format.ts';
import {
  readableText,
  type ChannelAdapter,
  type Delivery,
  type SendContext,
} from './channel-adapter.ts';
import type { HttpClient } from './http-client.ts';
import { httpChannel, type HttpMessage } from './http-channel.ts';
import { answerJson } from './http-outcome.ts';
import { markdownEscape, proseEscape, withoutMentions } from './markup.ts';
import { cutBody, markdownBody } from './message-links.ts';
import { pictureForm } from './multipart.ts';
import { shownPictureOf, withPicture, type PictureOrAddress } from './picture.ts';
import { firingSeverity, stepOf, TONE_COLOURS, toneOf } from './tone.ts';

/** https://discord.com/developers/docs/resources/message */
const CONTENT_CHARS_MAX = 2_000;
const DESCRIPTION_CHARS_MAX = 4_096;

/** Discord takes a backslash before any punctuation; `<` and `@` would begin mentions, emoji and times. */
const MARKS = String.raw`\\*_~\`|>#\-+[\]<@&`;
const escaped = proseEscape(MARKS);

/** In the message itself an address would also draw a preview of a page that a sender chose. */
const titleText = markdownEscape(`${MARKS}:`);

/** Mentions by which a repeat is louder: whoever is online, then everybody. */
const MENTIONS = ['', '@here ', '@everyone '] as const;

/** Events that change nothing but the message's colour; for all others there is a new message. */
const EDITS: ReadonlySet<NotificationEvent> = new Set(['acknowledged', 'resolved']);

/** A message that was deleted, or that the webhook wrote as another one, cannot be edited. */
const UNKNOWN_MESSAGE = 10_008;
const ANOTHERS_MESSAGE = 50_005;

const message = z.object({ id: z.string().regex(/^\d{1,25}$/) });
const refusal = z.object({
  code: z.number().optional(),
  message: z.string().optional(),
  retry_after: z.number().nonnegative().optional(),
});

const mentionOf = (delivery: Delivery): string =>
  firingSeverity(delivery) === 'critical' ? stepOf(delivery, MENTIONS) : '';

function shownText(delivery: Delivery): MessageText {
  const { title } = readableText(delivery);
  const mention = mentionOf(delivery);
  // Where ours is allowed to ping, a sender's would ping too.
  const safe = mention === '' ? title : withoutMentions(title);
  return {
    title: cutText(safe, CONTENT_CHARS_MAX - mention.length, 'utf16', titleText),
    body: cutBody(delivery, DESCRIPTION_CHARS_MAX, 'utf16', escaped),
  };
}

/** The name of the part with the file of number 0. */
const FILE = 'files[0]';

function contentOf(
  delivery: Delivery,
  picture: PictureOrAddress | null,
): Pick<HttpMessage, 'headers' | 'body'> {
  const { title, body } = shownText(delivery);
  const text = markdownBody(delivery, body, escaped);
  const color = Number.parseInt(TONE_COLOURS[toneOf(delivery)].slice(1), 16);
  const image = picture === null ? {} : { image: { url: urlOf(picture) } };
  const embed = { description: text, color, ...image };
  const mention = mentionOf(delivery);
  const message = {
    content: `${mention}${titleText(title)}`,
    embeds: text === '' && picture === null ? [] : [embed],
    allowed_mentions: { parse: mention === '' ? [] : ['everyone'] },
  };
  if (picture === null || typeof picture === 'string') return { body: JSON.stringify(message) };
  const description = delivery.messages.text('message.picture');
  const attachments = [{ id: 0, filename: pictureFileName(picture.type), description }];
  const value = JSON.stringify({ ...message, attachments });
  const fields = [{ name: 'payload_json', type: 'application/json', value }] as const;
  return pictureForm(delivery.notificationId, fields, { ...picture, name: FILE });
}

const urlOf = (picture: PictureOrAddress): string =>
  typeof picture === 'string' ? picture : `attachment://${pictureFileName(picture.type)}`;

/** Returns the webhook's address, or that of one of its messages. */
function addressOf({ url, threadId }: DiscordConfig, messageId: string | null): string {
  const address = new URL(url);
  if (messageId === null) address.searchParams.set('wait', 'true');
  else address.pathname = `${address.pathname.replace(/\/+$/, '')}/messages/${messageId}`;
  if (threadId !== undefined) address.searchParams.set('thread_id', threadId);
  return address.href;
}

function postOf(
  config: DiscordConfig,
  delivery: Delivery,
  picture: PictureOrAddress | null,
): HttpMessage {
  return {
    url: addressOf(config, null),
    ...contentOf(delivery, picture),
    accepted(answer) {
      const id = answerJson(answer, message)?.id;
      return id === undefined ? {} : { thread: id };
    },
  };
}

async function messageOf(
  config: DiscordConfig,
  delivery: Delivery,
  _now: number,
  context: SendContext,
): Promise<HttpMessage> {
  const { event, thread } = delivery;
  const post = (picture: PictureOrAddress | null): HttpMessage =>
    withPicture(picture, (shown) => postOf(config, delivery, shown));
  const picture = await shownPictureOf(delivery, context);
  if (thread === null || !EDITS.has(event)) return post(picture);
  return withPicture(picture, (shown) => ({
    ...postOf(config, delivery, shown),
    method: 'PATCH',
    url: addressOf(config, thread),
    next(_, answer) {
      const code = answer && answer.statusCode >= 400 && answerJson(answer, refusal)?.code;
      return code === UNKNOWN_MESSAGE || code === ANOTHERS_MESSAGE ? post(shown) : null;
    },
  }));
}

/** A webhook of a Discord channel. An alert's message turns green when it is over. */
export const createDiscord = (send: HttpClient): ChannelAdapter<DiscordConfig> =>
  httpChannel(send, {
    kind: 'discord',
    service: 'Discord',
    at: 'url',
    timeoutMs: 30_000,
    // 5 in 2 s for a webhook and 30 in a minute for its channel; this keeps both.
    rateLimit: { count: 5, perMs: 10_000 },
    shown: shownText,
    message: messageOf,
    answered(answer) {
      const { code, message: text, retry_after: seconds } = answerJson(answer, refusal) ?? {};
      // The body is exact; the header is rounded to whole seconds.
      return { code, text, retryAfterMs: seconds && Math.ceil(seconds * 1_000) };
    },
    // https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
    refusals: [
      [10_015, 'gone', 'failure.webhook_removed', 'url'],
      [50_027, 'authentication', 'failure.webhook_incomplete', 'url'],
      [10_003, 'configuration', 'failure.thread_unknown', 'threadId'],
      [220_001, 'configuration', 'failure.thread_required', 'threadId'],
      [[160_005, 50_083], 'configuration', 'failure.thread_closed', 'threadId'],
    ],
  });
