import type { FastifyInstance, FastifyRequest } from 'fastify';
import { decodedText } from '../../../base/body-text.ts';
import type { Logger } from '../../../base/logger.ts';
import { parseJson } from '../../../domain/json-text.ts';
import { failureOf } from '../error-handling.ts';
import type { Gate } from '../gate.ts';
import { authenticated, callerOf, scoped } from '../guard.ts';
import {
  ALERTMANAGER_ROUTES,
  type AlertmanagerApi,
  type AlertmanagerRoute,
} from './alertmanager-api.ts';
import { malformed, refuse, sendAnswered, type Answered } from './answers.ts';
import type { Asked } from './query.ts';

export interface AlertmanagerRoutesDeps {
  readonly alertmanager: AlertmanagerApi;
  readonly gate: Gate;
  readonly logger: Logger;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** See `Standing.relayed` in gate.ts. */
    readonly relayed?: boolean;
  }
}

/**
 * Mounts what Alertmanager's API v2 has besides taking alerts, so that amtool, Nagstamon, karma and
 * Grafana's data source work with Belfry's alerts and silences
 * (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml). `scope` gives bodies as bytes.
 */
export function mountAlertmanager(scope: FastifyInstance, deps: AlertmanagerRoutesDeps): void {
  for (const route of Object.keys(ALERTMANAGER_ROUTES) as AlertmanagerRoute[]) {
    mountRoute(scope, route, deps);
  }
}

function mountRoute(
  scope: FastifyInstance,
  route: AlertmanagerRoute,
  { alertmanager, gate, logger }: AlertmanagerRoutesDeps,
): void {
  const [method = '', path = ''] = route.split(' ', 2);
  scope.route({
    method,
    url: `/api/v2/${path}`,
    // karma's proxy keeps the Origin of its page.
    config: { relayed: method !== 'GET' },
    onRequest: [
      authenticated(gate, { cookie: false, basic: true }, refuse),
      scoped(ALERTMANAGER_ROUTES[route], refuse),
    ],
    errorHandler: (error, request, reply) => {
      refuse(reply, failureOf(error, request, logger));
    },
    handler: async (request, reply) => {
      const read = method === 'POST' ? bodyOf(request) : NO_BODY;
      if ('problem' in read) return sendAnswered(reply, read.problem);
      const { silenceID = '' } = request.params as Readonly<Record<string, string>>;
      const answer = await alertmanager({
        route,
        query: request.query as Asked['query'],
        silenceId: silenceID,
        body: read.body,
        actor: callerOf(request).actor,
      });
      return answer.ok ? sendAnswered(reply, answer.value) : refuse(reply, answer.error);
    },
  });
}

const NO_BODY = { body: undefined };

/** Returns the parsed body, or what is answered to one that cannot be parsed. */
function bodyOf(
  request: FastifyRequest,
): { readonly body: unknown } | { readonly problem: Answered } {
  const raw = request.body as Buffer | undefined;
  if (!raw || raw.length === 0) return NO_BODY;
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    const message = `unsupported media type ${JSON.stringify(type)}, only [application/json] are allowed`;
    return { problem: malformed(415, message) };
  }
  const parsed = parseJson(decodedText(raw, type), 'it');
  if (parsed.ok) return { body: parsed.value };
  const message = `parsing silence body from "" failed, because ${parsed.error.message}`;
  return { problem: malformed(400, message) };
}
