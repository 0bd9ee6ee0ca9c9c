import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onRequestAsyncHookHandler,
} from 'fastify';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { ERROR_STATUS } from '../../contract/errors.ts';
import type { Failure } from '../../contract/result.ts';
import type { Caller } from '../../domain/caller.ts';
import { readSuffix, type Ping } from '../../domain/heartbeat-ping.ts';
import type { PingOutcome, PingTarget } from '../../heartbeats/heartbeat-pings.ts';
import { grants, outOfScope } from '../dispatch.ts';
import { failureFor, refuseField, worded } from '../../messages/failures.ts';
import { failureOf } from './error-handling.ts';
import { failureHeaders } from './failure.ts';
import type { CredentialKind, FailureLimit } from './failure-limit.ts';
import type { Gate } from './gate.ts';
import { gauged, type Refuse } from './guard.ts';
import type { IngestGauge } from './ingest-gauge.ts';
import { KEPT_BYTES_MAX, readLog } from './ping-log.ts';

/** The destination of pings. */
export interface PingPort {
  knows(target: PingTarget): boolean | Promise<boolean>;
  /** Resolves once it is durable; rejects with the store's StoreUnavailable. */
  ping(target: PingTarget, ping: Ping): Promise<PingOutcome>;
  pingOrCreate(slug: string, ping: Ping, actor: string): Promise<PingOutcome>;
}

export interface PingRoutesDeps {
  readonly pings: PingPort;
  readonly gate: Gate;
  readonly failures: FailureLimit;
  readonly gauge: IngestGauge;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The content of a request to a ping address, once it is known that it may ping. */
export interface Asked {
  readonly target: PingTarget;
  readonly ping: Omit<Ping, 'body'>;
  /** The actor who makes a heartbeat that is not there; null when it is not to be made. */
  readonly maker: string | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on ping routes alone, with what the body says of its type. */
    pinged: (Asked & { readonly contentType: string }) | null;
  }
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** Messages are in the words of Healthchecks. */
const NOT_FOUND: Failure = {
  ...failureFor('not_found', { code: 'error.ping_unknown', params: {} }),
  message: 'not found',
};
const BAD_ADDRESS: Failure = {
  ...failureFor('invalid_input', { code: 'error.ping_unknown', params: {} }),
  message: 'invalid url format',
};
const TOO_MANY = failureFor('too_many_requests', { code: 'error.too_many_pings', params: {} });

/** Returns true if a request is to a ping address, which is its own credential. */
export const isPing = (url: string): boolean => url.startsWith('/ping/');

/**
 * Mounts the ping addresses, as Healthchecks has them (https://healthchecks.io/docs/http_api/):
 * `/ping/<uuid>` and `/ping/<token>/<slug>`, each bare or with `/start`, `/fail`, `/log`, `/warning` (our
 * own) or an exit status. The address is the whole credential, so neither cookie nor header is looked at.
 */
export function mountPings(app: FastifyInstance, deps: PingRoutesDeps): void {
  app.decorateRequest('pinged', null);
  // A separate scope: what is no JSON is a log here, and refused everywhere else.
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (request, payload, parsed) => {
      const contentType = request.pinged?.contentType ?? '';
      readLog(payload, { contentType, clock: deps.clock }, parsed);
    });
    for (const url of ['/ping/:first', '/ping/:first/:second', '/ping/:first/:second/:third']) {
      scope.route({
        method: ['GET', 'HEAD', 'POST'],
        url,
        exposeHeadRoute: false,
        config: { bodyKeptBytesMax: KEPT_BYTES_MAX },
        onRequest: [understood(read, deps, refuse)],
        preHandler: [gauged(deps.gauge, refuse)],
        errorHandler: (error: FastifyError, request, reply) => {
          refuse(reply, failureOf(error, request, deps.logger));
        },
        handler: (request, reply) => take(deps.pings, request, reply),
      });
    }
    done();
  });
}

/** Refuses, before a body is read, a request that may not ping, or that pings what is not there. */
export const understood =
  (
    reading: (request: FastifyRequest, deps: PingRoutesDeps) => Promise<Asked | Failure>,
    deps: PingRoutesDeps,
    refusal: Refuse,
  ): onRequestAsyncHookHandler =>
  async (request, reply) => {
    const asked = await reading(request, deps);
    if ('code' in asked) return refusal(reply, asked);
    request.pinged = { ...asked, contentType: request.headers['content-type'] ?? '' };
    // Whatever it says of its type, even if that is no type at all: it is a log, and the ping counts.
    request.headers['content-type'] = 'application/octet-stream';
    return undefined;
  };

const EXIT_STATUSES = /^\d{1,3}(?:,\d{1,3}){0,19}$/;

/** As Healthchecks reads a suffix, but an exit status that `?warning=1,3` names is a warning. */
function readAction(suffix: string, warning = ''): ReturnType<typeof readSuffix> {
  const read = readSuffix(suffix);
  const status = read?.exitStatus ?? 0;
  const isWarning = status !== 0 && warning.split(',').map(Number).includes(status);
  return read && isWarning ? { ...read, action: 'warning' } : read;
}

async function read(request: FastifyRequest, deps: PingRoutesDeps): Promise<Asked | Failure> {
  const { first, second, third } = request.params as Record<string, string | undefined>;
  const { rid, create, warning } = request.query as Record<string, unknown>;
  if (rid !== undefined && !(typeof rid === 'string' && UUID.test(rid))) {
    const refusal = refuseField('invalid_input', 'rid', { code: 'issue.uuid', params: {} });
    return worded('invalid uuid format in rid', refusal).error;
  }
  if (warning !== undefined && !(typeof warning === 'string' && EXIT_STATUSES.test(warning))) {
    const refusal = refuseField('invalid_input', 'warning', { code: 'issue.invalid', params: {} });
    return worded('invalid exit statuses in warning', refusal).error;
  }
  const runId = rid?.toLowerCase() ?? null;
  const bare = { action: 'success', exitStatus: null } as const;
  const isId = first !== undefined && UUID.test(first);
  if (first === undefined || second === undefined) {
    return isId ? byId(first, { ...bare, runId }, request, deps) : BAD_ADDRESS;
  }
  const ofId = isId && third === undefined ? readAction(second, warning) : null;
  if (ofId) return byId(first, { ...ofId, runId }, request, deps);
  const ofSlug = third === undefined ? bare : readAction(third, warning);
  if (!ofSlug) return BAD_ADDRESS;
  const caller = callerBehind(first, request, deps);
  if ('code' in caller) return caller;
  const maker = create === '1' ? caller.actor : null;
  const target = { slug: second.toLowerCase() };
  if (maker === null && !(await deps.pings.knows(target))) return NOT_FOUND;
  return { target, ping: { ...ofSlug, runId }, maker };
}

/** Reads an address that holds a ping id. An unknown id is a failed credential of its kind of address. */
export async function byId(
  id: string,
  ping: Omit<Ping, 'body'>,
  request: FastifyRequest,
  { pings, failures }: PingRoutesDeps,
  kind: CredentialKind = 'ping address',
): Promise<Asked | Failure> {
  const target = { pingId: id.toLowerCase() };
  if (await pings.knows(target)) return { target, ping, maker: null };
  return failures.failed(kind, request.ip) ? TOO_MANY : NOT_FOUND;
}

/** Returns the caller behind a token in the path, which is judged like one in the header. */
function callerBehind(
  token: string,
  request: FastifyRequest,
  { gate }: PingRoutesDeps,
): Caller | Failure {
  const result = gate.authenticateToken(token, 'ping address', request.ip);
  // As Healthchecks: who has no key learns nothing of what there is.
  if (!result.ok) return result.error.code === 'unauthenticated' ? NOT_FOUND : result.error;
  if (grants(result.value.scope, 'ingest')) return result.value;
  return outOfScope('ingest', result.value.scope);
}

async function take(
  pings: PingPort,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (!request.pinged) return refuse(reply, NOT_FOUND);
  const { target, maker } = request.pinged;
  const ping = { ...request.pinged.ping, body: (request.body as string | undefined) ?? '' };
  const made =
    maker !== null && 'slug' in target
      ? await pings.pingOrCreate(target.slug, ping, maker)
      : await pings.ping(target, ping);
  switch (made.outcome) {
    case 'pinged':
      return say(reply, 200, 'OK');
    case 'created':
      return say(reply, 201, 'Created');
    case 'unknown':
      return refuse(reply, NOT_FOUND);
    case 'refused':
      return refuse(reply, made.failure);
  }
}

const refuse: Refuse = (reply, failure) =>
  say(
    reply.headers(failureHeaders(failure, reply.request.id)),
    ERROR_STATUS[failure.code],
    failure.message,
  );

/** Plain text that no cache keeps, or a later ping would not arrive. */
const say = (reply: FastifyReply, status: number, text: string): FastifyReply =>
  reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('text/plain; charset=utf-8')
    .send(text);
