import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import type { Reason } from '../../contract/reason.ts';
import type { Failure } from '../../contract/result.ts';
import type { ConditionEvent } from '../../domain/condition-event.ts';
import type { InboundMessage, StoredMessage, Withdrawal } from '../../domain/inbound-message.ts';
import { reasonsOf } from '../../messages/failures.ts';
import type { Messages } from '../../messages/messages.ts';
import type {
  IngestAdapter,
  IngestAnswer,
  IngestHead,
  IngestRefusal,
} from '../../ingest/adapter.ts';
import type { Rejection } from '../../system/rejected-input-service.ts';
import { identified, identifyBy, readsBodiesForTokens } from './body-token.ts';
import { failureOf } from './error-handling.ts';
import { failureHeaders, sendFailure } from './failure.ts';
import type { Gate } from './gate.ts';
import { authenticated, callerOf, gauged, scoped, type Refuse } from './guard.ts';
import type { IngestGauge } from './ingest-gauge.ts';
import type { MountedRoutes } from './mounted-routes.ts';
import { unknownRoute } from './window-routes.ts';

/** The destination of the events of every wire format. */
export interface IngestPort {
  readonly adapters: readonly IngestAdapter[];
  /** Resolves, with what the messages became, once all is durable; rejects with the store's StoreUnavailable. */
  store(
    events: readonly ConditionEvent[],
    messages: readonly InboundMessage[],
  ): Promise<readonly StoredMessage[]>;
  /** Resolves once it is durable that a message was taken back, or that there is none; rejects as `store`. */
  withdraw(withdrawal: Withdrawal): Promise<void>;
  /** Called with what could not be read, or only in part; must return at once. */
  rejected(rejection: Rejection): void;
  /** The setting of that name, as it is now. */
  resolveTimeoutMs(): number;
  /** Returns the catalogue in the language of the settings. */
  messages(): Messages;
}

export interface IngestRoutesDeps {
  readonly ingest: IngestPort;
  readonly gate: Gate;
  readonly gauge: IngestGauge;
  readonly routes: Pick<MountedRoutes, 'isTaken'>;
  readonly readiness: () => boolean | Promise<boolean>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Mounts what shares a path with a wire format, since both have to be in one scope. */
  readonly beside: (scope: FastifyInstance) => void;
}

const NOTHING = Buffer.alloc(0);

/**
 * Our failures as the refusals that every wire format can word. A bug of ours is `unavailable`, since
 * senders try that again; so is nothing that would fail the same way a second time.
 */
const REFUSALS: Record<ErrorCode, IngestRefusal> = {
  invalid_input: 'invalid',
  unauthenticated: 'unauthenticated',
  too_many_requests: 'unauthenticated',
  forbidden: 'forbidden',
  misdirected: 'forbidden',
  not_found: 'unknown',
  method_not_allowed: 'invalid',
  wrong_state: 'invalid',
  name_taken: 'invalid',
  payload_too_large: 'too_large',
  unsupported_media_type: 'unsupported',
  internal: 'unavailable',
  unavailable: 'unavailable',
};

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Finds the token where a wire format's senders put it; on ingest routes alone. */
    credential?: (request: FastifyRequest) => string | null;
  }
}

/**
 * Mounts the routes of every wire format. They take a token as Bearer, as Basic password or where the
 * format's own senders put it, never a cookie.
 */
export function mountIngest(app: FastifyInstance, deps: IngestRoutesDeps): void {
  // A separate scope: bodies of any type come as bytes, since each format reads its own.
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) =>
      parsed(null, body),
    );
    const mount = (where: FastifyInstance, adapter: IngestAdapter): void => {
      for (const { verb, path } of adapter.routes) mountRoute(where, adapter, verb, path, deps);
      for (const probe of adapter.probes ?? []) {
        where.get(probe.path, async (_request, reply) =>
          sendAnswer(reply, probe.answer(await deps.readiness())),
        );
      }
    };
    for (const adapter of deps.ingest.adapters) {
      if (!adapter.bodyCredential) mount(scope, adapter);
      else {
        void scope.register((inner, _none, mounted) => {
          readsBodiesForTokens(inner);
          mount(inner, adapter);
          mounted();
        });
      }
    }
    deps.beside(scope);
    done();
  });
}

/** Returns what a wire format needs to know of a request besides its body. */
export const headOf = (
  verb: IngestHead['verb'],
  path: string,
  { params, query, headers }: FastifyRequest,
): IngestHead => ({
  verb,
  path,
  params: params as IngestHead['params'],
  query: query as IngestHead['query'],
  headers,
});

function mountRoute(
  app: FastifyInstance,
  adapter: IngestAdapter,
  verb: IngestAdapter['routes'][number]['verb'],
  path: string,
  deps: IngestRoutesDeps,
): void {
  const { ingest, gate, gauge, clock, logger } = deps;
  const refuse: Refuse = (reply, failure) => sendRefusal(reply, adapter, failure);
  const credential = (request: FastifyRequest): string | null =>
    adapter.credential?.(headOf(verb, path, request)) ?? null;
  const identify = identifyBy(adapter, gate, (request) => headOf(verb, path, request));
  const inBody = identify !== undefined;
  app.route({
    method: verb,
    url: path,
    exposeHeadRoute: false,
    config: { credential, identify },
    onRequest: [
      ...(path.startsWith('/:') ? [untaken(deps.routes)] : []),
      authenticated(
        gate,
        { cookie: false, basic: true, scheme: adapter.scheme, token: credential, inBody },
        refuse,
      ),
      scoped('ingest', refuse, inBody),
    ],
    preValidation: [identified(refuse)],
    preHandler: [gauged(gauge, refuse)],
    errorHandler: (error, request, reply) => {
      refuse(reply, failureOf(error, request, logger));
    },
    handler: async (request: FastifyRequest, reply): Promise<FastifyReply> => {
      const caller = callerOf(request);
      const source = caller.source ?? adapter.name;
      const body = (request.body as Buffer | undefined) ?? NOTHING;
      const asked = { ...headOf(verb, path, request), raw: body };
      const reading = await adapter.read(asked, {
        now: clock.now(),
        source,
        resolveTimeoutMs: ingest.resolveTimeoutMs(),
        messages: ingest.messages(),
      });
      const rejected = (reasons: readonly Reason[], taken: readonly ConditionEvent[] = []): void =>
        ingest.rejected({ adapter: adapter.name, request: asked, caller, source, reasons, taken });
      if (!reading.ok) {
        rejected(reasonsOf(reading.error));
        return refuse(reply, reading.error);
      }
      const { events, messages = [], withdrawal, problems } = reading.value;
      if (withdrawal) await ingest.withdraw(withdrawal);
      const isEmpty = events.length === 0 && messages.length === 0;
      const stored = isEmpty ? [] : await ingest.store(events, messages);
      if (problems.length > 0) rejected(problems, events);
      return sendAnswer(reply, adapter.accept(reading.value, stored));
    },
  });
}

/** Refuses a path that begins like a route of ours: it is a mistaken address, not somebody's topic. */
const untaken =
  (routes: Pick<MountedRoutes, 'isTaken'>): onRequestHookHandler =>
  (request, reply, done) => {
    if (routes.isTaken(request.url.split(/[/?]/, 2)[1] ?? '')) {
      sendFailure(reply, unknownRoute(request));
    } else done();
  };

function sendRefusal(reply: FastifyReply, adapter: IngestAdapter, failure: Failure): FastifyReply {
  reply.headers(failureHeaders(failure, reply.request.id));
  if (REFUSALS[failure.code] === 'unauthenticated') {
    reply.header('www-authenticate', 'Basic realm="Belfry", Bearer realm="Belfry"');
  }
  return sendAnswer(reply, adapter.refuse(REFUSALS[failure.code], failure.message));
}

function sendAnswer(reply: FastifyReply, answer: IngestAnswer): FastifyReply {
  const { status, body, contentType, headers } = answer;
  reply.code(status);
  if (headers) reply.headers(headers);
  if (body === null) return reply.send();
  if (contentType !== undefined) return reply.type(contentType).send(body);
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
}
