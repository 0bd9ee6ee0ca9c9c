import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { busMethod, ownerChanges, type Bus, type BusCall } from './bus.ts';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const PATH = '/StatusNotifierWatcher';
const PROPERTIES = 'org.freedesktop.DBus.Properties';

const CALL_TIMEOUT_MS = 2_000;
/** Chromium registers an icon within milliseconds of its making. */
const REGISTERS_WITHIN_MS = 2_000;
/** No panel has more icons; a longer list is not looked through. */
const ITEMS_MAX = 64;

export interface TrayHostOptions {
  readonly bus: Bus;
  /** The process that owns the icon. */
  readonly pid: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when a host is there and does not have our icon: it was made before the host came. */
  readonly onMissing: () => void;
}

/**
 * The host of tray icons on a Linux desktop (StatusNotifierItem): a panel, which at login may come after us
 * and may be restarted. Asks as Chromium does (`status_icon_linux_dbus.cc`): the watcher's name has an
 * owner, and a host is registered with it. Chromium asks once for each icon, and without a host falls back
 * for good to what no Wayland desktop shows.
 */
export class TrayHost {
  readonly #options: TrayHostOptions;
  #watch: Disposable | null = null;
  #check: Disposable | null = null;
  #isPresent = false;

  constructor(options: TrayHostOptions) {
    this.#options = options;
  }

  start(): void {
    const noteLater = (): void => void this.#note();
    this.#watch ??= this.#options.bus.watch({
      matches: [{ sender: WATCHER, path: PATH, interface: WATCHER }, ownerChanges(WATCHER)],
      onSignal: (member) => {
        // Another watcher has none of the icons of the one before.
        if (member === 'NameOwnerChanged') this.#isPresent = false;
        noteLater();
      },
      onConnected: noteLater,
      onLost: () => {
        this.#isPresent = false;
      },
    });
  }

  stop(): void {
    this.#watch?.[Symbol.dispose]();
    this.#check?.[Symbol.dispose]();
    this.#watch = null;
  }

  /** Resolves to true if a host has our icon at this moment; to false after a time limit. */
  async showsIcon(): Promise<boolean> {
    return (await this.#hasHost()) && (await this.#hasOurItem());
  }

  async #note(): Promise<void> {
    const wasPresent = this.#isPresent;
    this.#isPresent = await this.#hasHost();
    if (wasPresent || !this.#isPresent) return;
    const { clock } = this.#options;
    this.#check?.[Symbol.dispose]();
    this.#check = clock.after(REGISTERS_WITHIN_MS, () => void this.#lookForIcon());
  }

  async #lookForIcon(): Promise<void> {
    const { logger, onMissing } = this.#options;
    if (!this.#watch || !(await this.#hasHost()) || (await this.#hasOurItem())) return;
    logger.log('info', 'the tray has come, and the icon is made for it');
    onMissing();
  }

  async #hasHost(): Promise<boolean> {
    const [hasOwner] = await this.#ask(busMethod('NameHasOwner', 's', WATCHER));
    if (hasOwner !== true) return false;
    const [isRegistered] = await this.#ask(property('IsStatusNotifierHostRegistered'));
    return isRegistered === true;
  }

  /** Each item is `bus name/path`, or one of them; the bus knows whose it is. */
  async #hasOurItem(): Promise<boolean> {
    const [items] = await this.#ask(property('RegisteredStatusNotifierItems'));
    if (!Array.isArray(items)) return false;
    const names = items
      .slice(0, ITEMS_MAX)
      .flatMap((item) => (typeof item === 'string' ? [item.split('/')[0] ?? ''] : []));
    const owners = await Promise.all(
      [...new Set(names)]
        .filter((name) => name !== '')
        .map((name) => this.#ask(busMethod('GetConnectionUnixProcessID', 's', name))),
    );
    return owners.some(([pid]) => pid === this.#options.pid);
  }

  /** Returns nothing for whatever did not answer well in time. */
  async #ask(call: BusCall): Promise<readonly unknown[]> {
    const limits = { timeoutMs: CALL_TIMEOUT_MS };
    const answer = await this.#options.bus.call({ ...call, noAutoStart: true }, limits);
    return answer.kind === 'answered' ? answer.values : [];
  }
}

const property = (name: string): BusCall => ({
  destination: WATCHER,
  path: PATH,
  interface: PROPERTIES,
  member: 'Get',
  signature: 'ss',
  body: [WATCHER, name],
});
