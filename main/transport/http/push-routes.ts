import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ERROR_STATUS } from '../../contract/errors.ts';
import { ok, type Failure, type Result } from '../../contract/result.ts';
import { encodingOf } from '../../base/body-text.ts';
import { failureFor } from '../../messages/failures.ts';
import type { Ping } from '../../domain/heartbeat-ping.ts';
import { fieldsOf, mediaTypeOf, textOf, valueText } from '../../ingest/body.ts';
import { failureOf } from './error-handling.ts';
import { failureHeaders } from './failure.ts';
import { gauged, type Refuse } from './guard.ts';
import { headOf } from './ingest-routes.ts';
import { byId, understood, type Asked, type PingRoutesDeps } from './ping-routes.ts';

const PUSH_PATH = '/api/push/:token';

/** Returns true if the request is to a push address, which is its own credential. */
export const isPush = (url: string): boolean => url.startsWith('/api/push/');

const FORMS: ReadonlySet<string> = new Set([
  'application/x-www-form-urlencoded',
  'multipart/form-data',
]);

const ALL_VERBS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/**
 * Mounts the push address of Uptime Kuma's push monitors, `/api/push/<token>?status=up|down&msg=&ping=`,
 * which also takes the three in a JSON or form body, over the same heartbeats as the ping addresses: the token is a heartbeat's ping id.
 */
export function mountPushes(app: FastifyInstance, deps: PingRoutesDeps): void {
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) =>
      parsed(null, body),
    );
    scope.route({
      method: [...ALL_VERBS],
      url: PUSH_PATH,
      exposeHeadRoute: false,
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
const UNKNOWN: Failure = {
  ...failureFor('not_found', { code: 'error.ping_unknown', params: {} }),
  message: 'Monitor not found or not active.',
};

const UNREAD = { action: 'log', exitStatus: null, runId: null } as const;

async function read(request: FastifyRequest, deps: PingRoutesDeps): Promise<Asked | Failure> {
  const { token = '' } = request.params as { token?: string };
  // The result may stand in the body, which is not read yet.
  const asked = await byId(token, UNREAD, request, deps, 'push address');
  return 'code' in asked && asked.code === 'not_found' ? UNKNOWN : asked;
}

/** The fields of a push, wherever it says them. */
type Said = Readonly<Record<'status' | 'msg' | 'ping', unknown>>;

/**
 * Reads what the address leaves open from the body: JSON, whatever its type is called, or a form. A body
 * of another kind says nothing, as with Uptime Kuma; JSON that cannot be read may have said "down".
 */
async function saidBy(request: FastifyRequest): Promise<Result<Said>> {
  const query = request.query as Partial<Said>;
  const raw = request.body as Buffer | undefined;
  const hasStatus = typeof query.status === 'string' && query.status !== '';
  const inAddress = { status: query.status, msg: query.msg, ping: query.ping };
  if (!raw || raw.length === 0) return ok(inAddress);
  const head = headOf('POST', PUSH_PATH, request);
  const contentType = request.pinged?.contentType ?? '';
  const body = { ...head, headers: { 'content-type': contentType }, raw };
  const isJson = mediaTypeOf(body) === 'application/json' || /^\s*[{[]/.test(textOf(body));
  if (!isJson && !FORMS.has(mediaTypeOf(body))) return ok(inAddress);
  const type = isJson ? `application/json; charset=${encodingOf(raw, contentType)}` : contentType;
  const fields = await fieldsOf({ ...body, headers: { 'content-type': type } });
  if (!fields.ok) return hasStatus ? ok(inAddress) : fields;
  const { values } = fields.value;
  return ok({
    status: hasStatus ? query.status : values['status'],
    msg: query.msg ?? values['msg'],
    ping: query.ping ?? values['ping'],
  });
}

/** As Kuma has it: whatever is neither "up" nor empty is down, but for our own "warning". JSON may say it in its own words. */
function actionOf(status: unknown): Ping['action'] {
  const isUp = status === true || status === 1 || status === undefined || status === null;
  if (status === 'warning') return 'warning';
  return isUp || status === '' || status === 'up' ? 'success' : 'fail';
}

/** Kuma's clients send "OK" when all is well; the ping is the sender's own measure in milliseconds. */
function logOf({ msg, ping }: Said): string {
  const said = valueText(msg) ?? '';
  const took = /^\d{1,9}(\.\d+)?$/.test(valueText(ping) ?? '') ? `${valueText(ping)} ms` : '';
  return [said, took].filter((part) => part !== '').join(', ');
}

async function take(
  { pings }: PingRoutesDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (!request.pinged) return refuse(reply, UNKNOWN);
  const said = await saidBy(request);
  if (!said.ok) return refuse(reply, said.error);
  const { target, ping } = request.pinged;
  const action = actionOf(said.value.status);
  const made = await pings.ping(target, { ...ping, action, body: logOf(said.value) });
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
