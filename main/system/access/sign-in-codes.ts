import type { Clock } from '../../base/clock.ts';
import { newSecret, secretHash } from './secret.ts';

const CODE_LIFETIME_MS = 600_000;
/** Above it the oldest code is dropped: nobody signs in a hundred times in ten minutes. */
const CODES_MAX = 100;

/** One-time sign-in codes, in memory only: a restart makes every link void. Found by hash, never compared. */
export class SignInCodes {
  readonly #clock: Clock;
  readonly #expiryByHash = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  create(): { readonly code: string; readonly expiresAt: number } {
    for (const oldest of this.#expiryByHash.keys()) {
      if (this.#expiryByHash.size < CODES_MAX) break;
      this.#expiryByHash.delete(oldest);
    }
    const code = newSecret();
    const expiresAt = this.#clock.now() + CODE_LIFETIME_MS;
    this.#expiryByHash.set(keyOf(code), expiresAt);
    return { code, expiresAt };
  }

  /** Returns when a good code would have ended, once for each: whoever comes first has it. Null for any other. */
  spend(code: string): number | null {
    const key = keyOf(code);
    const expiresAt = this.#expiryByHash.get(key) ?? 0;
    this.#expiryByHash.delete(key);
    return this.#clock.now() < expiresAt ? expiresAt : null;
  }

  /** Makes a spent code good again, whose session could not be stored. */
  restore(code: string, expiresAt: number): void {
    this.#expiryByHash.set(keyOf(code), expiresAt);
  }
}

const keyOf = (code: string): string => secretHash(code).toString('base64url');
