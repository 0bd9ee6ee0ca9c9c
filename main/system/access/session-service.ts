import type { Clock } from '../../base/clock.ts';
import type { Output } from '../../contract/methods.ts';
import { ok, type Result } from '../../contract/result.ts';
import type { Session } from '../../contract/system.ts';
import type { Caller } from '../../domain/caller.ts';
import type { AuditTable } from '../../store/audit-table.ts';
import type { SessionTable } from '../../store/session-table.ts';
import type { Writer } from '../../store/writer.ts';
import type { TokenAuth } from './token-auth.ts';
import { refuse } from '../../messages/failures.ts';

export interface SessionServiceDeps {
  readonly sessions: SessionTable;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly auth: Pick<TokenAuth, 'invalidate' | 'createCode'>;
  readonly clock: Clock;
  /** Returns the URL at which HTTP listens; null when it does not. */
  readonly url: () => string | null;
}

/** Windows that are signed in, and the links by which more of them do. */
export class SessionService {
  readonly #deps: SessionServiceDeps;

  constructor(deps: SessionServiceDeps) {
    this.#deps = deps;
  }

  list(current: string | undefined): Session[] {
    const { sessions, clock } = this.#deps;
    return sessions.all(clock.now()).map((it) => ({ ...it, current: it.id === current }));
  }

  async end(id: string, actor: string): Promise<Result<Output<'sessions.end'>>> {
    const { sessions, audit, writer, clock } = this.#deps;
    const found = await writer.submit(() => {
      if (!sessions.deleteById(id)) return false;
      const entry = { actor, action: 'session.end', subject: id };
      audit.append({
        ...entry,
        at: clock.now(),
        reason: { code: 'audit.session_ended', params: {} },
      });
      return true;
    });
    if (!found) return refuse('not_found', { code: 'error.session_unknown', params: {} });
    this.#deps.auth.invalidate();
    return ok({ status: 'ended' });
  }

  /** Ends every session but the caller's own. */
  async endOthers({ actor, sessionId }: Caller): Promise<Result<Output<'sessions.endOthers'>>> {
    const { sessions, audit, writer, clock } = this.#deps;
    const ended = await writer.submit(() => {
      const deleted = sessions.deleteOthers(sessionId ?? null);
      const reason = { code: 'audit.sessions_ended', params: { count: deleted } } as const;
      const entry = { actor, action: 'session.end', subject: 'sessions' };
      if (deleted > 0) audit.append({ ...entry, at: clock.now(), reason });
      return deleted;
    });
    this.#deps.auth.invalidate();
    return ok({ ended });
  }

  /** Makes a link that signs one window in. */
  link(): Result<Output<'session.link'>> {
    const address = this.#deps.url();
    if (address === null) {
      return refuse('unavailable', { code: 'error.http_off', params: {} });
    }
    const { code, expiresAt } = this.#deps.auth.createCode();
    return ok({ url: `${address}/#/sign-in/${code}`, expiresAt });
  }
}
