import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ERROR_STATUS } from '../../contract/errors.ts';
import type { Failure } from '../../contract/result.ts';
import type { Ping } from '../../domain/heartbeat-ping.ts';
import { failureOf } from './error-handling.ts';
import { failureHeaders } from './failure.ts';
import { gauged, type Refuse } from './guard.ts';
import { byId, understood, type Asked, type PingRoutesDeps } from './ping-routes.ts';

const PUSH_PATH = '/api/push/:token';

/** Whether the request is to a push address, which is its own credential. */
export const isPush = (url: string): boolean => url.startsWith('/api/push/');

const ALL_VERBS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/**
 * Mounts the push address of Uptime Kuma's push monitors, `/api/push/<token>?status=up|down&msg=&ping=`,
 * over the same heartbeats as the ping addresses: the token is a heartbeat's ping id.
 */
export function mountPushes(app: FastifyInstance, deps: PingRoutesDeps): void {
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    // Whatever is in the body is not looked at; what counts is in the address.
    scope.addContentTypeParser('*', (_request, payload, parsed) => {
      payload.resume();
      parsed(null);
    });
    scope.route({
      method: [...ALL_VERBS],
      url: PUSH_PATH,
      exposeHeadRoute: false,
      config: { bodyKeptBytesMax: 0 },
      onRequest: [understood(read, deps, refuse)],
      preHandler: [gauged(deps.gauge, refuse)],
      errorHandler: (error: FastifyError, request, reply) => {
        refuse(reply, failureOf(error, request, deps.logger));
      },
      handler: (request, reply) => take(deps, request, reply),
    });
    done();
  });
}

/** As Uptime Kuma words it. */
const UNKNOWN: Failure = { code: 'not_found', message: 'Monitor not found or not active.' };

function read(request: FastifyRequest, deps: PingRoutesDeps): Asked | Failure {
  const { token = '' } = request.params as { token?: string };
  const { status, msg, ping } = request.query as Record<string, unknown>;
  // As Kuma has it: whatever is neither "up" nor empty is down.
  const action: Ping['action'] =
    status === undefined || status === '' || status === 'up' ? 'success' : 'fail';
  const report = { action, exitStatus: null, runId: null };
  const asked = byId(token, report, request, deps, 'push address');
  if ('code' in asked) return asked.code === 'not_found' ? UNKNOWN : asked;
  return { ...asked, body: logOf(msg, ping) };
}

/** Kuma's clients send "OK" when all is well; the ping is the sender's own measure in milliseconds. */
function logOf(msg: unknown, ping: unknown): string {
  const said = typeof msg === 'string' ? msg : '';
  const took = typeof ping === 'string' && /^\d{1,9}(\.\d+)?$/.test(ping) ? `${ping} ms` : '';
  return [said, took].filter((part) => part !== '').join(', ');
}

async function take(
  { pings }: PingRoutesDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (!request.pinged) return refuse(reply, UNKNOWN);
  const { target, ping, body = '' } = request.pinged;
  const made = await pings.ping(target, { ...ping, body });
  switch (made.outcome) {
    case 'pinged':
    case 'created':
      return answer(reply, 200, { ok: true });
    case 'unknown':
      return refuse(reply, UNKNOWN);
    case 'refused':
      return refuse(reply, made.failure);
  }
}

const refuse: Refuse = (reply, failure) =>
  answer(reply.headers(failureHeaders(failure, reply.request.id)), ERROR_STATUS[failure.code], {
    ok: false,
    msg: failure.message,
  });

/** No cache may keep it, or a later push would not arrive. */
const answer = (reply: FastifyReply, status: number, body: object): FastifyReply =>
  reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(body));
