import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { HTTP_LIMITS } from './http-limits.ts';

interface Window {
  count: number;
  readonly endsAtMs: number;
}

/**
 * Counts failed sign-ins per remote address in a window of fixed length, in bounded memory: the
 * oldest window makes room for a new one.
 */
export class FailureLimit {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #windows = new Map<string, Window>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Whether the address has used up its failures for now. */
  blocked(address: string): boolean {
    const window = this.#current(address);
    return window !== undefined && window.count >= HTTP_LIMITS.failuresPerWindowMax;
  }

  failed(address: string): void {
    const window = this.#current(address);
    if (window) {
      window.count += 1;
      if (window.count === HTTP_LIMITS.failuresPerWindowMax) {
        this.#logger.log('warn', 'too many failed sign-ins', { address });
      }
      return;
    }
    if (this.#windows.size >= HTTP_LIMITS.failureAddressesMax) {
      for (const oldest of this.#windows.keys()) {
        this.#windows.delete(oldest);
        break;
      }
    }
    const endsAtMs = this.#clock.monotonicMs() + HTTP_LIMITS.failureWindowMs;
    this.#windows.set(address, { count: 1, endsAtMs });
  }

  #current(address: string): Window | undefined {
    const window = this.#windows.get(address);
    if (window === undefined || window.endsAtMs > this.#clock.monotonicMs()) return window;
    this.#windows.delete(address);
    return undefined;
  }
}
