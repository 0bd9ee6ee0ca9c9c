import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { errorText, type Logger } from '../../base/logger.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { Failure } from '../../contract/result.ts';
import { StoreUnavailable } from '../../domain/store-unavailable.ts';
import { rawAnswer, sendFailure } from './failure.ts';

/** Body that is no JSON; thrown by our parser so that its message says where the JSON breaks. */
export class BrokenJson extends Error {
  override readonly name = 'BrokenJson';
  readonly statusCode = 400;
  readonly failure: Failure;
  /** As it came. */
  readonly body: string;

  constructor(failure: Failure, body: string) {
    super(failure.message);
    this.failure = failure;
    this.body = body;
  }
}

/** Fastify's own errors in our words; null for what is not the sender's doing. */
function senderFailure(error: FastifyError): Failure | null {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return {
        code: 'payload_too_large',
        message: `The body is larger than ${LIMITS.bodyBytesMax} bytes. Send fewer events at once.`,
      };
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return {
        code: 'unsupported_media_type',
        message: 'Send JSON with the header "Content-Type: application/json".',
      };
    default:
  }
  const status = error.statusCode ?? 500;
  if (status === 415) return { code: 'unsupported_media_type', message: error.message };
  return status >= 400 && status < 500 ? { code: 'invalid_input', message: error.message } : null;
}

const storeFailure = (error: Error): Failure | null =>
  error instanceof StoreUnavailable ? { code: 'unavailable', message: error.message } : null;

/** The answer to whatever a route threw; an internal fault is logged and not described. */
export function failureOf(error: FastifyError, request: FastifyRequest, logger: Logger): Failure {
  const failure = storeFailure(error) ?? senderFailure(error);
  if (failure) return failure;
  logger.log('error', 'a request failed', {
    requestId: request.id,
    method: request.method,
    route: request.routeOptions.url,
    error: error.stack ?? errorText(error),
  });
  return {
    code: 'internal',
    message: 'Something went wrong inside Belfry. Its log has the details under this request id.',
  };
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
        failure: { code: 'payload_too_large', message: 'The headers are too large.' },
      };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return {
        statusLine: '408 Request Timeout',
        failure: { code: 'invalid_input', message: 'The request did not arrive in time.' },
      };
    default:
      return {
        statusLine: '400 Bad Request',
        failure: { code: 'invalid_input', message: 'This is not an HTTP request.' },
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
