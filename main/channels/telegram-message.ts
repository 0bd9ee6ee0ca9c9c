import type { TelegramConfig } from '../contract/channel-kinds/telegram-config.ts';
import { boundedText } from '../domain/bounded-text.ts';
import { readableText, type Delivery } from './channel-adapter.ts';
import { withoutMentions } from './mentions.ts';
import { messageLinks, type MessageLink } from './message-links.ts';

/** https://core.telegram.org/bots/api#sendmessage; counted as entities are, in UTF-16. */
const TEXT_CHARS_MAX = 4_096;
/** Leaves room for a body, however long the names are. */
const TITLE_CHARS_MAX = 1_024;

const SEPARATOR = ' · ';

/** Parts that are left out after Telegram refused the message because of them. */
export interface Concessions {
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

/**
 * Text with the places of what is bold or a link. Telegram reads no markup in it, so nothing has to be
 * escaped; it would find names, though.
 */
function textOf(delivery: Delivery, links: readonly MessageLink[]) {
  const { title, body } = readableText(delivery);
  const lineChars = linkLine(links, 0).text.length;
  const heading = boundedText(title, TITLE_CHARS_MAX, 'utf16', withoutMentions);
  const room = TEXT_CHARS_MAX - heading.length - lineChars - 2;
  const lines = [heading, boundedText(body, room, 'utf16', withoutMentions)];
  const above = lines.filter((line) => line !== '').join('\n');
  const line = linkLine(links, above.length + 1);
  return {
    text: line.text === '' ? above : `${above}\n${line.text}`,
    entities: [{ type: 'bold', offset: 0, length: heading.length }, ...line.entities],
  };
}

/** `chat:message`: a message's number says nothing in another chat. */
export const threadOf = (chatId: string, messageId: number): string => `${chatId}:${messageId}`;

const answeredIn = (chatId: string, thread: string | null): number | null =>
  thread?.startsWith(`${chatId}:`) === true ? Number(thread.slice(chatId.length + 1)) : null;

/** The body of `sendMessage`. */
export function telegramMessage(
  { chatId: configured, topicId }: TelegramConfig,
  delivery: Delivery,
  { chatId: moved, withoutButtons }: Concessions,
): string {
  const chatId = moved ?? configured;
  const links = messageLinks(delivery);
  const buttons = withoutButtons ? [] : links.filter(isButton);
  const inText = links.filter((link) => !buttons.includes(link));
  const answered = answeredIn(chatId, delivery.thread);
  return JSON.stringify({
    chat_id: chatId,
    ...(topicId !== undefined && { message_thread_id: topicId }),
    ...textOf(delivery, inText),
    link_preview_options: { is_disabled: true },
    ...(answered !== null && {
      reply_parameters: { message_id: answered, allow_sending_without_reply: true },
    }),
    ...(buttons.length > 0 && {
      reply_markup: {
        inline_keyboard: buttons.map(({ title, url }) => [{ text: title, url }]),
      },
    }),
  });
}
