import type { Worker } from 'node:worker_threads';
import { app, dialog } from 'electron';
import type { ChangeKeys } from '../base/key-ring.ts';
import type { Clock } from '../base/clock.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { DesktopNotice, NoticeChoice } from '../channels/desktop-notifier.ts';
import type { Client } from '../contract/client.ts';
import { LOCAL_CORE } from '../contract/desktop-core.ts';
import type { LanguageSetting } from '../contract/language.ts';
import { sessionBusAddress } from '../dbus/bus-address.ts';
import { Bus } from '../dbus/bus.ts';
import { TrayHost } from '../dbus/tray-host.ts';
import { soundOf } from '../domain/notice-sound.ts';
import type { Messages } from '../messages/messages.ts';
import { noticeChoices } from '../transport/notice-choices.ts';
import { IpcTransport } from '../transport/ipc.ts';
import { APP_ORIGIN } from './app-protocol.ts';
import { CoreLink } from './core-link.ts';
import { coreOfTag, tagOf } from './cores/core-notice.ts';
import { Cores, type Attached, type CoresOptions } from './cores/cores.ts';
import { desktopCalls } from './cores/desktop-calls.ts';
import { NoticeMemoryFile } from './cores/notice-memory.ts';
import { RemoteNotices } from './cores/remote-notices.ts';
import { CoreWatch, type CoreState } from './core-watch.ts';
import type { DesktopSettings } from './desktop-settings.ts';
import { MainWindow } from './main-window.ts';
import { Notices } from './notices.ts';
import { RecoverySigns } from './recovery-signs.ts';
import {
  crashDetail,
  crashNotice,
  pageLostDetail,
  StorageNotifications,
  type CoreCrash,
} from './own-notices.ts';
import { coreActions } from './tray-actions.ts';
import { AppTray, type TrayCoreActions } from './tray.ts';
import { hasX11Tray } from './x11-tray.ts';
import { windowStateFile } from './window-state.ts';

/** A panel with its tray may come after us at login. */
const TRAY_MAY_COME_MS = 10_000;

export interface DesktopOptions {
  readonly dataDir: string;
  readonly spawnCore: () => Worker;
  readonly changeKeys: ChangeKeys;
  readonly preload: string;
  readonly resourcesDir: { readonly icon: string; readonly tray: string };
  readonly clock: Clock;
  readonly logger: Logger;
  readonly messages: (setting: LanguageSetting) => Messages;
  readonly settings: DesktopSettings;
  readonly cores: Pick<CoresOptions, 'file' | 'box' | 'hasEarlierKeys' | 'random' | 'newId'>;
  /** Ends without a drain. */
  readonly quitNow: () => void;
  /** Quits and starts again. */
  readonly restart: () => void;
  /** Sets the application menu and the About panel. */
  readonly setMenu: (messages: Messages) => void;
}

/** The desktop host: the core's worker with a tray, a window and the system's notifications around it. */
export class Desktop {
  readonly #options: DesktopOptions;
  #messages: Messages;
  readonly #sessionBus: Bus;
  readonly #notices: Notices;
  readonly #core: CoreLink;
  readonly #window: MainWindow;
  readonly #cores: Cores;
  readonly #ipc: IpcTransport;
  readonly #tray: AppTray;
  readonly #trayHost: TrayHost;
  readonly #recoverySigns: RecoverySigns;
  #hasSaidNoTray = false;
  #background: Disposable | null = null;
  /** The deliveries in flight. */
  #sending = 0;
  #isStopping = false;
  readonly #storageNotifications = new StorageNotifications();

  constructor(options: DesktopOptions) {
    const { clock, logger } = options;
    this.#options = options;
    this.#messages = options.messages('system');
    options.setMenu(this.#messages);
    const address = () => sessionBusAddress(process.env, process.platform);
    this.#sessionBus = new Bus({ address, clock, logger });
    this.#notices = this.#createNotices();
    this.#core = new CoreLink({
      spawn: options.spawnCore,
      desktop: this.#notices.queue,
      changeKeys: async (change) => {
        const keys = await options.changeKeys(change);
        if (change === 'add') await this.#cores.reseal();
        return keys;
      },
      clock,
      logger,
      messages: () => this.#messages,
      onCrash: (crash) => this.#coreCrashed(crash),
    });
    this.#window = new MainWindow({
      preload: options.preload,
      icon: options.resourcesDir.icon,
      clock,
      logger,
      messages: () => this.#messages,
      stateFile: windowStateFile(options.dataDir, logger),
      onClose: () => options.settings.onClose,
      canHide: () => this.#showsTray(),
      onCannotHide: () => {
        if (!this.#hasSaidNoTray) this.#ipc.tell({ type: 'no_tray' });
        this.#hasSaidNoTray = true;
      },
      onSessionEnding: () => this.#finishBeforeSessionEnds(),
      onSessionEnd: () => void this.abandon(),
      onPageGone: (contents) => this.#ipc.forget(contents),
      onPageLost: () => this.#offerRestart(pageLostDetail(this.#messages)),
    });
    this.#cores = new Cores({
      ...options.cores,
      local: this.#core,
      attach: (core) => this.#noticesOf(core),
      clock,
      logger,
    });
    this.#cores.follow(() => this.#coresChanged());
    const called = { cores: this.#cores, desktop: desktopCalls(this.#cores) };
    this.#ipc = new IpcTransport(called, APP_ORIGIN, (contents) => this.#window.owns(contents));
    this.#tray = this.#createTray();
    this.#trayHost = new TrayHost({
      bus: this.#sessionBus,
      pid: process.pid,
      clock,
      logger,
      onMissing: () => this.#tray.renew(),
    });
    const onNetwork = () => this.#core.mayRecover('network');
    this.#recoverySigns = new RecoverySigns({ clock, logger, onNetwork });
  }

  /** Resolves once the core runs; rejects with an error for people when it cannot. */
  async start(): Promise<void> {
    this.#ipc.start();
    if (process.platform === 'linux') this.#trayHost.start();
    if (process.platform === 'win32') this.#window.prepare();
    this.#options.settings.follow(this.#core);
    new CoreWatch(this.#core, this.#options.clock, (state) => {
      this.#sending = state.status.notifications.sending;
      if (this.#isStopping) {
        this.#showFinishing();
        return;
      }
      this.#speak(state.status.language);
      this.#cores.showLocal(state);
      this.#draw(state);
      this.#recoverySigns.follow(state.status);
      const notice = this.#storageNotifications.of(this.#messages, state.status);
      if (notice) this.#notify(notice);
    });
    this.#cores.start();
    if (this.#cores.isLocalOn) await this.#core.start();
    this.#recoverySigns.start();
    this.#notices.start();
  }

  get core(): Pick<Client, 'call'> {
    return this.#core;
  }

  /** Shows the window, at a route of a core if one is named. */
  show(route: string | null = null, core: string = LOCAL_CORE): void {
    this.#window.show();
    if (route !== null) this.#ipc.open(route, core);
  }

  /** Starts without a window; minimised where no tray shows up within the time that panels need at login. */
  startInBackground(): void {
    if (process.platform !== 'linux') return;
    this.#background = this.#options.clock.after(TRAY_MAY_COME_MS, () => {
      void this.#showsTray().then((shows) => {
        if (!shows) this.#window.openMinimized();
      });
    });
  }

  resumed(): void {
    this.#notices.queue.woke();
    this.#core.resumed();
    this.#cores.wake();
  }

  /** Lets windows close and drains the core, within its limit. Safe to call twice. */
  async stop(): Promise<void> {
    this.#background?.[Symbol.dispose]();
    this.#isStopping = true;
    this.#showFinishing();
    await Promise.all([this.#window.letGo(), this.#core.stop(), this.#cores.stop()]);
    this.#ipc.stop();
    this.#trayHost.stop();
    this.#recoverySigns.stop();
    this.#notices.stop();
    this.#tray.destroy();
    this.#sessionBus.close();
  }

  /** Ends the core without a drain, within a short limit. The process must exit then. */
  async abandon(): Promise<void> {
    await this.#core.abandon();
  }

  /** Quits if that takes a moment. What is not in flight needs none: it is on disk. */
  #finishBeforeSessionEnds(): boolean {
    if (this.#sending > 0) app.quit();
    return this.#sending > 0;
  }

  #showFinishing(): void {
    if (this.#sending === 0) return;
    this.#tray.finish(this.#sending);
    this.#ipc.tell({ type: 'stopping', sending: this.#sending });
  }

  #speak(language: LanguageSetting): void {
    const messages = this.#options.messages(language);
    if (messages === this.#messages) return;
    this.#messages = messages;
    this.#options.setMenu(messages);
  }

  #createNotices(): Notices {
    const { clock, logger } = this.#options;
    return new Notices({
      dataDir: this.#options.dataDir,
      sessionBus: this.#sessionBus,
      clock,
      logger,
      messages: () => this.#messages,
      onChoice: (choice) => this.#choose(choice),
      onServer: () => this.#core.mayRecover('desktop'),
    });
  }

  /** Does what a person chose on a notice, at the core that it is about. */
  #choose(choice: NoticeChoice): void {
    const core = coreOfTag(choice.notice.tag);
    noticeChoices({
      core: this.#clientOf(core),
      // Electron has no way to hand the window an activation token.
      open: (route) => this.show(route, core),
      notify: (notice) => this.#notifyOf(core, notice),
      close: (tag) => this.#notices.queue.close(tag),
      messages: () => this.#messages,
      logger: this.#options.logger,
    })(choice);
  }

  #noticesOf({ link, about }: Attached): RemoteNotices {
    const { clock, logger, dataDir, settings } = this.#options;
    return new RemoteNotices({
      core: link,
      about,
      notifier: this.#notices.queue,
      soundOf: (severity) => soundOf(settings.sound, severity),
      file: new NoticeMemoryFile(dataDir, about().id, logger),
      messages: () => this.#messages,
      clock,
      logger,
    });
  }

  #createTray(): AppTray {
    const actions = this.#coreActions(LOCAL_CORE);
    const menu = {
      ...this.#menuOf(LOCAL_CORE),
      toggle: () => this.#window.toggle(),
      open: () => this.show(),
      of: (core: string) => this.#menuOf(core),
      openUpdate: () => this.show('#/settings/about'),
      pauseForHour: () => void actions.pauseForHour(),
      pauseUntilMorning: () => void actions.pauseUntilMorning(),
      pauseUntilResumed: () => void actions.pauseUntilResumed(),
      resume: () => void actions.resume(),
      test: () => void actions.testAll(),
      quit: () => app.quit(),
      quitNow: this.#options.quitNow,
    };
    return new AppTray(this.#options.resourcesDir.tray, menu, () => this.#messages);
  }

  #clientOf(core: string): Pick<Client, 'call'> {
    return { call: (name, input) => this.#cores.call(name, input, core) };
  }

  #coreActions(core: string): ReturnType<typeof coreActions> {
    const { clock, logger } = this.#options;
    const notify = (notice: DesktopNotice): void => this.#notifyOf(core, notice);
    const messages = () => this.#messages;
    return coreActions({ core: this.#clientOf(core), notify, messages, clock, logger });
  }

  /** Shows a notice of the shell's own whose click leads to a core. */
  #notifyOf(core: string, notice: DesktopNotice): void {
    this.#notify({ ...notice, tag: tagOf(core, notice.tag) });
  }

  /** Returns the tray's actions on one core. */
  #menuOf(core: string): TrayCoreActions {
    const actions = this.#coreActions(core);
    return {
      open: () => this.show('#/alerts', core),
      openAlert: (id) => this.show(`#/alerts/${id}`, core),
      acknowledge: (id) => void actions.acknowledge(id),
      snooze: (id) => void actions.snooze(id),
      openDeadLetters: () => this.show('#/dead-letters', core),
      requeue: () => void actions.requeue(),
    };
  }

  /** A window that hides with no icon to bring it back would be lost, so only a clear yes counts. */
  async #showsTray(): Promise<boolean> {
    if (process.platform !== 'linux') return true;
    const { clock, logger } = this.#options;
    return (await this.#trayHost.showsIcon()) || hasX11Tray(process.env, clock, logger);
  }

  #coresChanged(): void {
    if (this.#isStopping) return;
    this.#ipc.tell({ type: 'cores' });
    this.#draw(this.#cores.localShown);
  }

  /** Shows what the cores say, in the tray and on the icon that dock, taskbar or launcher has of the app. */
  #draw(state: CoreState | null): void {
    const { icon, count, summary } = this.#tray.update(state, this.#cores.forTray());
    if (process.platform === 'win32') {
      this.#window.setOverlay(icon === 'ok' ? null : { icon: this.#tray.image(icon), summary });
    } else {
      app.setBadgeCount(count);
    }
  }

  /** Shows a notification of the shell's own; the core may be the very thing that is broken. */
  #notify(notice: DesktopNotice): void {
    const { clock, logger, settings } = this.#options;
    const abort = new AbortController();
    const sound = notice.urgency === 'critical' ? soundOf(settings.sound, 'critical') : null;
    this.#notices.queue.show({ ...notice, sound }, abort.signal).then(
      (outcome) => logger.log('info', 'notified', { outcome: outcome.kind, at: clock.now() }),
      (error: unknown) => logger.log('warn', 'could not notify', { error: errorText(error) }),
    );
  }

  #coreCrashed(crash: CoreCrash): void {
    const messages = this.#messages;
    this.#draw(null);
    this.#cores.showLocal(null);
    if (crash.returns) this.#notify(crashNotice(messages, crash));
    else this.#offerRestart(crashDetail(messages, crash));
  }

  #offerRestart(detail: string): void {
    const { logger, restart } = this.#options;
    const messages = this.#messages;
    dialog
      .showMessageBox({
        type: 'error',
        title: 'Belfry',
        message: messages.text('shell.dialog.stopped'),
        detail,
        buttons: [messages.text('shell.dialog.restart'), messages.text('shell.dialog.quit')],
        defaultId: 0,
        cancelId: 1,
      })
      .then(({ response }) => {
        if (response === 0) restart();
        else app.quit();
      })
      .catch((error: unknown) => {
        logger.log('error', 'the dialog failed', { error: errorText(error) });
        app.quit();
      });
  }
}
