import type { AppriseConfig } from '../contract/channel-kinds/apprise.ts';
import { boundedText } from '../domain/bounded-text.ts';
import type { Outcome } from '../domain/outcome.ts';
import { readableText, type ChannelAdapter, type Delivery } from './channel.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { deliverByHttp, sizeText } from './http-delivery.ts';
import { wordsOf } from './http-words.ts';
import { messageLinks } from './message-links.ts';

/** Apprise cuts for each service by itself, or sends in pieces; more than this nobody reads in pieces. */
const BODY_BYTES_MAX = 32_768;
const TITLE_BYTES_MAX = 500;

const TYPES = { info: 'info', warning: 'warning', critical: 'failure' } as const;

function bodyOf({ tag }: AppriseConfig, delivery: Delivery): string {
  const { event, alert } = delivery;
  const text = readableText(delivery);
  const title = boundedText(text.title, TITLE_BYTES_MAX, 'bytes');
  const body = boundedText(text.body, BODY_BYTES_MAX, 'bytes');
  const lines = [body, ...messageLinks(delivery).map((link) => `${link.title}: ${link.url}`)];
  const whole = lines.filter((line) => line !== '').join('\n');
  return JSON.stringify({
    title,
    // It takes no message without a body.
    body: whole === '' ? title : whole,
    type: event === 'resolved' ? 'success' : TYPES[event === 'test' ? 'info' : alert.severity],
    format: 'text',
    ...(tag === undefined ? {} : { tag }),
  });
}

/** What Apprise API means by statuses of its own; everything else means what HTTP says. */
function meaning(answer: HttpAnswer): Outcome | null {
  const { statusCode } = answer;
  const said = { statusCode, responseExcerpt: answer.excerpt };
  const { error } = wordsOf(answer);
  const words = typeof error === 'string' ? ` (${boundedText(error, 300)})` : '';
  const misconfigured = (message: string): Outcome => ({
    kind: 'permanent',
    class: 'configuration',
    message,
    ...said,
  });
  switch (statusCode) {
    case 204:
      return misconfigured(
        'HTTP 204: the server has no configuration under this key, so nobody was told. Correct the field Configuration key, or add the configuration there.',
      );
    case 405:
      return misconfigured(
        'HTTP 405: what answers there is no Apprise API. Correct the field Apprise API.',
      );
    case 424:
      // Some of the addresses may have been told. Telling those twice is better than the others never.
      return {
        kind: 'transient',
        class: 'server_error',
        message: `HTTP 424: at least one of the addresses behind the key was not told, or none has the tags${words}. The log of the Apprise API says which.`,
        ...said,
      };
    case 400:
      return {
        kind: 'permanent',
        class: 'rejected',
        message: `HTTP 400: the server does not take this message${words}. Check the field Tags.`,
        ...said,
      };
    default:
      return null;
  }
}

/** Everything that Apprise knows, by an Apprise API server that keeps the addresses under a key. */
export const createApprise = (send: HttpClient): ChannelAdapter<AppriseConfig> => ({
  kind: 'apprise',
  audience: 'people',
  // It answers once every address has been tried.
  timeoutMs: 60_000,
  concurrency: 1,
  rateLimit: null,
  target: ({ url }) => new URL(url).origin,
  send(config, delivery, context) {
    const body = bodyOf(config, delivery);
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      'user-agent': 'Belfry',
    };
    const url = `${config.url.replace(/\/+$/, '')}/notify/${config.key}`;
    const { event, attempt } = delivery;
    return deliverByHttp(
      send,
      {
        request: { method: 'POST', url, headers, body },
        summary: `POST /notify/… ${event}, ${sizeText(body)}, attempt ${attempt}`,
        secrets: [config.key],
        meaning,
      },
      context,
    );
  },
});
