import type { Outcome, PermanentClass } from '../domain/outcome.ts';
import type { HttpAnswer } from './http-client.ts';
import { retryAfterMs } from './retry-after.ts';

/** What every HTTP destination has in common; a service with words of its own refines it. */
export function outcomeOfAnswer(answer: HttpAnswer, now: number): Outcome {
  const { statusCode } = answer;
  const said = { statusCode, responseExcerpt: answer.excerpt };
  if (statusCode >= 200 && statusCode < 300) return { kind: 'sent', ...said };
  if (statusCode === 429) {
    return {
      kind: 'transient',
      class: 'rate_limited',
      message: 'HTTP 429: the receiver asks for fewer requests.',
      ...retryHint(answer, now),
      ...said,
    };
  }
  if (statusCode >= 500 || statusCode === 408 || statusCode === 425) {
    return {
      kind: 'transient',
      class: statusCode === 408 ? 'timeout' : 'server_error',
      message: `HTTP ${statusCode}: the receiver could not take it now.`,
      ...retryHint(answer, now),
      ...said,
    };
  }
  return { kind: 'permanent', ...permanent(statusCode), ...said };
}

function retryHint(answer: HttpAnswer, now: number): { retryAfterMs?: number } {
  const hint = retryAfterMs(answer.headers['retry-after'], now);
  return hint === null ? {} : { retryAfterMs: hint };
}

function permanent(statusCode: number): { class: PermanentClass; message: string } {
  if (statusCode < 400) {
    return {
      class: 'redirect',
      message: `HTTP ${statusCode}: the receiver has moved. Put its new address into the channel; redirects are not followed.`,
    };
  }
  switch (statusCode) {
    case 401:
    case 403:
      return {
        class: 'authentication',
        message: `HTTP ${statusCode}: the receiver refuses our credentials. Check the channel's URL and secret.`,
      };
    case 407:
      return {
        class: 'authentication',
        message:
          'HTTP 407: a proxy on the way asks for credentials. Let it pass us, or put an address into the channel that leads around it.',
      };
    case 413:
      return {
        class: 'rejected',
        message:
          'HTTP 413: the message is too large for the receiver. Raise its limit, then requeue.',
      };
    case 404:
      return {
        class: 'not_found',
        message: 'HTTP 404: there is no receiver at this address. Check the path in the URL.',
      };
    case 410:
      return {
        class: 'gone',
        message: 'HTTP 410: the receiver is gone for good. Give the channel a new URL.',
      };
    default:
      return {
        class: 'rejected',
        message: `HTTP ${statusCode}: the receiver does not take this message. Its answer may say why.`,
      };
  }
}
