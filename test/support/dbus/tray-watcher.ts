import { createClient, defineInterface, type MessageBus } from 'dbus-native';

const NAME = 'org.kde.StatusNotifierWatcher';
const PATH = '/StatusNotifierWatcher';

/**
 * A stand-in for a panel's StatusNotifierWatcher, on a real bus. Its host is there, or is not; one that
 * refuses takes no icon.
 */
export class TrayWatcherStandIn {
  /** The registered icons, as real watchers list them: bus name and path. */
  readonly items: string[] = [];
  /** The properties that were read. */
  readonly asked: string[] = [];
  refuses = false;
  #hasHost: boolean;
  readonly #bus: MessageBus;
  readonly #service = this.#define();

  private constructor(address: string, hasHost: boolean) {
    this.#bus = createClient({ busAddress: address });
    this.#bus.connection.on('error', () => undefined);
    this.#hasHost = hasHost;
  }

  static async start(address: string, hasHost: boolean): Promise<TrayWatcherStandIn> {
    const watcher = new TrayWatcherStandIn(address, hasHost);
    await watcher.#bus.addMatch(
      `type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg2=''`,
    );
    watcher.#bus.connection.on('message', ({ member, body }) => {
      if (member === 'NameOwnerChanged') watcher.#forget(String(body?.[0]));
    });
    await watcher.#bus.export(PATH, watcher.#service);
    await watcher.#bus.ownName(NAME);
    return watcher;
  }

  /** The panel itself comes, or goes. */
  setHost(hasHost: boolean): void {
    this.#hasHost = hasHost;
    const signal = `StatusNotifierHost${hasHost ? 'Registered' : 'Unregistered'}`;
    this.#service.emit[signal]?.();
  }

  stop(): Promise<void> {
    return this.#bus.close();
  }

  #forget(owner: string): void {
    const item = this.items.findIndex((one) => one.startsWith(`${owner}/`));
    if (item < 0) return;
    const [gone] = this.items.splice(item, 1);
    this.#service.emit['StatusNotifierItemUnregistered']?.(gone);
  }

  #define() {
    return defineInterface({
      name: NAME,
      methods: {
        RegisterStatusNotifierItem: {
          in: { service: 's' },
          handler: ({ service }: { service: string }) => {
            if (this.refuses) throw new Error('no icons here');
            const item = `${service}/StatusNotifierItem`;
            this.items.push(item);
            this.#service.emit['StatusNotifierItemRegistered']?.(item);
            return null;
          },
        },
      },
      properties: {
        IsStatusNotifierHostRegistered: {
          type: 'b',
          access: 'read',
          get: () => {
            this.asked.push('IsStatusNotifierHostRegistered');
            return this.#hasHost;
          },
        },
        RegisteredStatusNotifierItems: {
          type: 'as',
          access: 'read',
          get: () => {
            this.asked.push('RegisteredStatusNotifierItems');
            return this.items;
          },
        },
      },
      signals: {
        StatusNotifierHostRegistered: {},
        StatusNotifierHostUnregistered: {},
        StatusNotifierItemRegistered: { args: { item: 's' } },
        StatusNotifierItemUnregistered: { args: { item: 's' } },
      },
    });
  }
}
