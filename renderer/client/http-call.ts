import { ERROR_STATUS, type ErrorCode } from '../../main/contract/errors.ts';
import { addressBelow } from '../../main/contract/http-request.ts';
import type { Reason } from '../../main/contract/reason.ts';
import { fail, ok, type Result } from '../../main/contract/result.ts';
import { failureText, text } from '../messages/text.svelte.ts';
import { noAnswer } from './no-answer.ts';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(ERROR_STATUS, value);

const unreadable = (status: number): Result<never> =>
  fail('unavailable', text('client.unreadable', { status: String(status) }));

/** Returns the failure in a body of the API's form; anything else came from something in between. */
function failureOf(status: number, body: unknown): Result<never> {
  const error = isRecord(body) ? body['error'] : undefined;
  if (!isRecord(error) || !isErrorCode(error['code'])) return unreadable(status);
  const message = typeof error['message'] === 'string' ? error['message'] : error['code'];
  const trace =
    error['code'] === 'internal' && typeof error['requestId'] === 'string'
      ? ` (${text('client.request', { id: error['requestId'] })})`
      : '';
  const { code, details } = error;
  const failure = failureText({ code, message, details, reason: error['reason'] as Reason });
  return { ok: false, error: { ...failure, message: failure.message + trace } };
}

/** Sends one JSON request to the host that served this window. Never rejects: no answer is a failure too. */
export async function httpCall(
  base: string,
  verb: string,
  path: string,
  body: string | null,
): Promise<Result<unknown>> {
  let response: Response;
  let parsed: unknown;
  try {
    response = await fetch(addressBelow(base, path), {
      method: verb,
      credentials: 'same-origin',
      headers: body === null ? {} : { 'content-type': 'application/json' },
      body,
    });
  } catch (error) {
    return noAnswer(error);
  }
  try {
    const answer = await response.text();
    parsed = answer === '' ? null : JSON.parse(answer);
  } catch (error) {
    return fail('unavailable', `${String(error)} (HTTP ${response.status})`);
  }
  return response.ok ? ok(parsed) : failureOf(response.status, parsed);
}
