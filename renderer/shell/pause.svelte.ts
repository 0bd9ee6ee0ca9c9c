import { text } from '../messages/text.svelte.ts';
import type { Notices } from '../app/notices.svelte.ts';
import type { StatusStore } from '../app/status-store.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { Now } from '../time/now.svelte.ts';

const HOUR_MS = 3_600_000;

export const PAUSES = [HOUR_MS / 4, HOUR_MS, 4 * HOUR_MS, 24 * HOUR_MS].map((ms) => ({ ms }));

/** Pauses and resumes all deliveries. */
export class Pause {
  readonly #client: WindowClient;
  readonly #status: StatusStore;
  readonly #notices: Notices;
  readonly #now: Now;
  #busy = $state(false);

  constructor(client: WindowClient, status: StatusStore, notices: Notices, now: Now) {
    this.#client = client;
    this.#status = status;
    this.#notices = notices;
    this.#now = now;
  }

  /** The end of the pause (ms UTC); null while deliveries are not paused. */
  get until(): number | null {
    const until = this.#status.value?.pausedUntil ?? null;
    return until !== null && until > this.#now.ms ? until : null;
  }

  get busy(): boolean {
    return this.#busy;
  }

  async start(durationMs: number): Promise<void> {
    this.#busy = true;
    const answer = await this.#client.call('deliveries.pause', { durationMs });
    this.#busy = false;
    if (!answer.ok) return this.#notices.problem(text('window.pause.failed'), answer.error);
    this.#status.set(answer.value);
    this.#notices.done(text('window.pause.done'));
  }

  async resume(): Promise<void> {
    this.#busy = true;
    const answer = await this.#client.call('deliveries.resume', {});
    this.#busy = false;
    if (!answer.ok) return this.#notices.problem(text('window.resume.failed'), answer.error);
    this.#status.set(answer.value);
    this.#notices.done(text('window.resume.done'));
  }
}
