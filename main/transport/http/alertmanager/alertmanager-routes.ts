import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { TokenScope } from '../../../contract/system.ts';
import { decodedText } from '../../../base/body-text.ts';
import { parseJson } from '../../../domain/json-text.ts';
import { failureOf } from '../error-handling.ts';
import type { Gate } from '../gate.ts';
import { authenticated, scoped } from '../guard.ts';
import { alertsAskedFor, alertsJson } from './alertmanager-alerts.ts';
import { answer, answerMalformed, answerText, refuse } from './answers.ts';
import { groupsJson } from './groups.ts';
import type { AlertmanagerView } from './alertmanager-view.ts';
import { deleteSilence, getSilence, listSilences, postSilence } from './alertmanager-silences.ts';
import { receiverNames, statusOf } from './status.ts';

export interface AlertmanagerRoutesDeps {
  readonly alertmanager: AlertmanagerView;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** See `Standing.relayed` in gate.ts. */
    readonly relayed?: boolean;
  }
}

type Answer = (
  request: FastifyRequest,
  reply: FastifyReply,
) => FastifyReply | Promise<FastifyReply>;

/**
 * Mounts what Alertmanager's API v2 has besides taking alerts, so that amtool, Nagstamon, karma and
 * Grafana's data source work with Belfry's alerts and silences
 * (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml). `scope` gives bodies as bytes.
 */
export function mountAlertmanager(scope: FastifyInstance, deps: AlertmanagerRoutesDeps): void {
  const { alertmanager, gate, clock, logger, version } = deps;
  const { silences } = alertmanager;
  const mount = (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    needed: TokenScope,
    handler: Answer,
  ): void => {
    scope.route({
      method,
      url: `/api/v2/${path}`,
      // karma's proxy keeps the Origin of its page.
      config: { relayed: method !== 'GET' },
      onRequest: [
        authenticated(gate, { cookie: false, basic: true }, refuse),
        scoped(needed, refuse),
      ],
      errorHandler: (error, request, reply) => {
        refuse(reply, failureOf(error, request, logger));
      },
      handler,
    });
  };

  mount('GET', 'alerts', 'read', async (request, reply) => {
    const alerts = await alertsAskedFor(alertmanager, request, clock.now());
    return alerts.ok
      ? answerText(reply, 200, alertsJson(alerts.value))
      : refuse(reply, alerts.error);
  });
  mount('GET', 'alerts/groups', 'read', async (request, reply) => {
    const alerts = await alertsAskedFor(alertmanager, request, clock.now());
    if (!alerts.ok) return refuse(reply, alerts.error);
    return answerText(reply, 200, groupsJson(request, alerts.value));
  });
  mount('GET', 'receivers', 'read', (_request, reply) =>
    answer(
      reply,
      200,
      receiverNames(alertmanager).map((name) => ({ name })),
    ),
  );
  mount('GET', 'status', 'read', (_request, reply) =>
    answer(reply, 200, statusOf(alertmanager, version)),
  );
  mount('GET', 'silences', 'read', (request, reply) => listSilences(silences, request, reply));
  mount('POST', 'silences', 'operate', (request, reply) => {
    const problem = readBody(request);
    if (problem) return answerMalformed(reply, problem.status, problem.message);
    return postSilence(silences, request, reply, clock.now());
  });
  mount('GET', 'silence/:silenceID', 'read', (request, reply) =>
    getSilence(silences, request, reply),
  );
  mount('DELETE', 'silence/:silenceID', 'operate', (request, reply) =>
    deleteSilence(silences, request, reply),
  );
}

/** Puts the parsed body in the place of its bytes; answers what kept it from that. */
function readBody(
  request: FastifyRequest,
): { readonly status: 400 | 415; readonly message: string } | null {
  const raw = request.body as Buffer | undefined;
  if (!raw || raw.length === 0) {
    request.body = undefined;
    return null;
  }
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    const message = `unsupported media type ${JSON.stringify(type)}, only [application/json] are allowed`;
    return { status: 415, message };
  }
  const parsed = parseJson(decodedText(raw, type), 'it');
  if (!parsed.ok) {
    const message = `parsing silence body from "" failed, because ${parsed.error.message}`;
    return { status: 400, message };
  }
  request.body = parsed.value;
  return null;
}
