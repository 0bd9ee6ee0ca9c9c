import type { Clock } from '../base/clock.ts';
import type { Alert } from '../contract/alert.ts';
import type { Channel } from '../contract/channel.ts';
import type { Client } from '../contract/client.ts';
import type { PushMessage } from '../contract/push.ts';
import type { Status } from '../contract/system.ts';

/** The state of a running core, as the tray shows it. */
export interface CoreState {
  readonly status: Status;
  /** The channels that need attention. */
  readonly attention: readonly Channel[];
  /** The newest open alerts, at most `NEWEST_MAX`. */
  readonly newest: readonly Alert[];
}

const NEWEST_MAX = 5;
/** In a burst of changes the newest alerts are asked for this often. */
const ASK_EVERY_MS = 500;

/**
 * Follows a core's status, the channels that need attention and the newest open alerts: asks for them at
 * the start and after each gap, then takes them from the pushes.
 */
export class CoreWatch {
  readonly #core: Client;
  readonly #clock: Clock;
  readonly #onState: (state: CoreState) => void;
  readonly #attention = new Map<string, Channel>();
  #status: Status | null = null;
  #newest: readonly Alert[] = [];
  #asking = false;

  constructor(core: Client, clock: Clock, onState: (state: CoreState) => void) {
    this.#core = core;
    this.#clock = clock;
    this.#onState = onState;
    core.subscribe((message) => this.#receive(message));
  }

  #receive(message: PushMessage): void {
    if (message.type === 'hello' || message.type === 'resync') void this.#askAll();
    if (message.type !== 'batch') return;
    const changed = new Set(message.changes.map(({ entity }) => entity));
    for (const change of message.changes) {
      if (change.entity === 'status') this.#status = change.value;
      if (change.entity === 'channel') this.#keep(change.id, change.value);
    }
    if (changed.has('status') || changed.has('channel')) this.#show();
    if (changed.has('alert')) this.#askSoon();
  }

  #keep(id: string, channel: Channel | null): void {
    if (channel?.attention) this.#attention.set(id, channel);
    else this.#attention.delete(id);
  }

  #show(): void {
    if (!this.#status) return;
    const attention = [...this.#attention.values()];
    this.#onState({ status: this.#status, attention, newest: this.#newest });
  }

  async #askAll(): Promise<void> {
    const [status, channels] = await Promise.all([
      this.#core.call('system.status', {}),
      this.#core.call('channels.list', {}),
      this.#askNewest(),
    ]);
    if (!status.ok || !channels.ok) return;
    this.#status = status.value;
    this.#attention.clear();
    for (const channel of channels.value.items) this.#keep(channel.id, channel);
    this.#show();
  }

  #askSoon(): void {
    if (this.#asking) return;
    this.#asking = true;
    this.#clock.after(ASK_EVERY_MS, () => {
      this.#asking = false;
      void this.#askNewest().then(() => this.#show());
    });
  }

  async #askNewest(): Promise<void> {
    const state = ['open', 'acknowledged'] as const;
    const found = await this.#core.call('alerts.list', { state: [...state], limit: NEWEST_MAX });
    if (found.ok) this.#newest = found.value.items;
  }
}
