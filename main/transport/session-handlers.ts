import type { Clock } from '../base/clock.ts';
import { fail, ok } from '../contract/result.ts';
import type { AuditTrail, SessionRecords, Writes } from '../system/access/auth-records.ts';
import type { Handlers } from './dispatch.ts';
import type { TokenAuth } from '../system/access/token-auth.ts';

export interface SessionHandlersDeps {
  readonly sessions: SessionRecords;
  readonly audit: AuditTrail;
  readonly writer: Writes;
  readonly auth: TokenAuth;
  readonly clock: Clock;
  /** Closes the streams whose session is no longer good. */
  readonly revoked: () => void;
}

/** The contract's methods about windows that are signed in. */
export function sessionHandlers(deps: SessionHandlersDeps) {
  const { sessions, audit, writer, auth, clock, revoked } = deps;
  const ended = (): void => {
    auth.invalidate();
    revoked();
  };
  return {
    'sessions.list': (_input, { sessionId }) =>
      ok({
        items: sessions
          .all(clock.now())
          .map((session) => ({ ...session, current: session.id === sessionId })),
      }),

    'sessions.end': async ({ id }, { actor }) => {
      const found = await writer.submit(() => {
        if (!sessions.deleteById(id)) return false;
        const entry = { actor, action: 'session.end', subject: id };
        const reason = { code: 'audit.session_ended', params: {} } as const;
        audit.append({ ...entry, at: clock.now(), reason });
        return true;
      });
      if (!found) return fail('not_found', 'There is no session with this id.');
      ended();
      return ok({ status: 'ended' });
    },

    'sessions.endOthers': async (_input, { actor, sessionId }) => {
      const count = await writer.submit(() => {
        const deleted = sessions.deleteOthers(sessionId ?? null);
        const reason = { code: 'audit.sessions_ended', params: { count: deleted } } as const;
        const entry = { actor, action: 'session.end', subject: 'sessions' };
        if (deleted > 0) audit.append({ ...entry, at: clock.now(), reason });
        return deleted;
      });
      ended();
      return ok({ ended: count });
    },
  } satisfies Partial<Handlers>;
}
