import type { z } from 'zod';
import type { Outcome, PermanentClass } from '../domain/outcome.ts';
import type { HttpAnswer } from './http-client.ts';
import { failed } from './refusal.ts';

export const isSuccess = ({ statusCode }: HttpAnswer): boolean =>
  statusCode >= 200 && statusCode < 300;

/** Returns true for a sign-in page, or a wrong path of a server that answers everything: nothing was accepted. */
export const isPage = (answer: HttpAnswer): boolean =>
  isSuccess(answer) && answer.excerpt.trimStart().startsWith('<');

/** Returns what an answer says in JSON, as far as `schema` describes it; null if it says something else. */
export function answerJson<Schema extends z.ZodType>(
  { body }: HttpAnswer,
  schema: Schema,
): z.output<Schema> | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  return schema.safeParse(value).data ?? null;
}

/**
 * Returns true if an answer begins as a JSON object with this field: a success counts even if its body
 * broke off and does not parse.
 */
export const namesField = ({ body }: HttpAnswer, field: string): boolean =>
  /^\s*\{/.test(body) && body.includes(`"${field}"`);

type PermanentCode =
  | 'failure.redirected'
  | 'failure.credentials_refused'
  | 'failure.proxy_credentials'
  | 'failure.not_found'
  | 'failure.gone'
  | 'failure.too_large'
  | 'failure.rejected';

const PERMANENT: Readonly<Record<number, readonly [PermanentClass, PermanentCode]>> = {
  401: ['authentication', 'failure.credentials_refused'],
  403: ['authentication', 'failure.credentials_refused'],
  404: ['not_found', 'failure.not_found'],
  407: ['authentication', 'failure.proxy_credentials'],
  410: ['gone', 'failure.gone'],
  413: ['rejected', 'failure.too_large'],
};

/** Returns the outcome of an answer as HTTP defines it; a service that says more refines it. */
export function outcomeOfAnswer(answer: HttpAnswer, now: number): Outcome {
  const { statusCode, excerpt: responseExcerpt } = answer;
  const said = { statusCode, responseExcerpt };
  if (isSuccess(answer)) return { kind: 'sent', ...said };
  const params = { service: 'receiver', status: `HTTP ${statusCode}` };
  if (statusCode >= 500 || [408, 425, 429].includes(statusCode)) {
    const failureClass =
      statusCode === 429 ? 'rate_limited' : statusCode === 408 ? 'timeout' : 'server_error';
    const code = statusCode === 429 ? 'failure.rate_limited' : 'failure.unavailable';
    const wait = retryAfterMs(answer.headers['retry-after'], now);
    const hint = wait === null ? {} : { retryAfterMs: wait };
    return failed(failureClass, { code, params }, { ...hint, ...said });
  }
  const [failureClass, code] =
    statusCode < 400
      ? (['redirect', 'failure.redirected'] as const)
      : (PERMANENT[statusCode] ?? ['rejected', 'failure.rejected']);
  return failed(failureClass, { code, params: { ...params, fields: [] } }, said);
}

/** Longer waits count as this. */
const SECONDS_MAX = 1e9;

/**
 * Returns the wait that a Retry-After header asks for, in ms: delay seconds or an HTTP date in any of its
 * three forms (RFC 9110, 5.6.7 and 10.2.3). Some services send fractions of a second. Null if it is absent
 * or unreadable. A date that has passed means now.
 */
function retryAfterMs(header: string | string[] | undefined, now: number): number | null {
  const value = (Array.isArray(header) ? header[0] : header)?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(value)) {
    return Math.ceil(Math.min(Number(value), SECONDS_MAX) * 1_000);
  }
  // "Thu, 15 Jan 2026 12:03:00 GMT", "Thursday, 15-Jan-26 12:03:00 GMT" or "Thu Jan 15 12:03:00 2026", all UTC.
  if (!/^[A-Z][a-z]{2,8},? /.test(value)) return null;
  const withoutDay = value.replace(/^\w+,? /, '').replaceAll('-', ' ');
  const date = Date.parse(value.endsWith('GMT') ? withoutDay : `${withoutDay} GMT`);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
