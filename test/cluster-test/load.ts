import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { CORES, type ClusterLab } from '../peers/cluster-lab.ts';
import type { Accounts } from './accounts.ts';

const SENDERS = 6;
const RESOLVED_SHARE = 0.4;
const ANSWER_MS = 8_000;
/** After an answer, and before an event that nobody took is sent again. */
const PAUSE_MS = 30;

const answer = z.object({ results: z.tuple([z.object({ alertId: z.string() })]) });

/** Senders that try one core after the other until one has taken their event. */
export class Load {
  readonly #lab: ClusterLab;
  readonly #accounts: Accounts;
  readonly #random: () => number;
  readonly #listeners = new Set<(sentAtMs: number) => void>();
  #next = 0;
  #stopping = false;

  constructor(lab: ClusterLab, accounts: Accounts, random: () => number) {
    this.#lab = lab;
    this.#accounts = accounts;
    this.#random = random;
  }

  /** Sends until `stop`. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: SENDERS }, () => this.#sender()));
  }

  stop(): void {
    this.#stopping = true;
  }

  /** Resolves when an event was accepted that was sent from now on, with the time until then, in ms. */
  nextAccepted(): Promise<number> {
    const sinceMs = performance.now();
    return new Promise((resolve) => {
      const listener = (sentAtMs: number): void => {
        if (sentAtMs < sinceMs) return;
        this.#listeners.delete(listener);
        resolve(performance.now() - sinceMs);
      };
      this.#listeners.add(listener);
    });
  }

  async #sender(): Promise<void> {
    while (!this.#stopping) {
      const dedupKey = String(++this.#next);
      const alertId = await this.#sendUntilTaken(dedupKey, 'firing');
      if (alertId === null) return;
      this.#accounts.raised(alertId);
      if (this.#random() > RESOLVED_SHARE) continue;
      if ((await this.#sendUntilTaken(dedupKey, 'resolved')) !== null) {
        this.#accounts.resolved(alertId);
      }
    }
  }

  /** Returns the alert's id; null once the run ends. */
  async #sendUntilTaken(dedupKey: string, status: 'firing' | 'resolved'): Promise<string | null> {
    while (!this.#stopping) {
      const alertId = await this.#send(dedupKey, status);
      await setTimeout(PAUSE_MS);
      if (alertId !== null) return alertId;
      this.#accounts.refused += 1;
    }
    return null;
  }

  async #send(dedupKey: string, status: 'firing' | 'resolved'): Promise<string | null> {
    const core = CORES[Math.floor(this.#random() * CORES.length)] ?? 'a';
    const event = { host: 'cluster-test', kind: 'unique', dedupKey, status, message: 'load' };
    const sentAtMs = performance.now();
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const response = await this.#lab.fetch(core, '/api/v1/events', event, signal);
      const body: unknown = await response.json();
      if (response.status !== 200) return null;
      for (const listener of this.#listeners) listener(sentAtMs);
      return answer.parse(body).results[0].alertId;
    } catch {
      // The core is gone, cut off or stopped. The sender tries another one.
      return null;
    }
  }
}
