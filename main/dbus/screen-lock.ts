import type { Bus } from './bus.ts';

/** The services on the session bus that say that the screen is locked, or blank: KDE and others, and GNOME. */
const SAVERS = ['org.freedesktop.ScreenSaver', 'org.gnome.ScreenSaver'] as const;

export interface ScreenLockOptions {
  /** The session bus. */
  readonly bus: Bus;
  readonly onLock: () => void;
  readonly onUnlock: () => void;
}

/** Follows the lock screen of a Linux desktop. Where no service reports it, the screen counts as unlocked. */
export class ScreenLock {
  readonly #options: ScreenLockOptions;
  #watch: Disposable | null = null;

  constructor(options: ScreenLockOptions) {
    this.#options = options;
  }

  start(): void {
    const { bus, onLock, onUnlock } = this.#options;
    this.#watch ??= bus.watch({
      matches: SAVERS.map((name) => ({ sender: name, interface: name, member: 'ActiveChanged' })),
      onSignal: (_member, [isActive]) => {
        if (isActive === true) onLock();
        if (isActive === false) onUnlock();
      },
      onLost: onUnlock,
    });
  }

  /** Safe to call twice. */
  stop(): void {
    this.#watch?.[Symbol.dispose]();
    this.#watch = null;
  }
}
