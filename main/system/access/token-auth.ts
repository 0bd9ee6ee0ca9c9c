import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { KeyRing } from '../../base/key-ring.ts';
import { errorText, type Logger } from '../../base/logger.ts';
import type { Caller } from '../../domain/caller.ts';
import type { NewId } from '../../base/ids.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { AuditTable } from '../../store/audit-table.ts';
import type { SessionTable } from '../../store/session-table.ts';
import type { TokenTable } from '../../store/token-table.ts';
import type { Writer } from '../../store/writer.ts';
import {
  KnownCredentials,
  digestOf,
  WINDOW,
  type CredentialCopy,
  type UsedCredential,
} from './known-credentials.ts';
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
  readonly dataKeys: KeyRing;
  /** Null where HTTP is off. */
  readonly adminToken: string | null;
  /** Called when other callers are known than before: streams of those that are not any more must close. */
  readonly changed: () => void;
}

/** The origin of a sign-in, to be shown to people. */
export interface SignInOrigin {
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** Authenticates requests, and signs browsers in and out. */
export interface Authentication {
  /** Returns the caller behind an API token; null if there is none. */
  byToken(secret: string): Caller | null;
  /** Returns the caller behind a window's session cookie; null if there is none. */
  bySession(secret: string): Caller | null;
  /** Spends a sign-in code for a session that is durable; null when it is unknown, used or too old. */
  redeem(code: string, origin: SignInOrigin): Promise<NewSession | null>;
  /** Ends the session of a cookie, if there is one. */
  endSession(secret: string): Promise<void>;
}

export interface NewSession {
  /** The secret of its cookie. */
  readonly session: string;
  /** Ms UTC. */
  readonly expiresAt: number;
}

const SESSION_LIFETIME_MS = 30 * 86_400_000;

/** Authentication over the token and session tables, of which a copy is kept in memory until `invalidate`. */
export class TokenAuth implements Authentication {
  readonly #deps: TokenAuthDeps;
  readonly #codes: SignInCodes;
  #credentials: KnownCredentials | null = null;

  constructor(deps: TokenAuthDeps) {
    this.#deps = deps;
    this.#codes = new SignInCodes(deps.clock);
  }

  /** Ends the sessions that were made under another admin token, and reads the rest before the first request. */
  async start(): Promise<void> {
    await this.#endOthers();
    this.#known();
  }

  async #endOthers(): Promise<void> {
    const { sessions, audit, writer, clock } = this.#deps;
    const mark = this.#markOf(this.#deps.dataKeys.current);
    if (mark === null || sessions.countOfOtherMarks(mark) === 0) return;
    await writer.submit(() => {
      const ended = sessions.keepOfMark(mark);
      if (ended === 0) return;
      const reason = { code: 'audit.admin_token_changed', params: { count: ended } } as const;
      const subject = 'sessions';
      audit.append({ at: clock.now(), actor: 'belfry', action: 'session.end', subject, reason });
    });
  }

  byToken(secret: string): Caller | null {
    return this.#known().byToken(secret);
  }

  bySession(secret: string): Caller | null {
    return this.#known().bySession(secret);
  }

  /** Returns what callers are known by at present. */
  copy(): CredentialCopy {
    const { tokens, sessions, adminToken, clock, dataKeys } = this.#deps;
    const marks = dataKeys.all.flatMap((key) => this.#markOf(key) ?? []);
    return {
      admin: adminToken === null ? null : digestOf(adminToken),
      tokens: tokens.hashed().map(({ id, name, scope, source, lastUsedAt, hash }) => ({
        digest: hash.toString('base64url'),
        id,
        caller: { actor: `token:${name}`, scope, source },
        lastUsedAt: lastUsedAt ?? 0,
      })),
      sessions: sessions
        .checked(clock.now())
        .filter(({ adminMark }) => isOfThisAdmin(adminMark, marks))
        .map(({ hash, id, expiresAt, lastSeenAt }) => ({
          digest: hash.toString('base64url'),
          id,
          expiresAt,
          lastSeenAt: lastSeenAt ?? 0,
        })),
    };
  }

  /** Notes for people that a token or a session was used. What cannot be noted is logged. */
  used({ kind, id, at }: UsedCredential): void {
    const { tokens, sessions, writer, logger } = this.#deps;
    const noted = writer.submit((unit) => {
      if (kind === 'session') {
        sessions.touch(id, at);
        return;
      }
      tokens.touch(id, at);
      unit.changed({ entity: 'token', id });
    });
    noted.catch((error: unknown) => {
      logger.log('warn', `the last use of a ${kind} was not noted`, { error: errorText(error) });
    });
  }

  /** Makes a one-time sign-in code. */
  createCode(): { readonly code: string; readonly expiresAt: number } {
    return this.#codes.create();
  }

  async redeem(code: string, { address, userAgent }: SignInOrigin): Promise<NewSession | null> {
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
          adminMark: this.#markOf(this.#deps.dataKeys.current),
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
    this.invalidate();
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
    this.invalidate();
  }

  /** Reads tokens and sessions again; to be called after they changed, before whoever changed them is answered. */
  invalidate(): void {
    this.#credentials = null;
    this.#deps.changed();
  }

  #known(): KnownCredentials {
    this.#credentials ??= new KnownCredentials(this.copy(), this.#deps.clock, (used) =>
      this.used(used),
    );
    return this.#credentials;
  }

  /** Marks the sessions that were made under an earlier key with the current one, in the caller's transaction. */
  moveMarks(): void {
    const { dataKeys, sessions } = this.#deps;
    const current = this.#markOf(dataKeys.current);
    for (const key of dataKeys.earlier) {
      const earlier = this.#markOf(key);
      if (current && earlier) sessions.moveMark(earlier, current);
    }
  }

  #markOf(key: Buffer): Buffer | null {
    const { adminToken } = this.#deps;
    return adminToken === null ? null : adminMark(key, adminToken);
  }
}

/** Counts even where a disk that refuses writes kept the start from ending the others. */
const isOfThisAdmin = (mark: Buffer | null, marks: readonly Buffer[]): boolean =>
  mark === null || marks.some((known) => timingSafeEqual(mark, known));
