import type { Caller } from '../../domain/caller.ts';

/** The actor of whoever presents the admin token, which may be a person's choice and hence guessable. */
export const ADMIN_TOKEN_ACTOR = 'admin token';

/** Where a sign-in comes from, to be shown to people. */
export interface SignInOrigin {
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** Who may come in. Implemented over the token and session tables; secrets are compared by hash. */
export interface Auth {
  /** The caller behind an API token, or null. */
  byToken(secret: string): Caller | null;
  /** The caller behind a window's session cookie, or null. */
  bySession(secret: string): Caller | null;
  /** A one-time sign-in code, good for ten minutes. Codes live in memory only. */
  createCode(): { readonly code: string; readonly expiresAt: number };
  /** Spends a code; null when it is unknown, used or too old. Persists the session before it answers. */
  redeem(
    code: string,
    from: SignInOrigin,
  ): Promise<{ readonly session: string; readonly expiresAt: number } | null>;
  endSession(secret: string): Promise<void>;
}
