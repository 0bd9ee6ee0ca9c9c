import { spawn } from 'node:child_process';
import NotifySend from 'node-notifier/notifiers/notifysend.js';
import { APP_ID } from '../base/app-id.ts';
import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { DesktopNotifier } from '../channels/desktop-notifier.ts';
import { createNodeNotifierPort } from '../channels/node-notifier.ts';
import { NoticeQueue } from '../transport/notice-queue.ts';
import type { Client } from '../contract/client.ts';
import { sessionBusAddress } from '../dbus/bus-address.ts';
import { Bus } from '../dbus/bus.ts';
import { ScreenLock } from '../dbus/screen-lock.ts';
import { DbusNotifications } from '../dbus/notifications.ts';
import type { Messages } from '../messages/messages.ts';
import { noticeChoices } from '../transport/notice-choices.ts';

export interface DesktopNoticesOptions {
  readonly core: Pick<Client, 'call'>;
  /** Returns the address of the window; null while HTTP does not listen. */
  readonly url: () => string | null;
  readonly messages: () => Messages;
  /** A notification server is there. */
  readonly onServer: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The notifications of the desktop that a headless server runs on, if there is one. */
export interface DesktopNotices {
  readonly notifier: DesktopNotifier;
  /** Listens for notification servers, if the core has a channel for one. Call once the core runs. */
  follow(): Promise<void>;
  /** To be called when the machine woke from sleep. */
  woke(): void;
  /** Ends the connection to the session bus. */
  close(): void;
}

/** Uses the session bus where there is one, else node-notifier, which can only show. */
export function createDesktopNotices(options: DesktopNoticesOptions): DesktopNotices {
  const { core, url, messages, onServer, clock, logger } = options;
  const address = (): string | null => sessionBusAddress(process.env, process.platform);
  if (address() === null) {
    const shown = createNodeNotifierPort(new NotifySend());
    const notifier = new NoticeQueue({ notifier: shown, clock, messages });
    return {
      notifier,
      follow: () => Promise.resolve(),
      woke: () => notifier.woke(),
      close: () => notifier.stop(),
    };
  }
  const bus = new Bus({ address, clock, logger });
  const shown: DbusNotifications = new DbusNotifications({
    bus,
    clock,
    logger,
    // Of the Linux packages, one of which may be installed as well.
    desktopEntry: APP_ID,
    memory: null,
    onServer: () => {
      notifier.serverCame();
      onServer();
    },
    onChoice: noticeChoices({
      core,
      open: (route, token) => openInBrowser(`${url() ?? ''}/${route ?? ''}`, token, logger),
      notify: (notice) => void notifier.show(notice, new AbortController().signal),
      close: (tag) => notifier.close(tag),
      messages,
      logger,
    }),
  });
  const notifier = new NoticeQueue({ notifier: shown, clock, messages });
  const lock = new ScreenLock({
    bus,
    onLock: () => notifier.locked(),
    onUnlock: () => notifier.unlocked(),
  });
  return {
    notifier,
    async follow() {
      const channels = await core.call('channels.list', {});
      if (channels.ok && channels.value.items.some(({ kind }) => kind === 'desktop')) {
        shown.listen();
        lock.start();
      }
    },
    woke: () => notifier.woke(),
    close() {
      notifier.stop();
      bus.close();
    },
  };
}

/** Opens the window in the person's browser, which comes to the front if it is given the token. */
function openInBrowser(url: string, activationToken: string | null, logger: Logger): void {
  const token = activationToken === null ? {} : { XDG_ACTIVATION_TOKEN: activationToken };
  const env = { ...process.env, ...token };
  const opener = spawn('xdg-open', [url], { stdio: 'ignore', detached: true, env });
  opener.on('error', (error) =>
    logger.log('warn', 'the window cannot be opened', { error: errorText(error) }),
  );
  opener.unref();
}
