import { z } from 'zod';
import type { TelegramConfig } from '../contract/channel-kind.ts';
import { cutText } from '../domain/bounded-text.ts';
import type { MessageText } from '../domain/message-text.ts';
import { below } from './capability-url.ts';
import {
  joined,
  readableText,
  type ChannelAdapter,
  type Delivery,
  type SendContext,
} from './channel-adapter.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { httpChannel, type HttpMessage } from './http-channel.ts';
import { answerJson } from './http-outcome.ts';
import { withoutMentions } from './markup.ts';
import { messageLinks, type MessageLink } from './message-links.ts';
import { pictureForm } from './multipart.ts';
import {
  pictureOf,
  publicPictureOf,
  shownPictureOf,
  withPicture,
  type PictureOrAddress,
} from './picture.ts';

const API_URL = 'https://api.telegram.org';

const taken = z.object({ result: z.object({ message_id: z.int() }) });
const refusal = z.object({
  description: z.string().default(''),
  parameters: z
    .object({
      retry_after: z.number().nonnegative().optional(),
      migrate_to_chat_id: z.union([z.int(), z.string().regex(/^-?\d+$/)]).optional(),
    })
    .default({}),
});

/** https://core.telegram.org/bots/api#sendmessage; counted as entities are, in UTF-16. */
const TEXT_CHARS_MAX = 4_096;
/** https://core.telegram.org/bots/api#sendphoto; of the text below a picture. */
const CAPTION_CHARS_MAX = 1_024;
/** Leaves room for a body, however long the names are. */
const TITLE_CHARS_MAX = 1_024;

const SEPARATOR = ' · ';

/** Parts that are left out after Telegram refused the message because of them. */
interface Concessions {
  /** The chat's number since it became another one. */
  readonly chatId: string | null;
  readonly withoutButtons: boolean;
}

/** Telegram takes buttons to addresses in the Internet alone; where that is, https is. */
const isButton = ({ url }: MessageLink): boolean => url.startsWith('https://');

/** Returns the titles of links in a line, with their places in `text`. */
function linkLine(links: readonly MessageLink[], offset: number) {
  let at = offset;
  const entities = links.map(({ title, url }) => {
    const entity = { type: 'text_link', offset: at, length: title.length, url };
    at += title.length + SEPARATOR.length;
    return entity;
  });
  return { text: links.map(({ title }) => title).join(SEPARATOR), entities };
}

/** Returns the text, cut so that it fits into a message with the links below it. */
function shownText(delivery: Delivery, links: readonly MessageLink[]): MessageText {
  const { title, body } = readableText(delivery);
  const heading = cutText(title, TITLE_CHARS_MAX, 'utf16', withoutMentions);
  const lineChars = linkLine(links, 0).text.length;
  const room = TEXT_CHARS_MAX - withoutMentions(heading).length - lineChars - 2;
  return { title: heading, body: cutText(body, room, 'utf16', withoutMentions) };
}

/**
 * Text with the places of what is bold or a link. Telegram reads no markup in it, so nothing has to be
 * escaped; it would find names, though.
 */
function textOf(delivery: Delivery, links: readonly MessageLink[]) {
  const { title, body } = shownText(delivery, links);
  const heading = withoutMentions(title);
  const above = joined([heading, withoutMentions(body)]);
  const line = linkLine(links, above.length + 1);
  return {
    text: line.text === '' ? above : `${above}\n${line.text}`,
    entities: [{ type: 'bold', offset: 0, length: heading.length }, ...line.entities],
  };
}

/** `chat:message`: a message's number says nothing in another chat. */
const threadOf = (chatId: string, messageId: number): string => `${chatId}:${messageId}`;

const answeredIn = (chatId: string, thread: string | null): number | null =>
  thread?.startsWith(`${chatId}:`) === true ? Number(thread.slice(chatId.length + 1)) : null;

/** Returns what goes to which method of the bot: a photo with a caption, or a message. */
function callOf(
  { chatId: configured, topicId }: TelegramConfig,
  delivery: Delivery,
  { chatId: moved, withoutButtons }: Concessions,
  picture: PictureOrAddress | null,
): { method: string } & Pick<HttpMessage, 'headers' | 'body'> {
  const chatId = moved ?? configured;
  const links = messageLinks(delivery);
  const buttons = withoutButtons ? [] : links.filter(isButton);
  const inText = links.filter((link) => !buttons.includes(link));
  const answered = answeredIn(chatId, delivery.thread);
  const { text, entities } = textOf(delivery, inText);
  const chat = {
    chat_id: chatId,
    ...(topicId !== undefined && { message_thread_id: topicId }),
  };
  const options = {
    ...(answered !== null && {
      reply_parameters: { message_id: answered, allow_sending_without_reply: true },
    }),
    ...(buttons.length > 0 && {
      reply_markup: {
        inline_keyboard: buttons.map(({ title, url }) => [{ text: title, url }]),
      },
    }),
  };
  if (picture === null || typeof picture === 'string') {
    // Telegram fetches the picture for the preview.
    const link_preview_options =
      picture === null ? { is_disabled: true } : { url: picture, prefer_large_media: true };
    const message = { ...chat, text, entities, link_preview_options, ...options };
    return { method: 'sendMessage', body: JSON.stringify(message) };
  }
  const caption = { ...chat, caption: text, caption_entities: entities, ...options };
  const fields = Object.entries(caption).map(([name, value]) => ({
    name,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));
  const form = pictureForm(delivery.notificationId, fields, { ...picture, name: 'photo' });
  return { method: 'sendPhoto', ...form };
}

/** Returns the picture to show: the address alone if the text is too long for a caption. */
async function pictureFor(
  delivery: Delivery,
  context: SendContext,
): Promise<PictureOrAddress | null> {
  if (pictureOf(delivery) === null) return null;
  const inText = messageLinks(delivery).filter((link) => !isButton(link));
  const isCaption = textOf(delivery, inText).text.length <= CAPTION_CHARS_MAX;
  return isCaption ? shownPictureOf(delivery, context) : publicPictureOf(delivery);
}

/** Returns what a second request has to be without; null if that would not help. */
function concession(answer: HttpAnswer, made: Concessions): Concessions | null {
  if (answer.statusCode !== 400) return null;
  const said = answerJson(answer, refusal);
  const chatId = said?.parameters.migrate_to_chat_id;
  if (chatId !== undefined && made.chatId === null) return { ...made, chatId: String(chatId) };
  const isAboutButtons = /BUTTON_URL_INVALID|keyboard button/i.test(said?.description ?? '');
  return isAboutButtons && !made.withoutButtons ? { ...made, withoutButtons: true } : null;
}

function messageOf(
  config: TelegramConfig,
  delivery: Delivery,
  made: Concessions,
  picture: PictureOrAddress | null = null,
): HttpMessage {
  const { apiUrl = API_URL, token } = config;
  const { thread } = delivery;
  const { chatId } = made;
  const chat = chatId ?? config.chatId;
  const { method, ...content } = callOf(config, delivery, made, picture);
  return {
    url: below(apiUrl, `bot${token}/${method}`).url,
    ...content,
    accepted(answer) {
      const id = answerJson(answer, taken)?.result.message_id;
      const own = id === undefined ? null : threadOf(chat, id);
      // Later messages answer the first about the alert, so that its whole story is a tap away.
      const kept = thread?.startsWith(`${chat}:`) === true ? thread : own;
      return {
        ...(kept !== null && { thread: kept }),
        ...(chatId !== null && { correction: { chatId } }),
      };
    },
    next(_, answer) {
      const conceded = answer && concession(answer, made);
      return conceded && messageOf(config, delivery, conceded);
    },
  };
}

/** A Telegram bot that writes to one chat. */
export const createTelegram = (send: HttpClient): ChannelAdapter<TelegramConfig> =>
  httpChannel(send, {
    kind: 'telegram',
    service: 'Telegram',
    at: 'apiUrl',
    timeoutMs: 30_000,
    // https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    rateLimit: { count: 1, perMs: 1_000 },
    target: ({ chatId }, messages) => messages.text('channels.target.telegram', { chat: chatId }),
    shown: (delivery) =>
      shownText(
        delivery,
        messageLinks(delivery).filter((link) => !isButton(link)),
      ),
    message: async (config, delivery, _now, context) =>
      withPicture(await pictureFor(delivery, context), (picture) =>
        messageOf(config, delivery, { chatId: null, withoutButtons: false }, picture),
      ),
    answered(answer) {
      const { description = '', parameters } = answerJson(answer, refusal) ?? {};
      const text = description.replace(/^(?:Bad Request|Forbidden): /, '');
      const seconds = parameters?.retry_after;
      return { code: text, text, retryAfterMs: seconds && seconds * 1_000 };
    },
    refusals: [
      [/^Unauthorized|^Not Found/i, 'authentication', 'failure.bot_unknown', 'token'],
      [/chat not found|peer_id_invalid/i, 'configuration', 'failure.chat_unknown', 'chatId'],
      [/thread not found|TOPIC_/i, 'configuration', 'failure.thread_unknown', 'topicId'],
      [/blocked by the user|initiate conversation/i, 'authentication', 'failure.bot_blocked'],
      [
        /kicked|not a member|need administrator rights|not enough rights|have no rights|CHAT_WRITE_FORBIDDEN/i,
        'authentication',
        'failure.bot_removed',
      ],
      [/deactivated|group chat was deleted/i, 'gone', 'failure.chat_gone', 'chatId'],
    ],
  });
