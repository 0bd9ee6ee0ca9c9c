import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '../../contract/limits.ts';
import type { MethodName, Output } from '../../contract/methods.ts';
import type { Notification } from '../../contract/notification.ts';
import { ok, type Result } from '../../contract/result.ts';
import type { TokenScope } from '../../contract/system.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Dispatch } from '../dispatch.ts';
import { sendFailure } from './failure.ts';
import type { Gate } from './gate.ts';
import { authenticated, callerOf, scoped } from './guard.ts';
import { inputOf } from './method-routes.ts';

export interface CompatibilityDeps {
  readonly dispatch: Dispatch;
  readonly gate: Gate;
}

/** As in Pulse: this many unless `?limit=` says otherwise, and never more than the second. */
const LISTED = 100;
const LISTED_MAX = 1_000;
const PAGE = LIMITS.notificationsPageSizeMax;

type Answer = (request: FastifyRequest, reply: FastifyReply) => Promise<Result<unknown>>;

/**
 * Mounts the dead-letter routes in Pulse's shape, so that scripts written for it work on; see
 * docs/compatibility.md. Each is a call or two of the contract, which checks and decides everything.
 */
export function mountCompatibility(app: FastifyInstance, { dispatch, gate }: CompatibilityDeps) {
  const call = async <K extends MethodName>(name: K, input: unknown, caller: Caller) =>
    (await dispatch(name, input, caller)) as Result<Output<K>>;
  const mount = (verb: 'GET' | 'POST', url: string, scope: TokenScope, answer: Answer): void => {
    app.route({
      method: verb,
      url: `/api/notifications/${url}`,
      onRequest: [authenticated(gate, { cookie: true, basic: false }), scoped(scope)],
      handler: async (request, reply): Promise<FastifyReply> => {
        const result = await answer(request, reply);
        if (!result.ok) return sendFailure(reply, result.error);
        return reply.header('cache-control', 'no-store').send(result.value);
      },
    });
  };

  mount('GET', 'dlq', 'read', async (request, reply) => {
    const caller = callerOf(request);
    const channels = await call('channels.list', {}, caller);
    if (!channels.ok) return channels;
    const kinds = new Map(channels.value.items.map(({ id, kind }) => [id, kind]));
    // By id, since what dies between two pages moves the later one.
    const found = new Map<string, Notification>();
    const limit = limitIn(request);
    for (let page = 1; found.size < limit; page++) {
      const query = { status: 'dead', page, per_page: PAGE };
      const listed = await call('notifications.list', query, caller);
      if (!listed.ok) return listed;
      reply.header('x-total-count', listed.value.total);
      for (const row of listed.value.data) found.set(row.id, row);
      if (page * PAGE >= listed.value.total) break;
    }
    const rows = [...found.values()].slice(0, limit);
    return ok(rows.map((row) => toOlderRow(row, kinds.get(row.channelId) ?? '')));
  });

  mount('GET', 'queue/stats', 'read', async (request) => {
    const stats = await call('notifications.stats', {}, callerOf(request));
    return stats.ok ? ok({ ...stats.value, dlq: stats.value.dead }) : stats;
  });

  mount('POST', 'dlq/retry', 'operate', async (request) => {
    const id = idIn(request);
    const requeued = await call('notifications.requeue', { id }, callerOf(request));
    return requeued.ok ? done('Notification scheduled for retry', id) : requeued;
  });

  mount('POST', 'dlq/delete', 'operate', async (request) => {
    const id = idIn(request);
    // Otherwise the contract would discard what still waits as well, and that is no dead letter.
    const input = { id, onlyDead: true };
    const discarded = await call('notifications.discard', input, callerOf(request));
    return discarded.ok ? done('Notification deleted from DLQ', id) : discarded;
  });
}

const done = (message: string, id: unknown) => ok({ success: true, message, id });

/** Whatever else is in the body is of no interest, as it never was. */
const idIn = (request: FastifyRequest): unknown => {
  const input = inputOf(true, request);
  return typeof input === 'object' && input !== null && 'id' in input ? input.id : undefined;
};

/**
 * Returns the limit of a request. A value that is no number between 1 and the most counts
 * as not said, as it always did.
 */
function limitIn(request: FastifyRequest): number {
  const { limit } = request.query as Record<string, unknown>;
  const wanted = Number(limit ?? LISTED);
  return Number.isInteger(wanted) && wanted > 0 && wanted <= LISTED_MAX ? wanted : LISTED;
}

const iso = (timestampMs: number): string => new Date(timestampMs).toISOString();

/** A dead letter as Pulse showed it, without the configuration: that went out with its secrets in clear. */
function toOlderRow(row: Notification, kind: string) {
  const { alert } = row;
  return {
    id: row.id,
    type: kind,
    method: row.channelName,
    status: row.status,
    alerts: [
      {
        id: alert.id,
        type: alert.kind,
        level: alert.severity,
        resourceName: alert.host,
        node: alert.host,
        message: alert.message,
        startTime: iso(alert.startedAt),
        lastSeen: iso(alert.lastSeenAt),
        acknowledged: alert.acknowledgedAt !== null,
      },
    ],
    attempts: row.retryCount,
    maxAttempts: row.maxAttempts,
    lastError: row.lastError ?? '',
    createdAt: iso(row.createdAt),
    completedAt: iso(row.updatedAt),
    event: row.event,
    channelId: row.channelId,
    obsolete: row.obsolete,
  };
}
