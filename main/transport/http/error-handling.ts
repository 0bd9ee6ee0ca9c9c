import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { errorText, type Logger } from '../../base/logger.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { Failure } from '../../contract/result.ts';
import { StoreUnavailable } from '../../domain/store-unavailable.ts';
import { failureFor } from '../../messages/failures.ts';
import { rawAnswer, sendFailure } from './failure.ts';

/** A request whose body cannot be read. */
export class RefusedRequest extends Error {
  override readonly name: string = 'RefusedRequest';
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options);
    this.failure = failure;
  }
}

/** A body that is not JSON; thrown by our parser so that its message says where the JSON breaks. */
export class BrokenJson extends RefusedRequest {
  override readonly name = 'BrokenJson';
  /** As it came. */
  readonly body: string;

  constructor(failure: Failure, body: string) {
    super(failure);
    this.body = body;
  }
}

/** Fastify's own errors in our words; null for what is not the sender's doing. */
function senderFailure(error: FastifyError): Failure | null {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return failureFor('payload_too_large', {
        code: 'error.body_too_large',
        params: { max: String(LIMITS.bodyBytesMax) },
      });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return failureFor('unsupported_media_type', { code: 'error.json_type', params: {} });
    default:
  }
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return null;
  return failureFor('invalid_input', { code: 'error.request', params: { error: error.message } });
}

/** Returns the failure that an error of ours carries; null for any other error. */
function ownFailure(error: Error): Failure | null {
  if (error instanceof RefusedRequest) return error.failure;
  return error instanceof StoreUnavailable ? failureFor('unavailable', error.reason) : null;
}

/** The answer to whatever a route threw; an internal fault is logged and not described. */
export function failureOf(error: FastifyError, request: FastifyRequest, logger: Logger): Failure {
  const failure = ownFailure(error) ?? senderFailure(error);
  if (failure) return failure;
  logger.log('error', 'a request failed', {
    requestId: request.id,
    method: request.method,
    route: request.routeOptions.url,
    error: error.stack ?? errorText(error),
  });
  return failureFor('internal', { code: 'error.internal', params: {} });
}

export const errorHandler =
  (logger: Logger) =>
  (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    sendFailure(reply, failureOf(error, request, logger));
  };

interface RawFailure {
  readonly statusLine: string;
  readonly failure: Failure;
}

function rawFailure(code: string | undefined): RawFailure {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        statusLine: '431 Request Header Fields Too Large',
        failure: failureFor('payload_too_large', { code: 'error.headers_too_large', params: {} }),
      };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return {
        statusLine: '408 Request Timeout',
        failure: failureFor('invalid_input', { code: 'error.too_slow', params: {} }),
      };
    default:
      return {
        statusLine: '400 Bad Request',
        failure: failureFor('invalid_input', { code: 'error.not_http', params: {} }),
      };
  }
}

/** Answers what never became a request: bytes that are no HTTP, headers too long or too slow. */
export const clientErrorHandler =
  (newRequestId: () => string, end: (socket: Socket, answer: string) => void) =>
  (error: Error & { readonly code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
      socket.destroy();
      return;
    }
    const { statusLine, failure } = rawFailure(error.code);
    end(socket, rawAnswer(failure, newRequestId(), statusLine));
  };
