import { z } from 'zod';
import type { DiscordConfig } from '../contract/channel-kinds/discord-config.ts';
import type { NotificationEvent } from '../contract/notification.ts';
import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import { boundedText } from '../domain/bounded-text.ts';
import type { Outcome, PermanentClass } from '../domain/outcome.ts';
import { answerJson } from './answer-json.ts';
import { originOf, wrongPath } from './capability-url.ts';
import {
  readableText,
  type ChannelAdapter,
  type Delivery,
  type SendContext,
} from './channel-adapter.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { deliverToHook } from './hook-delivery.ts';
import { outcomeOfAnswer, refusedFor } from './http-outcome.ts';
import { markdownEscape, markdownLink, proseEscape } from './markdown.ts';
import { messageLinks } from './message-links.ts';
import { TONE_COLOURS, toneOf } from './tone.ts';

/** https://discord.com/developers/docs/resources/message */
const CONTENT_CHARS_MAX = 2_000;
const DESCRIPTION_CHARS_MAX = 4_096;

/** Discord takes a backslash before any punctuation; `<` and `@` would begin mentions, emoji and times. */
const MARKS = String.raw`\\*_~\`|>#\-+[\]<@&`;
const escaped = proseEscape(MARKS);

/** In the message itself an address would also draw a preview of a page that a sender chose. */
const titleText = markdownEscape(`${MARKS}:`);

/** News that changes nothing for the reader but the message's own colour; everything else is told anew. */
const EDITS: ReadonlySet<NotificationEvent> = new Set(['acknowledged', 'resolved']);

/** What the webhook wrote as another one, or what was deleted, is not there to be edited. */
const UNKNOWN_MESSAGE = 10_008;
const ANOTHERS_MESSAGE = 50_005;

const message = z.object({ id: z.string().regex(/^\d{1,25}$/) });
const refusal = z.object({
  code: z.number().optional(),
  message: z.string().optional(),
  retry_after: z.number().nonnegative().optional(),
});

function bodyOf(delivery: Delivery): string {
  const { title, body } = readableText(delivery);
  const links = messageLinks(delivery).map(({ title: words, url }) =>
    markdownLink(escaped(words), url),
  );
  const linkLine = links.join(' · ');
  const room = DESCRIPTION_CHARS_MAX - linkLine.length - 1;
  const lines = [boundedText(body, room, 'utf16', escaped), linkLine].filter((line) => line !== '');
  const colour = Number.parseInt(TONE_COLOURS[toneOf(delivery)].slice(1), 16);
  return JSON.stringify({
    content: boundedText(title, CONTENT_CHARS_MAX, 'utf16', titleText),
    embeds: lines.length === 0 ? [] : [{ description: lines.join('\n'), color: colour }],
    allowed_mentions: { parse: [] },
  });
}

/** The webhook's address, or that of one of its messages. */
function addressOf({ url, threadId }: DiscordConfig, messageId: string | null): string {
  const address = new URL(url);
  if (messageId === null) address.searchParams.set('wait', 'true');
  else address.pathname = `${address.pathname.replace(/\/+$/, '')}/messages/${messageId}`;
  if (threadId !== undefined) address.searchParams.set('thread_id', threadId);
  return address.href;
}

const HOOK = { service: 'Discord', fields: ['discord.url'] };

/** By https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
function refusalOf(code: number | undefined): readonly [PermanentClass, FailureReason] | null {
  const thread = { service: 'Discord', fields: ['discord.threadId'] };
  switch (code) {
    case 10_015:
      return ['gone', { code: 'failure.webhook_removed', params: HOOK }];
    case 50_027:
      return ['authentication', { code: 'failure.webhook_incomplete', params: HOOK }];
    case 10_003:
      return ['configuration', { code: 'failure.thread_unknown', params: thread }];
    case 220_001:
      return ['configuration', { code: 'failure.thread_required', params: thread }];
    case 160_005:
    case 50_083:
      return ['configuration', { code: 'failure.thread_closed', params: thread }];
    default:
      return null;
  }
}

function meaningOf(answer: HttpAnswer, now: number): Outcome {
  if (answer.statusCode < 300) {
    const thread = answerJson(answer, message)?.id;
    return { ...outcomeOfAnswer(answer, now), ...(thread === undefined ? {} : { thread }) };
  }
  const said = answerJson(answer, refusal);
  const known = refusalOf(said?.code);
  if (known) return refusedFor(...known, answer, said?.message);
  const outcome = outcomeOfAnswer(answer, now);
  if (outcome.kind !== 'transient' || said?.retry_after === undefined) return outcome;
  // The body is exact; the header is rounded to whole seconds.
  return { ...outcome, retryAfterMs: Math.ceil(said.retry_after * 1_000) };
}

async function deliver(
  send: HttpClient,
  config: DiscordConfig,
  delivery: Delivery,
  messageId: string | null,
  context: SendContext,
): Promise<{ outcome: Outcome; isMissing: boolean }> {
  let isMissing = false;
  const outcome = await deliverToHook(
    send,
    {
      ...HOOK,
      method: messageId === null ? 'POST' : 'PATCH',
      hook: config.url,
      url: addressOf(config, messageId),
      body: bodyOf(delivery),
      meaning(answer, now) {
        const code = answer.statusCode < 400 ? undefined : answerJson(answer, refusal)?.code;
        isMissing = code === UNKNOWN_MESSAGE || code === ANOTHERS_MESSAGE;
        return meaningOf(answer, now);
      },
    },
    delivery,
    context,
  );
  return { outcome, isMissing };
}

/** A webhook of a Discord channel. An alert's message turns green when it is over. */
export const createDiscord = (send: HttpClient): ChannelAdapter<DiscordConfig> => ({
  kind: 'discord',
  audience: 'people',
  timeoutMs: 15_000,
  concurrency: 1,
  // 5 in 2 s for a webhook and 30 in a minute for its channel; this keeps both.
  rateLimit: { count: 5, perMs: 10_000 },
  target: ({ url }) => originOf(url),
  problem: ({ url }) =>
    wrongPath(
      url,
      /(?:^|\.)discord(?:app)?\.com$/,
      /^\/api\/(?:v\d+\/)?webhooks\/\d+\/[^/]+\/?$/,
      'must be the address of a webhook, https://discord.com/api/webhooks/… with two parts behind it',
    ),
  async send(config, delivery, context) {
    const { event, thread } = delivery;
    if (thread !== null && EDITS.has(event)) {
      const { outcome, isMissing } = await deliver(send, config, delivery, thread, context);
      if (!isMissing) return outcome;
    }
    return (await deliver(send, config, delivery, null, context)).outcome;
  },
});
