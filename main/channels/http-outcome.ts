import { boundedText } from '../domain/bounded-text.ts';
import { oneLine } from '../domain/message-text.ts';
import type { Answer, Outcome, PermanentClass, TransientClass } from '../domain/outcome.ts';
import type { HttpAnswer } from './http-client.ts';
import { retryAfterMs } from './retry-after.ts';

/** What a service says of its refusal is kept whole with the attempt; in our message a line of it is enough. */
const WORDS_CHARS_MAX = 200;

export const isSuccess = ({ statusCode }: HttpAnswer): boolean =>
  statusCode >= 200 && statusCode < 300;

/** A sign-in page, or a wrong path of a server that answers everything: nothing has been taken. */
export const isPage = (answer: HttpAnswer): boolean =>
  isSuccess(answer) && answer.excerpt.trimStart().startsWith('<');

/** What all that never answer so say to a page; `field` is what may be wrong. */
export const refusedForPage = (answer: HttpAnswer, service: string, field: string): Outcome =>
  refusedFor(
    'configuration',
    `HTTP ${answer.statusCode} with a web page: no ${service} answers so. Check the field ${field}, and whether the network wants a sign-in.`,
    answer,
  );

/** What every HTTP destination has in common; a service with words of its own refines it. */
export function outcomeOfAnswer(answer: HttpAnswer, now: number): Outcome {
  const { statusCode } = answer;
  if (isSuccess(answer)) return { kind: 'sent', ...said(answer) };
  if (statusCode === 429) {
    const message = 'HTTP 429: the receiver asks for fewer requests.';
    return deferredFor('rate_limited', message, answer, retryHint(answer, now));
  }
  if (statusCode >= 500 || statusCode === 408 || statusCode === 425) {
    const failureClass = statusCode === 408 ? 'timeout' : 'server_error';
    const message = `HTTP ${statusCode}: the receiver could not take it now.`;
    return deferredFor(failureClass, message, answer, retryHint(answer, now));
  }
  const refusal = permanent(statusCode);
  return refusedFor(refusal.class, refusal.message, answer);
}

const said = ({ statusCode, excerpt }: HttpAnswer): Answer => ({
  statusCode,
  responseExcerpt: excerpt,
});

/** For good, as the service itself says; `message` names the fix. */
export const refusedFor = (
  failureClass: PermanentClass,
  message: string,
  answer: HttpAnswer,
): Outcome => ({ kind: 'permanent', class: failureClass, message, ...said(answer) });

/** For now, as the service itself says, with the wait that it asks for. */
export const deferredFor = (
  failureClass: TransientClass,
  message: string,
  answer: HttpAnswer,
  waits: Pick<Outcome & { kind: 'transient' }, 'retryAfterMs' | 'waitAtLeastMs'> = {},
): Outcome => ({ kind: 'transient', class: failureClass, message, ...waits, ...said(answer) });

/** What a service says of its refusal, for the end of a message of ours; nothing when it says nothing. */
export const receiverText = (words: string | undefined): string =>
  words !== undefined && words.trim() !== ''
    ? ` It says: “${boundedText(oneLine(words), WORDS_CHARS_MAX)}”.`
    : '';

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
