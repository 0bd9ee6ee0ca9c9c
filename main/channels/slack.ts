import type { SlackConfig } from '../contract/channel-kind.ts';
import { boundedText } from '../domain/bounded-text.ts';
import type { MessageText } from '../domain/message-text.ts';
import { readableText, type ChannelAdapter, type Delivery } from './channel-adapter.ts';
import type { HttpClient } from './http-client.ts';
import { httpChannel } from './http-channel.ts';
import { htmlText } from './markup.ts';
import { messageLinks } from './message-links.ts';
import { publicPictureOf, withPicture } from './picture.ts';
import { firingSeverity, stepOf, TONE_COLOURS, toneOf } from './tone.ts';

/** https://docs.slack.dev/reference/block-kit/blocks */
const HEADER_CHARS_MAX = 150;
const SECTION_CHARS_MAX = 3_000;
const ALT_CHARS_MAX = 2_000;
/** More than a notification on a phone shows. */
const FALLBACK_CHARS_MAX = 1_000;

const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });

function shownText(delivery: Delivery): MessageText {
  const { title, body } = readableText(delivery);
  return {
    title: boundedText(title, SECTION_CHARS_MAX),
    body: boundedText(body, SECTION_CHARS_MAX),
  };
}

/** Mentions by which a repeat is louder: whoever is active, then everybody. */
const MENTIONS = [null, '<!here>', '<!channel>'] as const;

function mentionBlocks(delivery: Delivery) {
  const mention = firingSeverity(delivery) === 'critical' ? stepOf(delivery, MENTIONS) : null;
  return mention === null ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: mention } }];
}

/** Links in a line. Buttons would ask the app to answer a request of Slack's, which a webhook cannot. */
function linkBlocks(delivery: Delivery) {
  const links = messageLinks(delivery).map(
    ({ title, url }) => `<${htmlText(url)}|${htmlText(title)}>`,
  );
  if (links.length === 0) return [];
  return [{ type: 'section', text: { type: 'mrkdwn', text: links.join(' · ') } }];
}

/** Slack fetches it before it answers, and refuses the message if it cannot. */
const pictureBlocks = (title: string, picture: string | null) =>
  picture === null
    ? []
    : [{ type: 'image', image_url: picture, alt_text: boundedText(title, ALT_CHARS_MAX) }];

/**
 * Returns the body, whose readable parts are plain text, in which Slack finds no markup. `text` is for notifications
 * alone; mentions, links and times are all written in `<…>`, so that text without it stays text.
 */
function bodyOf(delivery: Delivery, picture: string | null): string {
  const { title, body } = shownText(delivery);
  const heading =
    title.length > HEADER_CHARS_MAX
      ? { type: 'section', text: plain(title) }
      : { type: 'header', text: plain(title) };
  const blocks = [
    ...(body === '' ? [] : [{ type: 'section', text: plain(body) }]),
    ...linkBlocks(delivery),
    ...pictureBlocks(title, picture),
  ];
  return JSON.stringify({
    text: boundedText(title, FALLBACK_CHARS_MAX, 'utf16', htmlText),
    blocks: [heading, ...mentionBlocks(delivery)],
    ...(blocks.length > 0 && { attachments: [{ color: TONE_COLOURS[toneOf(delivery)], blocks }] }),
  });
}

/** An incoming webhook of Slack's. It can neither change a message nor answer one. */
export const createSlack = (send: HttpClient): ChannelAdapter<SlackConfig> =>
  httpChannel(send, {
    kind: 'slack',
    service: 'Slack',
    at: 'url',
    // https://docs.slack.dev/apis/web-api/rate-limits
    rateLimit: { count: 1, perMs: 1_000 },
    shown: shownText,
    message: ({ url }, delivery) =>
      withPicture(publicPictureOf(delivery), (picture) => ({
        url,
        body: bodyOf(delivery, picture),
      })),
    answered({ body }) {
      const word = body.trim();
      // Anything longer than a word of Slack's is a page of somebody's on the way.
      return /^\w{1,80}$/.test(word) ? { code: word, text: word } : {};
    },
    // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
    refusals: [
      [
        /^(?:invalid_token|no_active_hooks|no_service|no_service_id|no_team|team_disabled)$/,
        'authentication',
        'failure.webhook_removed',
        'url',
      ],
      [
        ['channel_is_archived', 'channel_not_found', 'user_not_found'],
        'gone',
        'failure.webhook_channel_gone',
        'url',
      ],
      [
        ['action_prohibited', 'posting_to_general_channel_denied'],
        'authentication',
        'failure.posting_restricted',
      ],
    ],
  });
