import type { PushMessage } from '../../main/contract/push.ts';
import type { WindowClock } from '../time/clock.ts';
import type { ConnectionState } from './window-client.ts';

const BACKOFF_FIRST_MS = 500;
const BACKOFF_CAP_MS = 15_000;

export interface StreamOptions {
  readonly url: string;
  readonly clock: WindowClock;
  readonly onMessage: (message: PushMessage) => void;
  readonly onState: (state: ConnectionState) => void;
}

/**
 * The push connection over a WebSocket. After a loss it connects again, after 0.5 s, doubling up to 15 s;
 * the first message of a connection is `hello`, which marks it open and resets the wait.
 */
export class Stream {
  readonly #options: StreamOptions;
  #socket: WebSocket | null = null;
  #cancelRetry: (() => void) | null = null;
  #backoffMs = BACKOFF_FIRST_MS;

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  start(): void {
    this.#options.onState('connecting');
    this.#open();
  }

  stop(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** Connects again at once if it waits to. */
  wake(): void {
    if (!this.#cancelRetry) return;
    this.#cancelRetry();
    this.#cancelRetry = null;
    this.#open();
  }

  #open(): void {
    const socket = new WebSocket(this.#options.url);
    this.#socket = socket;
    socket.addEventListener('message', (event) => {
      if (socket === this.#socket) this.#received(String(event.data));
    });
    socket.addEventListener('close', () => {
      if (socket === this.#socket) this.#closed();
    });
  }

  #received(text: string): void {
    // The host that served this code speaks the same contract, so its messages are not validated again.
    const message = JSON.parse(text) as PushMessage;
    if (message.type === 'hello') {
      this.#backoffMs = BACKOFF_FIRST_MS;
      this.#options.onState('open');
    }
    this.#options.onMessage(message);
  }

  #closed(): void {
    this.#socket = null;
    this.#cancelRetry = this.#options.clock.after(this.#backoffMs, () => {
      this.#cancelRetry = null;
      this.#open();
    });
    this.#backoffMs = Math.min(this.#backoffMs * 2, BACKOFF_CAP_MS);
    this.#options.onState('lost');
  }
}
