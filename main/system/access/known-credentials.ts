import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { Caller } from '../../domain/caller.ts';
import { secretHash } from './secret.ts';

/** An API token; `digest` is the SHA-256 of its secret in base64url, as everywhere here. */
interface KnownToken {
  readonly digest: string;
  readonly id: string;
  readonly caller: Caller;
  /** Ms UTC; 0 if never. */
  readonly lastUsedAt: number;
}

/** The session of a window. */
interface KnownSession {
  readonly digest: string;
  readonly id: string;
  /** Ms UTC. */
  readonly expiresAt: number;
  /** Ms UTC; 0 if never. */
  readonly lastSeenAt: number;
}

/** Everything by which callers are known, without a single secret: it may leave the core. */
export interface CredentialCopy {
  /** Null where there is no admin token. */
  readonly admin: string | null;
  readonly tokens: readonly KnownToken[];
  readonly sessions: readonly KnownSession[];
}

/** A token or a session that was used, to be noted for people. */
export interface UsedCredential {
  readonly kind: 'token' | 'session';
  readonly id: string;
  /** Ms UTC. */
  readonly at: number;
}

const ADMIN: Caller = { actor: 'admin token', scope: 'admin', source: null };
export const WINDOW: Caller = { actor: 'window', scope: 'admin', source: null };

/** Last use is for people, to the minute; writing it for each request would cost a commit each. */
const TOUCH_INTERVAL_MS = 60_000;
/** Coarser than for tokens: an open window that does nothing should cost next to no commits. */
const SEEN_INTERVAL_MS = 300_000;

/** Knows callers by a copy of what the store has. Secrets are found by their hash, so timing tells nothing about them. */
export class KnownCredentials {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #used: (used: UsedCredential) => void;
  readonly #admin: Buffer | null;
  readonly #tokens: ReadonlyMap<string, KnownToken>;
  readonly #sessions: ReadonlyMap<string, KnownSession>;
  /** Of those that were used since the copy was made. */
  readonly #usedAt = new Map<string, number>();

  /** `used` is called at most once a minute for each token, and once in five for each session. */
  constructor(
    { admin, tokens, sessions }: CredentialCopy,
    clock: Pick<Clock, 'now'>,
    used: (used: UsedCredential) => void,
  ) {
    this.#clock = clock;
    this.#used = used;
    this.#admin = admin === null ? null : Buffer.from(admin, 'base64url');
    this.#tokens = new Map(tokens.map((token) => [token.digest, token]));
    this.#sessions = new Map(sessions.map((session) => [session.digest, session]));
  }

  /** Returns the caller behind an API token; null if there is none. */
  byToken(secret: string): Caller | null {
    const hash = secretHash(secret);
    if (this.#admin !== null && timingSafeEqual(hash, this.#admin)) return ADMIN;
    const known = this.#tokens.get(hash.toString('base64url'));
    if (!known) return null;
    this.#note('token', known.id, known.lastUsedAt, TOUCH_INTERVAL_MS);
    return known.caller;
  }

  /** Returns the caller behind the cookie of a window or a display; null if there is none, or it has expired. */
  bySession(secret: string): Caller | null {
    const digest = digestOf(secret);
    const known = this.#sessions.get(digest);
    if (!known) return this.#byDisplay(digest);
    if (this.#clock.now() >= known.expiresAt) return null;
    this.#note('session', known.id, known.lastSeenAt, SEEN_INTERVAL_MS);
    return { ...WINDOW, sessionId: known.id };
  }

  /**
   * A display signs in with a token that may only read, which its cookie then holds: it stays signed in until
   * the token is revoked. No other token may come in by a cookie, which a browser sends unasked.
   */
  #byDisplay(digest: string): Caller | null {
    const known = this.#tokens.get(digest);
    if (known?.caller.scope !== 'read') return null;
    this.#note('token', known.id, known.lastUsedAt, TOUCH_INTERVAL_MS);
    return known.caller;
  }

  #note(kind: UsedCredential['kind'], id: string, lastAt: number, intervalMs: number): void {
    const at = this.#clock.now();
    if (Math.abs(at - (this.#usedAt.get(id) ?? lastAt)) < intervalMs) return;
    this.#usedAt.set(id, at);
    this.#used({ kind, id, at });
  }
}

/** Returns the digest of a secret as a copy names it. */
export const digestOf = (secret: string): string => secretHash(secret).toString('base64url');
