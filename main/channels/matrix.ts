import { z } from 'zod';
import type { MatrixConfig } from '../contract/channel-kinds/matrix-config.ts';
import { boundedText } from '../domain/bounded-text.ts';
import { sent, type Outcome, type PermanentClass } from '../domain/outcome.ts';
import { readableText, type ChannelAdapter, type Delivery } from './channel.ts';
import { secretsOf } from './config-secrets.ts';
import { htmlAttribute, htmlText } from './escaped-html.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { below } from './capability-url.ts';
import { deliverByHttp, requestSummary } from './http-delivery.ts';
import { isSuccess, receiverText, outcomeOfAnswer, refusedFor } from './http-outcome.ts';
import { answerJson } from './answer-json.ts';
import { messageLinks } from './message-links.ts';

/**
 * An event may have 65,536 bytes in all. The text is in it twice, and as HTML a byte may become five
 * (`&amp;`), so 8,000 of them leave room for links and what else an event holds.
 */
const BODY_BYTES_MAX = 8_000;
const TITLE_BYTES_MAX = 500;

/** The text plain and as HTML. The mentions are named as none, so that no `@room` within it pings anybody. */
function contentOf(delivery: Delivery): Record<string, unknown> {
  const text = readableText(delivery);
  const title = boundedText(text.title, TITLE_BYTES_MAX, 'bytes');
  const body = boundedText(text.body, BODY_BYTES_MAX, 'bytes');
  const links = messageLinks(delivery);
  const plain = [title, body, ...links.map((link) => `${link.title}: ${link.url}`)];
  const html = [
    `<strong>${htmlText(title)}</strong>`,
    htmlText(body).replaceAll('\n', '<br>'),
    links
      .map((link) => `<a href="${htmlAttribute(link.url)}">${htmlText(link.title)}</a>`)
      .join(' · '),
  ];
  return {
    msgtype: 'm.text',
    body: plain.filter((line) => line !== '').join('\n'),
    format: 'org.matrix.custom.html',
    formatted_body: html.filter((line) => line !== '').join('<br>'),
    'm.mentions': {},
    ...relation(delivery.thread),
  };
}

/** What comes later about an alert stands in the thread of its first message. */
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

const FIXES: Readonly<Record<string, { class: PermanentClass; fix: string }>> = {
  M_UNKNOWN_TOKEN: {
    class: 'authentication',
    fix: 'The access token is not valid (any more). Put a new one into the field Access token.',
  },
  M_MISSING_TOKEN: {
    class: 'authentication',
    fix: 'The access token did not arrive. If there is a proxy, let it pass the Authorization header.',
  },
  M_USER_DEACTIVATED: {
    class: 'authentication',
    fix: 'The account is deactivated. Use the access token of another.',
  },
  M_FORBIDDEN: {
    class: 'authentication',
    fix: 'The account may not write in this room. Invite it and let it join, or correct the field Room ID.',
  },
  M_TOO_LARGE: { class: 'rejected', fix: 'The message is too large for the homeserver.' },
  M_UNRECOGNIZED: {
    class: 'not_found',
    fix: 'There is no Matrix homeserver at this address. Correct the field Homeserver.',
  },
};

const homeserverAnswer = z.object({
  errcode: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  event_id: z.string().optional().catch(undefined),
  retry_after_ms: z.number().min(0).optional().catch(undefined),
});

/** Matrix says by `errcode` what is wrong, and the event's id when nothing is. */
function meaningOf(answer: HttpAnswer, now: number): Outcome | null {
  const { statusCode } = answer;
  const said = answerJson(answer, homeserverAnswer);
  if (isSuccess(answer)) {
    if (said?.event_id !== undefined) {
      return { ...sent({ statusCode, responseExcerpt: answer.excerpt }), thread: said.event_id };
    }
    const message = `HTTP ${statusCode}, but not from a Matrix homeserver. Put the address of the server itself, not of a web client, into the field Homeserver.`;
    return refusedFor('configuration', message, answer);
  }
  if (statusCode === 429) {
    const outcome = outcomeOfAnswer(answer, now);
    return outcome.kind === 'transient' && said?.retry_after_ms !== undefined
      ? { ...outcome, retryAfterMs: Math.ceil(said.retry_after_ms) }
      : outcome;
  }
  const code = said?.errcode ?? '';
  const known = Object.hasOwn(FIXES, code) ? FIXES[code] : undefined;
  if (!known || statusCode >= 500) return null;
  const message = `${code}: ${known.fix}${receiverText(said?.error)}`;
  return refusedFor(known.class, message, answer);
}

/** Where the message goes: its id makes what is sent again the same event. */
function addressOf({ homeserver, roomId }: MatrixConfig, transactionId: string): string {
  const room = encodeURIComponent(roomId);
  const path = `_matrix/client/v3/rooms/${room}/send/m.room.message/${transactionId}`;
  return below(homeserver, path).url;
}

/** A room of a Matrix homeserver, over the client-server API. */
export const createMatrix = (send: HttpClient): ChannelAdapter<MatrixConfig> => ({
  kind: 'matrix',
  audience: 'people',
  timeoutMs: 15_000,
  // A room shows messages in the order in which they arrive.
  concurrency: 1,
  // Synapse's rc_message as it is delivered: ten at once, then one in five seconds.
  rateLimit: { count: 10, perMs: 50_000 },
  target: ({ homeserver, roomId }) => `${roomId} on ${new URL(homeserver).host}`,
  async send(config, delivery, context) {
    const { notificationId, thread } = delivery;
    const body = JSON.stringify(contentOf(delivery));
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Belfry',
      authorization: `Bearer ${config.accessToken}`,
    };
    const outcome = await deliverByHttp(
      send,
      {
        request: { method: 'PUT', url: addressOf(config, notificationId), headers, body },
        summary: requestSummary('PUT', `${new URL(config.homeserver).origin}/…`, delivery, body),
        secrets: secretsOf('matrix', config, delivery),
        meaning: meaningOf,
      },
      context,
    );
    if (outcome.kind !== 'sent' || thread === null) return outcome;
    // The thread goes on from its first message, whatever else was said in it.
    return { ...outcome, thread };
  },
});
