import { net } from 'electron';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Status } from '../contract/system.ts';
import { systemBusAddress } from '../dbus/bus-address.ts';
import { Bus } from '../dbus/bus.ts';
import { NetworkWatch } from '../dbus/network-watch.ts';

/** Between two looks at the network on Windows and macOS, where Electron reports no change of it. */
const LOOK_EVERY_MS = 10_000;

export interface RecoverySignsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The machine is connected to a network again. */
  readonly onNetwork: () => void;
}

/**
 * Notices that the machine is connected to a network again: by NetworkManager on Linux, and elsewhere by
 * looking while something could not be delivered.
 */
export class RecoverySigns {
  readonly #options: RecoverySignsOptions;
  readonly #bus: Bus;
  readonly #network: NetworkWatch;
  #look: Disposable | null = null;
  #wasOnline = true;

  constructor(options: RecoverySignsOptions) {
    const { clock, logger, onNetwork } = options;
    const address = () => systemBusAddress(process.env, process.platform);
    this.#options = options;
    this.#bus = new Bus({ address, clock, logger });
    this.#network = new NetworkWatch({ bus: this.#bus, onBack: onNetwork });
  }

  start(): void {
    if (systemBusAddress(process.env, process.platform) !== null) this.#network.start();
  }

  /** Looks at the network for as long as something fails. */
  follow({ channelsDown, notifications }: Pick<Status, 'channelsDown' | 'notifications'>): void {
    if (process.platform === 'linux') return;
    const isFailing = channelsDown > 0 || notifications.failed > 0;
    if (isFailing && this.#look === null) this.#lookLater(net.isOnline());
    if (!isFailing) this.#stopLooking();
  }

  /** Safe to call twice. */
  stop(): void {
    this.#stopLooking();
    this.#network.stop();
    this.#bus.close();
  }

  #lookLater(isOnline: boolean): void {
    this.#wasOnline = isOnline;
    this.#look = this.#options.clock.after(LOOK_EVERY_MS, () => {
      const isOnlineNow = net.isOnline();
      if (isOnlineNow && !this.#wasOnline) this.#options.onNetwork();
      this.#lookLater(isOnlineNow);
    });
  }

  #stopLooking(): void {
    this.#look?.[Symbol.dispose]();
    this.#look = null;
  }
}
