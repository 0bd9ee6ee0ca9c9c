import { powerMonitor } from 'electron';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { NoticeChoice } from '../channels/desktop-notifier.ts';
import { NoticeQueue } from '../transport/notice-queue.ts';
import type { Bus } from '../dbus/bus.ts';
import { DbusNotifications } from '../dbus/notifications.ts';
import { ScreenLock } from '../dbus/screen-lock.ts';
import type { Messages } from '../messages/messages.ts';
import { appId } from './identity.ts';
import { NoticeTable } from './notice-table.ts';
import { OsNotifications } from './os-notifications.ts';

export interface NoticesOptions {
  readonly dataDir: string;
  readonly sessionBus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly messages: () => Messages;
  readonly onChoice: (choice: NoticeChoice) => void;
  /** A notification server is there. */
  readonly onServer: () => void;
}

/** The notifications of the system that the app runs on, and what decides how many of them are shown. */
export class Notices {
  readonly queue: NoticeQueue;
  readonly #system: DbusNotifications | OsNotifications;
  readonly #lock: ScreenLock;

  constructor({
    dataDir,
    sessionBus,
    clock,
    logger,
    messages,
    onChoice,
    onServer,
  }: NoticesOptions) {
    const table = new NoticeTable(dataDir, logger);
    this.#system =
      process.platform === 'linux'
        ? new DbusNotifications({
            bus: sessionBus,
            clock,
            logger,
            desktopEntry: appId(),
            onChoice,
            memory: table.onServers,
            onServer: () => {
              this.queue.serverCame();
              onServer();
            },
          })
        : new OsNotifications(clock, table, onChoice);
    this.queue = new NoticeQueue({ notifier: this.#system, clock, messages });
    this.#lock = new ScreenLock({
      bus: sessionBus,
      onLock: () => this.queue.locked(),
      onUnlock: () => this.queue.unlocked(),
    });
  }

  /** Follows notification servers and the lock screen. */
  start(): void {
    if (this.#system instanceof OsNotifications) void this.#system.start();
    else this.#system.listen();
    if (process.platform === 'linux') {
      this.#lock.start();
    } else {
      powerMonitor.on('lock-screen', () => this.queue.locked());
      powerMonitor.on('unlock-screen', () => this.queue.unlocked());
    }
  }

  stop(): void {
    this.#lock.stop();
    this.queue.stop();
  }
}
