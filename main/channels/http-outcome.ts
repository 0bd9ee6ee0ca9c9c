import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import type { Answer, Outcome, PermanentClass, TransientClass } from '../domain/outcome.ts';
import type { HttpAnswer } from './http-client.ts';
import { retryAfterMs } from './retry-after.ts';

export const isSuccess = ({ statusCode }: HttpAnswer): boolean =>
  statusCode >= 200 && statusCode < 300;

/** A sign-in page, or a wrong path of a server that answers everything: nothing has been taken. */
export const isPage = (answer: HttpAnswer): boolean =>
  isSuccess(answer) && answer.excerpt.trimStart().startsWith('<');

export const httpStatus = ({ statusCode }: HttpAnswer): string => `HTTP ${statusCode}`;

/** An answer that the service itself never gives; `fields` are those that lead to it. */
export const notFrom = (
  service: string,
  fields: readonly string[],
  answer: HttpAnswer,
): Outcome & { kind: 'permanent' } => {
  const params = { service, status: httpStatus(answer), fields };
  return refusedFor('configuration', { code: 'failure.wrong_service', params }, answer);
};

/** What every HTTP destination has in common; a service that says more refines it. */
export function outcomeOfAnswer(answer: HttpAnswer, now: number): Outcome {
  const { statusCode } = answer;
  if (isSuccess(answer)) return { kind: 'sent', ...said(answer) };
  const params = { service: 'receiver', status: httpStatus(answer) };
  if (statusCode === 429) {
    const reason = { code: 'failure.rate_limited', params } as const;
    return deferredFor('rate_limited', reason, answer, retryHint(answer, now));
  }
  if (statusCode >= 500 || statusCode === 408 || statusCode === 425) {
    const failureClass = statusCode === 408 ? 'timeout' : 'server_error';
    const reason = { code: 'failure.unavailable', params } as const;
    return deferredFor(failureClass, reason, answer, retryHint(answer, now));
  }
  const [failureClass, code] = permanent(statusCode);
  return refusedFor(failureClass, { code, params: { ...params, fields: [] } }, answer);
}

const said = ({ statusCode, excerpt }: HttpAnswer): Answer => ({
  statusCode,
  responseExcerpt: excerpt,
});

/** For good, as the service itself says. */
export const refusedFor = (
  failureClass: PermanentClass,
  reason: FailureReason,
  answer: HttpAnswer,
  receiverText?: string,
): Outcome & { kind: 'permanent' } => ({
  kind: 'permanent',
  class: failureClass,
  reason,
  receiverText,
  ...said(answer),
});

/** For now, as the service itself says, with the wait that it asks for. */
export const deferredFor = (
  failureClass: TransientClass,
  reason: FailureReason,
  answer: HttpAnswer,
  more: Pick<
    Outcome & { kind: 'transient' },
    'retryAfterMs' | 'waitAtLeastMs' | 'receiverText'
  > = {},
): Outcome => ({ kind: 'transient', class: failureClass, reason, ...more, ...said(answer) });

function retryHint(answer: HttpAnswer, now: number): { retryAfterMs?: number } {
  const hint = retryAfterMs(answer.headers['retry-after'], now);
  return hint === null ? {} : { retryAfterMs: hint };
}

function permanent(statusCode: number) {
  if (statusCode < 400) return ['redirect', 'failure.redirected'] as const;
  switch (statusCode) {
    case 401:
    case 403:
      return ['authentication', 'failure.credentials_refused'] as const;
    case 407:
      return ['authentication', 'failure.proxy_credentials'] as const;
    case 413:
      return ['rejected', 'failure.too_large'] as const;
    case 404:
      return ['not_found', 'failure.not_found'] as const;
    case 410:
      return ['gone', 'failure.gone'] as const;
    default:
      return ['rejected', 'failure.rejected'] as const;
  }
}
