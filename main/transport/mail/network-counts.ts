import type { Clock } from '../../base/clock.ts';
import { networkOf } from '../http/failure-limit.ts';
import type { MailLimits } from './mail-limits.ts';

interface Window {
  mails: number;
  readonly endsAtMs: number;
}

/** Bounds what the clients of one network may do at once, and in a window of time. Memory is bounded. */
export class NetworkCounts {
  readonly #limits: MailLimits;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  /** The networks of open connections, by session. */
  readonly #sessions = new Map<string, string>();
  readonly #windows = new Map<string, Window>();

  constructor(limits: MailLimits, clock: Pick<Clock, 'monotonicMs'>) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Counts a connection; false if its network has too many. */
  connected(sessionId: string, address: string): boolean {
    const network = networkOf(address);
    const open = [...this.#sessions.values()].filter((each) => each === network).length;
    if (open >= this.#limits.connectionsPerNetworkMax) return false;
    this.#sessions.set(sessionId, network);
    return true;
  }

  disconnected(sessionId: string): void {
    this.#sessions.delete(sessionId);
  }

  /** Counts a mail; false if its network has sent too many. */
  sent(address: string): boolean {
    const network = networkOf(address);
    const now = this.#clock.monotonicMs();
    const window = this.#windows.get(network);
    if (window && window.endsAtMs > now) return ++window.mails <= this.#limits.mailsPerWindowMax;
    this.#windows.delete(network);
    if (this.#windows.size >= this.#limits.networksMax) {
      for (const oldest of this.#windows.keys()) {
        this.#windows.delete(oldest);
        break;
      }
    }
    this.#windows.set(network, { mails: 1, endsAtMs: now + this.#limits.mailWindowMs });
    return true;
  }
}
