import type { Bus } from './bus.ts';

const MANAGER = {
  sender: 'org.freedesktop.NetworkManager',
  path: '/org/freedesktop/NetworkManager',
  interface: 'org.freedesktop.NetworkManager',
  member: 'StateChanged',
} as const;

/** NMState: from here on there is a default route, and with 70 the internet answers. */
const CONNECTED_SITE = 60;

export interface NetworkWatchOptions {
  /** The system bus. */
  readonly bus: Bus;
  /** The machine is connected to a network again, or reaches more of it than before. */
  readonly onBack: () => void;
}

/** Follows what NetworkManager says of the machine's connection. Without NetworkManager it reports nothing. */
export class NetworkWatch {
  readonly #options: NetworkWatchOptions;
  #watch: Disposable | null = null;
  #state = 0;

  constructor(options: NetworkWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#watch ??= this.#options.bus.watch({
      matches: [MANAGER],
      onSignal: (_member, [state]) => {
        if (typeof state !== 'number') return;
        const isBetter = state > this.#state;
        this.#state = state;
        if (isBetter && state >= CONNECTED_SITE) this.#options.onBack();
      },
      onLost: () => {
        this.#state = 0;
      },
    });
  }

  /** Safe to call twice. */
  stop(): void {
    this.#watch?.[Symbol.dispose]();
    this.#watch = null;
  }
}
