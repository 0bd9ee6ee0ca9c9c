import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest, preValidationHookHandler } from 'fastify';
import { LIMITS } from '../../contract/limits.ts';
import type { Failure } from '../../contract/result.ts';
import { failureFor } from '../../messages/failures.ts';
import type { IngestAdapter, IngestHead } from '../../ingest/adapter.ts';
import { grants, outOfScope } from '../dispatch.ts';
import { RefusedRequest } from './error-handling.ts';
import type { Gate } from './gate.ts';
import type { Refuse } from './guard.ts';
import { HTTP_LIMITS } from './http-limits.ts';

/** Looks for the token in a body or its beginning, and notes the caller; a failure says why nobody may send. */
export type Identify = (request: FastifyRequest, raw: Buffer) => Failure | null;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** On the routes of wire formats alone whose token stands in the body. */
    identify?: Identify | undefined;
  }
}

const tooLarge = (code: 'error.body_too_large' | 'error.late_token', max: number): Failure =>
  failureFor('payload_too_large', { code, params: { max: String(max) } });

/** Makes the search for the token in the bodies of one wire format; undefined for one without. */
export function identifyBy(
  adapter: IngestAdapter,
  gate: Gate,
  headOf: (request: FastifyRequest) => IngestHead,
): Identify | undefined {
  if (!adapter.bodyCredential) return undefined;
  return (request, raw) => {
    const secret = adapter.bodyCredential?.({ ...headOf(request), raw }) ?? '';
    const caller = gate.authenticateToken(secret, 'sender key', request.ip);
    if (!caller.ok) return caller.error;
    if (!grants(caller.value.scope, 'ingest')) {
      return outOfScope('ingest', caller.value.scope);
    }
    request.caller = caller.value;
    return null;
  };
}

/** Identifies whoever sent a body that was read to its end, unless that is known. */
export const identified =
  (refuse: Refuse): preValidationHookHandler =>
  (request, reply, done) => {
    const { identify } = request.routeOptions.config;
    const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
    const failure = request.caller === null ? (identify?.(request, body) ?? null) : null;
    if (failure) refuse(reply, failure);
    else done();
  };

/**
 * Makes a scope read at most 64 KiB of a body before its sender is known. A longer body, such as a picture
 * behind its text, is read on if the token stands in that part.
 */
export function readsBodiesForTokens(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (request, payload, parsed) => readBody(request, payload, parsed));
}

function readBody(
  request: FastifyRequest,
  payload: IncomingMessage,
  parsed: (error: Error | null, body?: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isOver = false;
  const end = (error: Error | null): void => {
    if (isOver) return;
    isOver = true;
    parsed(error, Buffer.concat(chunks));
  };
  const take = (chunk: Buffer): Failure | null => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > LIMITS.bodyBytesMax) return tooLarge('error.body_too_large', LIMITS.bodyBytesMax);
    const max = HTTP_LIMITS.strangerBodyBytesMax;
    if (request.caller !== null || bytes <= max) return null;
    const begin = Buffer.concat(chunks).subarray(0, max);
    const failure = request.routeOptions.config.identify?.(request, begin) ?? null;
    // Without a token in it, the part that counts lies beyond.
    return failure?.reason?.code === 'error.send_token'
      ? tooLarge('error.late_token', max)
      : failure;
  };
  payload.on('data', (chunk: Buffer) => {
    if (isOver) return;
    const failure = take(chunk);
    if (failure) end(new RefusedRequest(failure));
  });
  payload.once('end', () => end(null));
  payload.once('error', (cause) => {
    if (cause instanceof RefusedRequest) end(cause);
    else {
      const failure = failureFor('invalid_input', { code: 'error.broke_off', params: {} });
      end(new RefusedRequest(failure, { cause }));
    }
  });
}
