import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { METHODS, METHOD_NAMES, type MethodName } from '../../contract/methods.ts';
import type { Dispatch } from '../dispatch.ts';
import { sendFailure } from './failure.ts';
import type { Gate } from './gate.ts';
import { authenticated, callerOf, gauged, scoped } from './guard.ts';
import type { IngestGauge } from './ingest-gauge.ts';
import type { IngestPort } from './ingest-routes.ts';
import { RejectedEvents } from './rejected-events.ts';

export interface MethodRoutesDeps {
  readonly dispatch: Dispatch;
  readonly gate: Gate;
  readonly gauge: IngestGauge;
  readonly rejected: IngestPort['rejected'];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Returns what the caller passed: path parts win over query or body, since they
 * name what the request is about.
 */
export function inputOf(hasBody: boolean, request: FastifyRequest): unknown {
  const params = request.params as Record<string, unknown>;
  if (!hasBody) return { ...(request.query as Record<string, unknown>), ...params };
  const body = request.body ?? {};
  return isRecord(body) ? { ...body, ...params } : body;
}

/** Mounts every method of the contract at the verb and path it declares. */
export function mountMethods(app: FastifyInstance, deps: MethodRoutesDeps): void {
  for (const name of METHOD_NAMES) mountMethod(app, name, deps);
}

function mountMethod(app: FastifyInstance, name: MethodName, deps: MethodRoutesDeps): void {
  const { scope, http } = METHODS[name];
  const ingest = scope === 'ingest';
  const hasBody = http.verb !== 'GET' && http.verb !== 'DELETE';
  // Scrapers of metrics that cannot send a Bearer token know Basic, as at the text form's addresses.
  const accepted = { cookie: !ingest, basic: name === 'metrics.get' };
  const guards = [authenticated(deps.gate, accepted), scoped(scope)];
  const events = name === 'events.ingest' ? new RejectedEvents(deps.rejected, http.path) : null;
  app.route({
    method: http.verb,
    url: http.path,
    onRequest: guards,
    preHandler: ingest ? [gauged(deps.gauge)] : [],
    onError: events ? [events.onError] : [],
    handler: async (request, reply): Promise<FastifyReply> => {
      const result = await deps.dispatch(name, inputOf(hasBody, request), callerOf(request));
      events?.answered(request, result);
      if (!result.ok) return sendFailure(reply, result.error);
      if (!ingest) reply.header('cache-control', 'no-store');
      return reply.code(http.status).send(result.value);
    },
  });
}
