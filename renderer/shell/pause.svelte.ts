import type { Result } from '../../main/contract/result.ts';
import type { Status } from '../../main/contract/system.ts';
import type { Actions } from '../app/actions.svelte.ts';
import type { StatusStore } from '../app/status-store.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';
import { text } from '../messages/text.svelte.ts';
import type { Now } from '../time/now.svelte.ts';

const HOUR_MS = 3_600_000;

export const PAUSES = [HOUR_MS / 4, HOUR_MS, 4 * HOUR_MS, 24 * HOUR_MS].map((ms) => ({ ms }));

/** The subject of its actions: there is one pause for all. */
const ID = 'pause';

/** Pauses and resumes all deliveries. */
export class Pause {
  readonly #client: WindowClient;
  readonly #status: StatusStore;
  readonly #actions: Actions;
  readonly #now: Now;

  constructor(client: WindowClient, status: StatusStore, actions: Actions, now: Now) {
    this.#client = client;
    this.#status = status;
    this.#actions = actions;
    this.#now = now;
  }

  /** The end of the pause (ms UTC); null while deliveries are not paused. */
  get until(): number | null {
    const until = this.#status.value?.pausedUntil ?? null;
    return until !== null && until > this.#now.ms ? until : null;
  }

  get busy(): boolean {
    return this.#actions.isBusy(ID);
  }

  start(durationMs: number): Promise<void> {
    return this.#set('pause', () => this.#client.call('deliveries.pause', { durationMs }));
  }

  resume(): Promise<void> {
    return this.#set('resume', () => this.#client.call('deliveries.resume', {}));
  }

  async #set(action: 'pause' | 'resume', call: () => Promise<Result<Status>>): Promise<void> {
    const title = text(`window.${action}.failed`);
    const done = (): string => text(`window.${action}.done`);
    const status = await this.#actions.run({ id: ID, title }, call, done);
    if (status) this.#status.set(status);
  }
}
