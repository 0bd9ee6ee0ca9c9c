import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import type { Failure } from '../../contract/result.ts';
import type { ConditionEvent } from '../../domain/condition-event.ts';
import type { IngestAdapter, IngestAnswer, IngestRefusal } from '../../ingest/adapter.ts';
import { failureOf } from './error-handling.ts';
import { failureHeaders } from './failure.ts';
import type { Gate } from './gate.ts';
import { authenticated, callerOf, gauged, scoped, type Refuse } from './guard.ts';
import type { IngestGauge } from './ingest-gauge.ts';

/** Where the events of every wire format go. */
export interface IngestPort {
  readonly adapters: readonly IngestAdapter[];
  /** Resolves once all of them are durable; rejects with the store's StoreUnavailable. */
  store(events: readonly ConditionEvent[]): Promise<unknown>;
  /** The setting of that name, as it is now. */
  resolveTimeoutMs(): number;
}

export interface IngestRoutesDeps {
  readonly ingest: IngestPort;
  readonly gate: Gate;
  readonly gauge: IngestGauge;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Our failures in the four words that every wire format can say. A bug of ours is `unavailable`, since
 * senders try that again; so is nothing that would fail the same way a second time.
 */
const REFUSALS: Record<ErrorCode, IngestRefusal> = {
  invalid_input: 'invalid',
  unauthenticated: 'unauthenticated',
  too_many_requests: 'unauthenticated',
  forbidden: 'forbidden',
  misdirected: 'forbidden',
  not_found: 'invalid',
  method_not_allowed: 'invalid',
  wrong_state: 'invalid',
  name_taken: 'invalid',
  payload_too_large: 'invalid',
  unsupported_media_type: 'invalid',
  internal: 'unavailable',
  unavailable: 'unavailable',
};

/** Mounts the routes of every wire format. They take a token as Bearer or Basic password, never a cookie. */
export function mountIngest(app: FastifyInstance, deps: IngestRoutesDeps): void {
  for (const adapter of deps.ingest.adapters) {
    for (const { verb, path } of adapter.routes) mountRoute(app, adapter, verb, path, deps);
  }
}

function mountRoute(
  app: FastifyInstance,
  adapter: IngestAdapter,
  verb: IngestAdapter['routes'][number]['verb'],
  path: string,
  deps: IngestRoutesDeps,
): void {
  const { ingest, gate, gauge, clock, logger } = deps;
  const refuse: Refuse = (reply, failure) => sendRefusal(reply, adapter, failure);
  app.route({
    method: verb,
    url: path,
    onRequest: [
      authenticated(gate, { cookie: false, basic: true }, refuse),
      scoped('ingest', refuse),
      gauged(gauge, refuse),
    ],
    errorHandler: (error, request, reply) => {
      refuse(reply, failureOf(error, request, logger));
    },
    handler: async (request: FastifyRequest, reply): Promise<FastifyReply> => {
      const reading = adapter.read(
        { body: request.body },
        {
          now: clock.now(),
          source: callerOf(request).source ?? adapter.name,
          resolveTimeoutMs: ingest.resolveTimeoutMs(),
        },
      );
      if (reading.events.length > 0) await ingest.store(reading.events);
      return sendAnswer(reply, adapter.accept(reading));
    },
  });
}

function sendRefusal(reply: FastifyReply, adapter: IngestAdapter, failure: Failure): FastifyReply {
  reply.headers(failureHeaders(failure, reply.request.id));
  if (REFUSALS[failure.code] === 'unauthenticated') {
    reply.header('www-authenticate', 'Basic realm="Belfry", Bearer realm="Belfry"');
  }
  return sendAnswer(reply, adapter.refuse(REFUSALS[failure.code], failure.message));
}

function sendAnswer(reply: FastifyReply, { status, body }: IngestAnswer): FastifyReply {
  reply.code(status);
  if (body === null) return reply.send();
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
}
