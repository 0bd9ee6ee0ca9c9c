import { createClient, type MessageBus } from 'dbus-native';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const PATH = '/StatusNotifierWatcher';

let lastId = 0;

/**
 * The icon on the session bus, as Chromium makes it (`status_icon_linux_dbus.cc`): it asks once whether the
 * watcher has a host and registers with it; without one it never asks again.
 */
export class StatusNotifierItem {
  #bus: MessageBus | null = null;
  #isGone = false;

  constructor(address: string) {
    void this.#register(address).catch(() => this.destroy());
  }

  destroy(): void {
    this.#isGone = true;
    this.#bus?.connection.stream.destroy();
  }

  async #register(address: string): Promise<void> {
    const bus = createClient({ busAddress: address });
    this.#bus = bus;
    bus.connection.on('error', () => undefined);
    if (!(await bus.nameHasOwner(WATCHER))) return this.destroy();
    const hasHost = await bus.invoke<boolean>({
      destination: WATCHER,
      path: PATH,
      interface: 'org.freedesktop.DBus.Properties',
      member: 'Get',
      signature: 'ss',
      body: [WATCHER, 'IsStatusNotifierHostRegistered'],
    });
    if (!hasHost || this.#isGone) return this.destroy();
    const name = `org.freedesktop.StatusNotifierItem-${process.pid}-${(lastId += 1)}`;
    await bus.ownName(name);
    await bus.invoke({
      destination: WATCHER,
      path: PATH,
      interface: WATCHER,
      member: 'RegisterStatusNotifierItem',
      signature: 's',
      body: [name],
    });
  }
}
