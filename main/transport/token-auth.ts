import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { Caller } from '../domain/caller.ts';
import { ADMIN_TOKEN_ACTOR, type Auth } from './auth.ts';
import type { AuditTrail, SessionRecords, TokenRecords, Writes } from './auth-records.ts';
import { newSecret, secretHash } from './secret.ts';
import { SignInCodes } from './sign-in-codes.ts';

export interface TokenAuthDeps {
  readonly tokens: TokenRecords;
  readonly sessions: SessionRecords;
  readonly audit: AuditTrail;
  readonly writer: Writes;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Null where HTTP is off. */
  readonly adminToken: string | null;
}

interface KnownToken {
  readonly id: string;
  readonly caller: Caller;
  lastUsedAt: number;
}

const SESSION_LIFETIME_MS = 30 * 86_400_000;
/** Last use is for people, to the minute; writing it for each request would cost a commit each. */
const TOUCH_INTERVAL_MS = 60_000;
const CACHED_SESSIONS_MAX = 1_000;

const ADMIN: Caller = { actor: ADMIN_TOKEN_ACTOR, scope: 'admin', source: null };
const WINDOW: Caller = { actor: 'window', scope: 'admin', source: null };

/**
 * Authentication over the token and session tables. Secrets are looked up by their hash, so timing
 * tells nothing about them; what was found is kept in memory until `invalidate`.
 */
export class TokenAuth implements Auth {
  readonly #deps: TokenAuthDeps;
  readonly #codes: SignInCodes;
  readonly #adminHash: Buffer | null;
  readonly #knownTokens = new Map<string, KnownToken>();
  readonly #knownSessions = new Map<string, number>();

  constructor(deps: TokenAuthDeps) {
    this.#deps = deps;
    this.#codes = new SignInCodes(deps.clock);
    this.#adminHash = deps.adminToken === null ? null : secretHash(deps.adminToken);
  }

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

  bySession(secret: string): Caller | null {
    const hash = secretHash(secret);
    const key = hash.toString('base64url');
    const expiresAt = this.#knownSessions.get(key) ?? this.#readSession(key, hash);
    return expiresAt !== null && this.#deps.clock.now() < expiresAt ? WINDOW : null;
  }

  createCode(): { readonly code: string; readonly expiresAt: number } {
    return this.#codes.create();
  }

  async redeem(
    code: string,
  ): Promise<{ readonly session: string; readonly expiresAt: number } | null> {
    const codeExpiresAt = this.#codes.spend(code);
    if (codeExpiresAt === null) return null;
    const { sessions, audit, writer, clock } = this.#deps;
    const now = clock.now();
    const session = newSecret();
    const expiresAt = now + SESSION_LIFETIME_MS;
    try {
      await writer.submit(() => {
        sessions.deleteExpired(now);
        sessions.insert(secretHash(session), now, expiresAt);
        audit.append({
          at: now,
          actor: WINDOW.actor,
          action: 'session.start',
          subject: 'session',
          detail: 'A window signed in with a one-time link.',
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
    if (this.#deps.sessions.expiresAt(hash) === null) return;
    await this.#deps.writer.submit(() => this.#deps.sessions.delete(hash));
    this.#knownSessions.delete(hash.toString('base64url'));
  }

  /** Forgets what was read; to be called after tokens changed. */
  invalidate(): void {
    this.#knownTokens.clear();
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

  #readSession(key: string, hash: Buffer): number | null {
    const expiresAt = this.#deps.sessions.expiresAt(hash);
    if (expiresAt === null) return null;
    if (this.#knownSessions.size >= CACHED_SESSIONS_MAX) this.#knownSessions.clear();
    this.#knownSessions.set(key, expiresAt);
    return expiresAt;
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
