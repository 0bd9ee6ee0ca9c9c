import type { FastifyReply } from 'fastify';
import { STATUS_CODES } from '../../base/node-http.ts';
import { ERROR_STATUS } from '../../contract/errors.ts';
import type { Reason } from '../../contract/reason.ts';
import type { Failure } from '../../contract/result.ts';
import { HTTP_LIMITS } from './http-limits.ts';

/** The one shape of every error, so that a script needs a single way to read them. */
export interface ErrorBody {
  readonly error: {
    readonly code: Failure['code'];
    readonly message: string;
    readonly requestId: string;
    readonly reason?: Reason;
    readonly details?: unknown;
  };
}

export const errorBody = (failure: Failure, requestId: string): ErrorBody => ({
  error: {
    code: failure.code,
    message: failure.message,
    requestId,
    ...(failure.reason === undefined ? {} : { reason: failure.reason }),
    ...(failure.details === undefined ? {} : { details: failure.details }),
  },
});

/** Headers that belong to a failure whatever carries it (RFC 9110 §11.6.1 and §10.2.3). */
export function failureHeaders(failure: Failure, requestId: string): Record<string, string> {
  const headers: Record<string, string> = {
    'x-request-id': requestId,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  if (failure.code === 'unauthenticated') headers['www-authenticate'] = 'Bearer realm="Belfry"';
  if (failure.code === 'unavailable')
    headers['retry-after'] = String(HTTP_LIMITS.retryAfterSeconds);
  if (failure.code === 'too_many_requests') {
    headers['retry-after'] = String(HTTP_LIMITS.failureWindowMs / 1_000);
  }
  return headers;
}

/** Answers with a coded failure. Returns the reply, so that an async handler can return it in turn. */
export function sendFailure(reply: FastifyReply, failure: Failure): FastifyReply {
  const requestId = reply.request.id;
  return reply
    .code(ERROR_STATUS[failure.code])
    .headers(failureHeaders(failure, requestId))
    .send(errorBody(failure, requestId));
}

/** Returns a whole HTTP answer as text, for connections that have no response object to write it. */
export function rawAnswer(failure: Failure, requestId: string, statusLine?: string): string {
  const status = ERROR_STATUS[failure.code];
  const body = JSON.stringify(errorBody(failure, requestId));
  const headers = {
    ...failureHeaders(failure, requestId),
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const first = statusLine ?? `${status} ${STATUS_CODES[status] ?? ''}`;
  return `HTTP/1.1 ${first}\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}
