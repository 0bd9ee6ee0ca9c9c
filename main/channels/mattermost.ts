import { z } from 'zod';
import type { MattermostConfig } from '../contract/channel-kinds/mattermost-config.ts';
import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import { boundedText } from '../domain/bounded-text.ts';
import type { Outcome, PermanentClass } from '../domain/outcome.ts';
import { answerJson } from './answer-json.ts';
import { originOf } from './capability-url.ts';
import { readableText, type ChannelAdapter, type Delivery } from './channel-adapter.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { postToHook } from './hook-delivery.ts';
import { outcomeOfAnswer, refusedFor } from './http-outcome.ts';
import { markdownLink, proseEscape } from './markdown.ts';
import { withoutMentions } from './mentions.ts';
import { messageLinks } from './message-links.ts';
import { TONE_COLOURS, toneOf } from './tone.ts';

/** Half of what the oldest servers take, which is 4,000 characters. */
const TITLE_CHARS_MAX = 2_000;
/** Older servers take 7,900 characters of attachments, as JSON. The rest is for links and keys. */
const ATTACHMENT_CHARS_MAX = 7_400;

const backslashed = proseEscape(String.raw`\\\`*_{}[\]#+\-!>~|`);

/**
 * The server finds names behind backslashes too, and takes `<!channel>` and `<url|text>` for Slack's;
 * an invisible space keeps it from either.
 */
const escaped = (text: string): string =>
  backslashed(withoutMentions(text)).replaceAll('<', '<\u200b');

function bodyOf(delivery: Delivery): string {
  const { title, body } = readableText(delivery);
  const links = messageLinks(delivery).map(({ title: words, url }) =>
    markdownLink(escaped(words), url),
  );
  const linkLine = links.join(' · ');
  const room = ATTACHMENT_CHARS_MAX - linkLine.length - 2;
  const lines = [boundedText(body, room, 'json', escaped), linkLine].filter((line) => line !== '');
  return JSON.stringify({
    text: `**${boundedText(title, TITLE_CHARS_MAX, 'utf16', escaped)}**`,
    ...(lines.length > 0 && {
      attachments: [{ color: TONE_COLOURS[toneOf(delivery)], text: lines.join('\n') }],
    }),
  });
}

const refusal = z.object({ id: z.string(), message: z.string().default('') });

const HOOK = { service: 'Mattermost', fields: ['mattermost.url'] };

/** By the server's own names of its errors. */
const REFUSALS: Readonly<Record<string, readonly [PermanentClass, FailureReason]>> = {
  'web.incoming_webhook.invalid.app_error': [
    'authentication',
    { code: 'failure.webhook_removed', params: HOOK },
  ],
  'web.incoming_webhook.disabled.app_error': [
    'configuration',
    { code: 'failure.webhooks_disabled', params: { service: 'Mattermost' } },
  ],
  'web.incoming_webhook.channel.app_error': [
    'gone',
    { code: 'failure.webhook_channel_gone', params: HOOK },
  ],
  'web.incoming_webhook.permissions.app_error': [
    'authentication',
    { code: 'failure.webhook_owner_forbidden', params: HOOK },
  ],
  // Its creator is gone, and the webhook with them.
  'web.incoming_webhook.user.app_error': [
    'authentication',
    { code: 'failure.webhook_removed', params: HOOK },
  ],
};

function meaningOf(answer: HttpAnswer, now: number): Outcome {
  const outcome = outcomeOfAnswer(answer, now);
  const said = outcome.kind === 'sent' ? null : answerJson(answer, refusal);
  if (!said) return outcome;
  const known = REFUSALS[said.id];
  if (known) return refusedFor(...known, answer, said.message);
  return outcome.kind === 'permanent' ? { ...outcome, receiverText: said.message } : outcome;
}

/** An incoming webhook of Mattermost's. It can neither change a message nor answer one. */
export const createMattermost = (send: HttpClient): ChannelAdapter<MattermostConfig> => ({
  kind: 'mattermost',
  audience: 'people',
  timeoutMs: 15_000,
  concurrency: 1,
  // A server's own limit is 10 in a second for all of its users, where it is switched on.
  rateLimit: { count: 1, perMs: 1_000 },
  target: ({ url }) => originOf(url),
  send: ({ url }, delivery, context) =>
    postToHook(
      send,
      { ...HOOK, url, body: bodyOf(delivery), meaning: meaningOf },
      delivery,
      context,
    ),
});
