import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { errorText, type Logger } from '../../base/logger.ts';
import type { Caller } from '../../domain/caller.ts';
import type { NewId } from '../../base/ids.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { AuditTable } from '../../store/audit-table.ts';
import type { SessionTable } from '../../store/session-table.ts';
import type { TokenTable } from '../../store/token-table.ts';
import type { Writer } from '../../store/writer.ts';
import { adminMark, newSecret, secretHash } from './secret.ts';
import { SignInCodes } from './sign-in-codes.ts';

export interface TokenAuthDeps {
  readonly tokens: TokenTable;
  readonly sessions: SessionTable;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: NewId;
  readonly dataKey: Buffer;
  /** Null where HTTP is off. */
  readonly adminToken: string | null;
}

/** Where a sign-in comes from, to be shown to people. */
export interface SignInOrigin {
  readonly address: string | null;
  readonly userAgent: string | null;
}

interface KnownSession {
  readonly id: string;
  readonly expiresAt: number;
  lastSeenAt: number;
}

interface KnownToken {
  readonly id: string;
  readonly caller: Caller;
  lastUsedAt: number;
}

const SESSION_LIFETIME_MS = 30 * 86_400_000;
/** Last use is for people, to the minute; writing it for each request would cost a commit each. */
const TOUCH_INTERVAL_MS = 60_000;
/** Coarser than for tokens: an open window that does nothing should cost next to no commits. */
const SEEN_INTERVAL_MS = 300_000;
const CACHED_SESSIONS_MAX = 1_000;

const ADMIN: Caller = { actor: 'admin token', scope: 'admin', source: null };
const WINDOW: Caller = { actor: 'window', scope: 'admin', source: null };

/**
 * Authentication over the token and session tables. Secrets are looked up by their hash, so timing
 * tells nothing about them; what was found is kept in memory until `invalidate`.
 */
export class TokenAuth {
  readonly #deps: TokenAuthDeps;
  readonly #codes: SignInCodes;
  readonly #adminHash: Buffer | null;
  readonly #knownTokens = new Map<string, KnownToken>();
  readonly #adminMark: Buffer | null;
  readonly #knownSessions = new Map<string, KnownSession>();

  constructor(deps: TokenAuthDeps) {
    this.#deps = deps;
    this.#codes = new SignInCodes(deps.clock);
    this.#adminHash = deps.adminToken === null ? null : secretHash(deps.adminToken);
    this.#adminMark = deps.adminToken === null ? null : adminMark(deps.dataKey, deps.adminToken);
  }

  /** Ends the sessions that were made under another admin token. */
  async start(): Promise<void> {
    const { sessions, audit, writer, clock } = this.#deps;
    const mark = this.#adminMark;
    if (mark === null || sessions.countOfOtherMarks(mark) === 0) return;
    await writer.submit(() => {
      const ended = sessions.keepOfMark(mark);
      if (ended === 0) return;
      const reason = { code: 'audit.admin_token_changed', params: { count: ended } } as const;
      const subject = 'sessions';
      audit.append({ at: clock.now(), actor: 'belfry', action: 'session.end', subject, reason });
    });
  }

  /** Returns the caller behind an API token. */
  byToken(secret: string): Caller | null {
    const hash = secretHash(secret);
    if (this.#adminHash !== null && timingSafeEqual(hash, this.#adminHash)) return ADMIN;
    const key = hash.toString('base64url');
    const known = this.#knownTokens.get(key) ?? this.#readToken(key, hash);
    if (!known) return null;
    const now = this.#deps.clock.now();
    if (Math.abs(now - known.lastUsedAt) >= TOUCH_INTERVAL_MS) this.#touch(known, now);
    return known.caller;
  }

  /** Returns the caller behind a window's session cookie. */
  bySession(secret: string): Caller | null {
    const hash = secretHash(secret);
    const key = hash.toString('base64url');
    const known = this.#knownSessions.get(key) ?? this.#readSession(key, hash);
    const now = this.#deps.clock.now();
    if (!known || now >= known.expiresAt) return null;
    if (Math.abs(now - known.lastSeenAt) >= SEEN_INTERVAL_MS) this.#seen(known, now);
    return { ...WINDOW, sessionId: known.id };
  }

  /** Makes a one-time sign-in code. */
  createCode(): { readonly code: string; readonly expiresAt: number } {
    return this.#codes.create();
  }

  /** Spends a code; null when it is unknown, used or too old. Persists the session before it answers. */
  async redeem(
    code: string,
    { address, userAgent }: SignInOrigin,
  ): Promise<{ readonly session: string; readonly expiresAt: number } | null> {
    const codeExpiresAt = this.#codes.spend(code);
    if (codeExpiresAt === null) return null;
    const { sessions, audit, writer, clock, newId } = this.#deps;
    const now = clock.now();
    const id = newId();
    const session = newSecret();
    const expiresAt = now + SESSION_LIFETIME_MS;
    try {
      await writer.submit(() => {
        sessions.deleteExpired(now);
        sessions.deleteOldest(LIMITS.sessionsMax - 1);
        sessions.insert({
          hash: secretHash(session),
          id,
          createdAt: now,
          expiresAt,
          address,
          userAgent: userAgent?.slice(0, LIMITS.userAgentCharsMax) ?? null,
          adminMark: this.#adminMark,
        });
        audit.append({
          at: now,
          actor: WINDOW.actor,
          action: 'session.start',
          subject: id,
          reason: { code: 'audit.signed_in', params: {} },
        });
      });
    } catch (error) {
      this.#codes.restore(code, codeExpiresAt);
      throw error;
    }
    return { session, expiresAt };
  }

  async endSession(secret: string): Promise<void> {
    const hash = secretHash(secret);
    // Strangers send cookies too; those must cost no write.
    const { sessions, audit, writer, clock } = this.#deps;
    const stored = sessions.byHash(hash);
    if (stored === null) return;
    await writer.submit(() => {
      if (!sessions.delete(hash)) return;
      const entry = { actor: WINDOW.actor, action: 'session.end', subject: stored.id };
      const reason = { code: 'audit.signed_out', params: {} } as const;
      audit.append({ ...entry, at: clock.now(), reason });
    });
    this.#knownSessions.delete(hash.toString('base64url'));
  }

  /** Forgets what was read; to be called after tokens or sessions changed. */
  invalidate(): void {
    this.#knownTokens.clear();
    this.#knownSessions.clear();
  }

  #readToken(key: string, hash: Buffer): KnownToken | null {
    const token = this.#deps.tokens.byHash(hash);
    if (!token) return null;
    const { id, name, scope, source } = token;
    const caller = { actor: `token:${name}`, scope, source };
    const known = { id, caller, lastUsedAt: token.lastUsedAt ?? 0 };
    this.#knownTokens.set(key, known);
    return known;
  }

  #readSession(key: string, hash: Buffer): KnownSession | null {
    const stored = this.#deps.sessions.byHash(hash);
    if (!stored || !this.#isOfThisAdmin(stored.adminMark)) return null;
    if (this.#knownSessions.size >= CACHED_SESSIONS_MAX) this.#knownSessions.clear();
    const { id, expiresAt, lastSeenAt } = stored;
    const known = { id, expiresAt, lastSeenAt: lastSeenAt ?? 0 };
    this.#knownSessions.set(key, known);
    return known;
  }

  /** Counts even where a disk that refuses writes kept the start from ending the others. */
  #isOfThisAdmin(mark: Buffer | null): boolean {
    return mark === null || (this.#adminMark !== null && timingSafeEqual(mark, this.#adminMark));
  }

  #seen(known: KnownSession, now: number): void {
    const { sessions, writer, logger } = this.#deps;
    known.lastSeenAt = now;
    writer
      .submit(() => sessions.touch(known.id, now))
      .catch((error: unknown) => {
        logger.log('warn', 'the last use of a session was not noted', { error: errorText(error) });
      });
  }

  #touch(known: KnownToken, now: number): void {
    const { tokens, writer, logger } = this.#deps;
    known.lastUsedAt = now;
    writer
      .submit((unit) => {
        tokens.touch(known.id, now);
        unit.changed({ entity: 'token', id: known.id });
      })
      .catch((error: unknown) => {
        logger.log('warn', 'the last use of a token was not noted', { error: errorText(error) });
      });
  }
}
