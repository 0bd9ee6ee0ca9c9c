import { createClient, defineInterface, type MessageBus } from 'dbus-native';

const NAME = 'org.freedesktop.NetworkManager';

/** A stand-in for NetworkManager, on a private bus that stands in for the system bus: it says its state. */
export class NetworkManagerStandIn {
  readonly #bus: MessageBus;
  readonly #service = defineInterface({
    name: NAME,
    methods: {},
    signals: { StateChanged: { args: { state: 'u' } } },
  });

  private constructor(address: string) {
    this.#bus = createClient({ busAddress: address });
    this.#bus.connection.on('error', () => undefined);
  }

  static async start(address: string): Promise<NetworkManagerStandIn> {
    const manager = new NetworkManagerStandIn(address);
    await manager.#bus.export('/org/freedesktop/NetworkManager', manager.#service);
    await manager.#bus.ownName(NAME);
    return manager;
  }

  /** As NMState has it: 20 disconnected, 40 connecting, 60 a default route, 70 the internet. */
  become(state: number): void {
    this.#service.emit['StateChanged']?.(state);
  }

  stop(): Promise<void> {
    return this.#bus.close();
  }
}
