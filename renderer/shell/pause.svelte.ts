import type { Result } from '../../main/contract/result.ts';
import type { DeliveryPause, Status } from '../../main/contract/system.ts';
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

  /** The pause in force; null while deliveries are not paused. */
  get current(): DeliveryPause | null {
    const pause = this.#status.value?.pause ?? null;
    const isOver = pause !== null && pause.until !== null && pause.until <= this.#now.ms;
    return isOver ? null : pause;
  }

  get busy(): boolean {
    return this.#actions.isBusy(ID);
  }

  /** Pauses for a duration in ms; with null, until somebody resumes. */
  start(durationMs: number | null): Promise<void> {
    const input = durationMs === null ? {} : { durationMs };
    return this.#set('pause', () => this.#client.call('deliveries.pause', input));
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
