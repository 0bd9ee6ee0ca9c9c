import { z } from 'zod';
import type { MattermostConfig } from '../contract/channel-kind.ts';
import { cutText } from '../domain/bounded-text.ts';
import type { MessageText } from '../domain/message-text.ts';
import { readableText, type ChannelAdapter, type Delivery } from './channel-adapter.ts';
import type { HttpClient } from './http-client.ts';
import { httpChannel } from './http-channel.ts';
import { answerJson } from './http-outcome.ts';
import { proseEscape, withoutMentions } from './markup.ts';
import { cutBody, markdownBody } from './message-links.ts';
import { pictureOf, withPicture } from './picture.ts';
import { firingSeverity, stepOf, TONE_COLOURS, toneOf } from './tone.ts';

/** Half of what the oldest servers take, which is 4,000 characters. */
const TITLE_CHARS_MAX = 2_000;
/** Older servers take 7,900 characters of attachments, as JSON. The rest is for links and keys. */
const ATTACHMENT_CHARS_MAX = 7_400;

/** Mentions by which a repeat is louder: whoever is online, then everybody. */
const MENTIONS = ['', '@here ', '@channel '] as const;

const backslashed = proseEscape(String.raw`\\\`*_{}[\]#+\-!>~|`);

/**
 * The server finds names behind backslashes too, and takes `<!channel>` and `<url|text>` for Slack's;
 * an invisible space keeps it from either.
 */
const escaped = (text: string): string =>
  backslashed(withoutMentions(text)).replaceAll('<', '<\u200b');

const imageOf = (picture: string | null) => (picture === null ? null : { image_url: picture });

function shownText(delivery: Delivery, picture: string | null): MessageText {
  const image = imageOf(picture);
  const room = ATTACHMENT_CHARS_MAX - (image ? JSON.stringify(image).length : 0);
  return {
    title: cutText(readableText(delivery).title, TITLE_CHARS_MAX, 'utf16', escaped),
    body: cutBody(delivery, room, 'json', escaped),
  };
}

function bodyOf(delivery: Delivery, picture: string | null): string {
  const { title, body } = shownText(delivery, picture);
  const mention = firingSeverity(delivery) === 'critical' ? stepOf(delivery, MENTIONS) : '';
  const image = imageOf(picture);
  const text = markdownBody(delivery, body, escaped);
  return JSON.stringify({
    text: `${mention}**${escaped(title)}**`,
    ...((text !== '' || image) && {
      attachments: [{ color: TONE_COLOURS[toneOf(delivery)], text, ...image }],
    }),
  });
}

const refusal = z.object({
  id: z.string().transform((name) => /^web\.incoming_webhook\.(\w+)\.app_error$/.exec(name)?.[1]),
  message: z.string().default(''),
});

/** An incoming webhook of Mattermost's. It can neither change a message nor answer one. */
export const createMattermost = (send: HttpClient): ChannelAdapter<MattermostConfig> =>
  httpChannel(send, {
    kind: 'mattermost',
    service: 'Mattermost',
    at: 'url',
    // A server's own limit is 10 in a second for all of its users, where it is switched on.
    rateLimit: { count: 1, perMs: 1_000 },
    shown: (delivery) => shownText(delivery, pictureOf(delivery)),
    message: ({ url }, delivery) =>
      withPicture(pictureOf(delivery), (picture) => ({ url, body: bodyOf(delivery, picture) })),
    answered(answer) {
      const said = answerJson(answer, refusal);
      return { code: said?.id, text: said?.message };
    },
    refusals: [
      // A creator who is gone takes the webhook along.
      [['invalid', 'user'], 'authentication', 'failure.webhook_removed', 'url'],
      ['disabled', 'configuration', 'failure.webhooks_disabled'],
      ['channel', 'gone', 'failure.webhook_channel_gone', 'url'],
      ['permissions', 'authentication', 'failure.webhook_owner_forbidden', 'url'],
    ],
  });
