import type { Unsubscribe } from '../../main/contract/client.ts';
import type { Change, PushMessage } from '../../main/contract/push.ts';
import type { StreamPosition } from '../../main/contract/system.ts';
import type { ConnectionState, WindowClient } from '../client/window-client.ts';

export interface FeedListener {
  /** Called with changes in commit order. */
  changed?(changes: readonly Change[]): void;
  /** Called when changes may have been missed: fetch again what is shown. */
  missed?(): void;
  /** Called when the connection is lost. */
  lost?(): void;
  /** Called with a route that the host asks the window to show, and the core that it is of. */
  opened?(route: string, core: string | undefined): void;
  /** Called when the desktop's list of cores has changed. */
  coresChanged?(): void;
  /** Called when closing minimises the window, since no tray icon could bring it back. */
  withoutTray?(): void;
}

/**
 * The window's one subscription: follows the push connection and knows whether every change was seen.
 *
 * It stands at a position (epoch, seq). A batch that continues it is passed on; a batch that does not,
 * a `resync`, or a `hello` at any other position moves it there, and listeners hear that they missed
 * changes.
 */
export class LiveFeed {
  readonly #client: WindowClient;
  // Listeners are not drawn.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #listeners = new Set<FeedListener>();
  #connection = $state<ConnectionState>('connecting');
  #finishing = $state<number | null>(null);
  #position: StreamPosition | null = null;
  #stop: (() => void) | null = null;

  constructor(client: WindowClient) {
    this.#client = client;
  }

  get connection(): ConnectionState {
    return this.#connection;
  }

  /** The deliveries that the host finishes before it ends; null while it does not. */
  get finishing(): number | null {
    return this.#finishing;
  }

  /** Connects. `from` is a position that nothing was fetched before; listeners miss only what came after it. */
  start(from: StreamPosition | null = null): void {
    if (this.#stop) return;
    this.#position = from;
    this.#stop = this.#client.subscribe(
      (message) => this.#received(message),
      (state) => {
        this.#connection = state;
        if (state === 'lost') this.#call((listener) => listener.lost?.());
      },
    );
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
    this.#position = null;
    this.#connection = 'connecting';
  }

  listen(listener: FeedListener): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #received(message: PushMessage): void {
    if (message.type === 'open') {
      const { route, core } = message;
      return this.#call((listener) => listener.opened?.(route, core));
    }
    if (message.type === 'stopping') {
      this.#finishing = message.sending;
      return;
    }
    if (message.type === 'no_tray') return this.#call((listener) => listener.withoutTray?.());
    if (message.type === 'cores') return this.#call((listener) => listener.coresChanged?.());
    // The client has made a state of it.
    if (message.type === 'lost') return;
    const { epoch, seq } = message;
    const here = this.#position;
    this.#position = { epoch, seq };
    const from = message.type === 'batch' ? message.after : seq;
    const continuous = here?.epoch === epoch && here.seq === from && message.type !== 'resync';
    this.#call((listener) => {
      if (!continuous) listener.missed?.();
      else if (message.type === 'batch') listener.changed?.(message.changes);
    });
  }

  /** Calls those that listen at this moment. */
  #call(call: (listener: FeedListener) => void): void {
    for (const listener of [...this.#listeners]) call(listener);
  }
}
