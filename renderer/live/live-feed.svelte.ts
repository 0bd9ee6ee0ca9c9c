import type { Unsubscribe } from '../../main/contract/client.ts';
import type { Change, PushMessage } from '../../main/contract/push.ts';
import { Listeners } from '../client/listeners.ts';
import type { ConnectionState, WindowClient } from '../client/window-client.ts';

export interface FeedListener {
  /** Changes in commit order. */
  changed(changes: readonly Change[]): void;
  /** Something may have been missed: fetch anew what is shown. */
  missed(): void;
}

/**
 * Follows the push connection and knows whether every change was seen.
 *
 * It stands at a position (epoch, seq). A batch that continues it is passed on; a batch that does not,
 * a `resync`, or a `hello` at any other position moves it there and makes everything shown be fetched
 * anew. So a listener sees each change, or is told that it did not.
 */
export class LiveFeed {
  readonly #client: WindowClient;
  // Who listens is nothing that is drawn.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #listeners = new Set<FeedListener>();
  readonly #opened = new Listeners<string>();
  #connection = $state<ConnectionState>('connecting');
  #position: { readonly epoch: string; readonly seq: number } | null = null;
  #stop: (() => void) | null = null;

  constructor(client: WindowClient) {
    this.#client = client;
  }

  get connection(): ConnectionState {
    return this.#connection;
  }

  start(): void {
    if (this.#stop) return;
    const offConnection = this.#client.onConnection((state) => (this.#connection = state));
    const offMessages = this.#client.subscribe((message) => this.#received(message));
    this.#stop = () => {
      offMessages();
      offConnection();
    };
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

  /** Tells the route that the host asks the window to show. */
  onOpen(listener: (route: string) => void): Unsubscribe {
    return this.#opened.add(listener);
  }

  #received(message: PushMessage): void {
    if (message.type === 'open') {
      this.#opened.tell(message.route);
      return;
    }
    const { epoch, seq } = message;
    const here = this.#position;
    this.#position = { epoch, seq };
    const from = message.type === 'batch' ? message.after : seq;
    const continuous = here?.epoch === epoch && here.seq === from && message.type !== 'resync';
    for (const listener of [...this.#listeners]) {
      if (!continuous) listener.missed();
      else if (message.type === 'batch') listener.changed(message.changes);
    }
  }
}
