import type { SlackConfig } from '../contract/channel-kinds/slack-config.ts';
import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import { boundedText } from '../domain/bounded-text.ts';
import type { Outcome, PermanentClass } from '../domain/outcome.ts';
import { originOf, wrongPath } from './capability-url.ts';
import { readableText, type ChannelAdapter, type Delivery } from './channel-adapter.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { postToHook } from './hook-delivery.ts';
import { outcomeOfAnswer } from './http-outcome.ts';
import { messageLinks } from './message-links.ts';
import { TONE_COLOURS, toneOf } from './tone.ts';

/** https://docs.slack.dev/reference/block-kit/blocks */
const HEADER_CHARS_MAX = 150;
const SECTION_CHARS_MAX = 3_000;
/** What a notification on a phone could show of it, and more. */
const FALLBACK_CHARS_MAX = 1_000;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Mentions, links and times are all written in `<…>`, so that without it text is text. */
const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);

const plain = (text: string, charsMax: number) => ({
  type: 'plain_text',
  text: boundedText(text, charsMax),
  emoji: false,
});

/** Links in a line. Buttons would ask the app to answer a request of Slack's, which a webhook cannot. */
function linkBlocks(delivery: Delivery) {
  const links = messageLinks(delivery).map(
    ({ title, url }) => `<${escaped(url)}|${escaped(title)}>`,
  );
  if (links.length === 0) return [];
  return [{ type: 'section', text: { type: 'mrkdwn', text: links.join(' · ') } }];
}

/** What people read is plain text, in which Slack finds no markup; `text` is for notifications alone. */
function bodyOf(delivery: Delivery): string {
  const { title, body } = readableText(delivery);
  const heading =
    title.length > HEADER_CHARS_MAX
      ? { type: 'section', text: plain(title, SECTION_CHARS_MAX) }
      : { type: 'header', text: plain(title, HEADER_CHARS_MAX) };
  const blocks = [
    ...(body === '' ? [] : [{ type: 'section', text: plain(body, SECTION_CHARS_MAX) }]),
    ...linkBlocks(delivery),
  ];
  return JSON.stringify({
    text: boundedText(title, FALLBACK_CHARS_MAX, 'utf16', escaped),
    blocks: [heading],
    ...(blocks.length > 0 && { attachments: [{ color: TONE_COLOURS[toneOf(delivery)], blocks }] }),
  });
}

type Meaning = readonly [PermanentClass, FailureReason];

const HOOK = { service: 'Slack', fields: ['slack.url'] };
const REMOVED: Meaning = ['authentication', { code: 'failure.webhook_removed', params: HOOK }];
const CHANNEL_GONE: Meaning = ['gone', { code: 'failure.webhook_channel_gone', params: HOOK }];
const RESTRICTED: Meaning = [
  'authentication',
  { code: 'failure.posting_restricted', params: { service: 'Slack' } },
];

/** By https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors */
const REFUSALS: Readonly<Record<string, Meaning>> = {
  invalid_token: REMOVED,
  no_active_hooks: REMOVED,
  no_service: REMOVED,
  no_service_id: REMOVED,
  no_team: REMOVED,
  team_disabled: REMOVED,
  channel_is_archived: CHANNEL_GONE,
  channel_not_found: CHANNEL_GONE,
  user_not_found: CHANNEL_GONE,
  action_prohibited: RESTRICTED,
  posting_to_general_channel_denied: RESTRICTED,
};

function meaningOf(answer: HttpAnswer, now: number): Outcome {
  const outcome = outcomeOfAnswer(answer, now);
  if (outcome.kind !== 'permanent') return outcome;
  const word = answer.body.trim();
  const [failureClass, reason] = REFUSALS[word] ?? [outcome.class, outcome.reason];
  // Anything longer than a word of Slack's is a page of somebody's on the way.
  const receiverText = /^\w{1,80}$/.test(word) ? word : undefined;
  return { ...outcome, class: failureClass, reason, receiverText };
}

/** An incoming webhook of Slack's. It can neither change a message nor answer one. */
export const createSlack = (send: HttpClient): ChannelAdapter<SlackConfig> => ({
  kind: 'slack',
  audience: 'people',
  timeoutMs: 15_000,
  concurrency: 1,
  // https://docs.slack.dev/apis/web-api/rate-limits
  rateLimit: { count: 1, perMs: 1_000 },
  target: ({ url }) => originOf(url),
  problem: ({ url }) =>
    wrongPath(
      url,
      /(?:^|\.)slack\.com$/,
      /^\/services\/./,
      'must be the address of an incoming webhook, https://hooks.slack.com/services/…',
    ),
  send: ({ url }, delivery, context) =>
    postToHook(
      send,
      { ...HOOK, url, body: bodyOf(delivery), meaning: meaningOf },
      delivery,
      context,
    ),
});
