import { z } from 'zod';
import type { MatrixConfig } from '../contract/channel-kinds/matrix-config.ts';
import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import { boundedText } from '../domain/bounded-text.ts';
import { sent, type Outcome, type PermanentClass } from '../domain/outcome.ts';
import { readableText, type ChannelAdapter, type Delivery } from './channel-adapter.ts';
import { secretsOf } from './config-secrets.ts';
import { htmlAttribute, htmlText } from './escaped-html.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { below } from './capability-url.ts';
import { deliverByHttp, requestSummary } from './http-delivery.ts';
import { httpStatus, isSuccess, outcomeOfAnswer, refusedFor } from './http-outcome.ts';
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

/** What each `errcode` means. */
function refusalOf(
  errcode: string,
  answer: HttpAnswer,
): readonly [PermanentClass, FailureReason] | null {
  const params = (...fields: readonly string[]) => ({
    service: 'Matrix',
    status: httpStatus(answer),
    fields,
  });
  switch (errcode) {
    case 'M_UNKNOWN_TOKEN': {
      const code = 'failure.credentials_refused';
      return ['authentication', { code, params: params('matrix.accessToken') }];
    }
    case 'M_MISSING_TOKEN':
      return ['authentication', { code: 'failure.token_lost', params: { service: 'Matrix' } }];
    case 'M_USER_DEACTIVATED': {
      const account = { service: 'Matrix', fields: ['matrix.accessToken'] };
      return ['authentication', { code: 'failure.account_deactivated', params: account }];
    }
    case 'M_FORBIDDEN': {
      const room = { fields: ['matrix.roomId'] };
      return ['authentication', { code: 'failure.room_forbidden', params: room }];
    }
    case 'M_TOO_LARGE':
      return ['rejected', { code: 'failure.too_large', params: params() }];
    case 'M_UNRECOGNIZED':
      return ['not_found', { code: 'failure.not_found', params: params('matrix.homeserver') }];
    default:
      return null;
  }
}

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
    const reason = {
      code: 'failure.homeserver_wrong',
      params: { status: httpStatus(answer), fields: ['matrix.homeserver'] },
    } as const;
    return refusedFor('configuration', reason, answer);
  }
  if (statusCode === 429) {
    const outcome = outcomeOfAnswer(answer, now);
    return outcome.kind === 'transient' && said?.retry_after_ms !== undefined
      ? { ...outcome, retryAfterMs: Math.ceil(said.retry_after_ms) }
      : outcome;
  }
  if (statusCode >= 500) return null;
  const known = refusalOf(said?.errcode ?? '', answer);
  return known && refusedFor(...known, answer, said?.error);
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
