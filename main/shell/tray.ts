import { join } from 'node:path';
import {
  Menu,
  nativeImage,
  Tray,
  type MenuItemConstructorOptions,
  type NativeImage,
} from 'electron';
import type { Messages } from '../messages/messages.ts';
import type { CoreState } from './core-watch.ts';
import { trayOfCores, type TrayCores, type TrayCoreView } from './tray-cores.ts';
import type { TrayAlert, TrayIcon, TrayView } from './tray-view.ts';
import { MORNING_HOUR } from './tray-actions.ts';

/** The actions of the menu on one core. */
export interface TrayCoreActions {
  /** Shows the core's view of alerts. */
  readonly open: () => void;
  readonly openAlert: (id: string) => void;
  readonly acknowledge: (id: string) => void;
  readonly snooze: (id: string) => void;
  readonly openDeadLetters: () => void;
  readonly requeue: () => void;
}

export interface TrayActions extends Omit<TrayCoreActions, 'open'> {
  /** A click on the icon. */
  readonly toggle: () => void;
  readonly open: () => void;
  /** Returns the actions on a core elsewhere. */
  readonly of: (core: string) => TrayCoreActions;
  /** Shows what is new in the version that is available. */
  readonly openUpdate: () => void;
  readonly pauseForHour: () => void;
  readonly pauseUntilMorning: () => void;
  readonly pauseUntilResumed: () => void;
  readonly resume: () => void;
  readonly test: () => void;
  readonly quit: () => void;
  /** Ends without waiting for deliveries in flight. */
  readonly quitNow: () => void;
}

/** macOS recognises a template image by its name. */
const ICON_ENDINGS = new Map<string, string>([
  ['darwin', 'Template.png'],
  ['win32', '.ico'],
]);

/** Returns a label in which no character marks a key; menus take an `&` for such a mark. */
const literal = (text: string): string => text.replaceAll('&', '&&');

/** Returns a full hour as clocks show it in the language of the messages. */
const timeText = ({ locale }: Messages, hour: number): string =>
  new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(
    new Date(2000, 0, 1, hour),
  );

/** The icon in the tray or menu bar, with the open alerts and a few actions. */
export class AppTray {
  readonly #iconDir: string;
  readonly #actions: TrayActions;
  readonly #messages: () => Messages;
  #tray: Tray;
  #icon: TrayIcon = 'down';
  #drawn = '';
  #state: CoreState | null = null;
  #cores: TrayCores = { isLocalOn: true, elsewhere: [] };

  constructor(iconDir: string, actions: TrayActions, messages: () => Messages) {
    this.#iconDir = iconDir;
    this.#messages = messages;
    this.#actions = actions;
    this.#tray = this.#create();
    this.update(null);
  }

  /** Makes the icon again, for a panel that came after it. */
  renew(): void {
    this.#tray.destroy();
    this.#tray = this.#create();
    this.#drawn = '';
    this.update(this.#state, this.#cores);
  }

  /** Draws what the local core shows, null while it does not run, and the cores elsewhere. Returns what is drawn. */
  update(state: CoreState | null, shownCores: TrayCores = this.#cores): TrayView {
    this.#state = state;
    this.#cores = shownCores;
    const messages = this.#messages();
    const { view, cores } = trayOfCores(messages, state, shownCores);
    const drawn = JSON.stringify([messages.locale, view, cores]);
    if (drawn === this.#drawn) return view;
    this.#drawn = drawn;
    if (view.icon !== this.#icon) this.#tray.setImage(this.image(view.icon));
    this.#icon = view.icon;
    this.#tray.setToolTip(view.tooltip);
    // Linux shows a changed menu only when it is set again.
    this.#tray.setContextMenu(Menu.buildFromTemplate(this.#template(messages, view, cores)));
    if (process.platform === 'darwin') this.#tray.setTitle(view.count > 0 ? `${view.count}` : '');
    return view;
  }

  /** Shows that the app quits once its deliveries in flight are done. */
  finish(count: number): void {
    const messages = this.#messages();
    const label = messages.text('shell.finishing', { count });
    this.#tray.setToolTip(label);
    this.#tray.setContextMenu(
      Menu.buildFromTemplate([
        { label, enabled: false },
        { type: 'separator' },
        { label: messages.text('shell.quitNow'), click: () => this.#actions.quitNow() },
      ]),
    );
  }

  destroy(): void {
    this.#tray.destroy();
  }

  #create(): Tray {
    const tray = new Tray(this.image(this.#icon));
    // On macOS a click opens the menu, as every menu bar item does there.
    if (process.platform !== 'darwin') tray.on('click', () => this.#actions.toggle());
    return tray;
  }

  #template(
    messages: Messages,
    view: TrayView,
    cores: readonly TrayCoreView[],
  ): MenuItemConstructorOptions[] {
    const { open, openDeadLetters, openUpdate, requeue, test, quit } = this.#actions;
    const enabled = view.running;
    return [
      { label: literal(view.summary), enabled: false },
      ...view.notes.map((note) => ({ label: literal(note), enabled: false })),
      { type: 'separator' },
      ...view.alerts.map((alert) => alertItem(messages, alert, this.#actions)),
      ...cores.map((core) => this.#coreItem(messages, core)),
      { type: 'separator' },
      { label: messages.text('tray.open'), click: () => open() },
      { label: view.deadLetters, enabled, click: () => openDeadLetters() },
      {
        label: messages.text('tray.requeue'),
        enabled: view.canRequeue,
        click: () => requeue(),
      },
      { type: 'separator' },
      this.#pauseItem(messages, view),
      { label: messages.text('tray.test'), enabled, click: () => test() },
      ...(view.update === null ? [] : [{ label: literal(view.update), click: () => openUpdate() }]),
      { type: 'separator' },
      { label: messages.text('menu.role.quit'), click: () => quit() },
    ];
  }

  #coreItem(messages: Messages, { id, label, view }: TrayCoreView): MenuItemConstructorOptions {
    const actions = this.#actions.of(id);
    return {
      label: literal(label),
      submenu: [
        ...view.notes.map((note) => ({ label: literal(note), enabled: false })),
        ...view.alerts.map((alert) => alertItem(messages, alert, actions)),
        { type: 'separator' },
        { label: messages.text('tray.open'), click: () => actions.open() },
        {
          label: view.deadLetters,
          enabled: view.running,
          click: () => actions.openDeadLetters(),
        },
        {
          label: messages.text('tray.requeue'),
          enabled: view.canRequeue,
          click: () => actions.requeue(),
        },
      ],
    };
  }

  #pauseItem(messages: Messages, { paused, running }: TrayView): MenuItemConstructorOptions {
    const { resume, pauseForHour, pauseUntilMorning, pauseUntilResumed } = this.#actions;
    if (paused) {
      return { label: messages.text('tray.resume'), enabled: running, click: () => resume() };
    }
    return {
      label: messages.text('tray.pause'),
      enabled: running,
      submenu: [
        { label: messages.text('tray.pause.hour'), click: () => pauseForHour() },
        {
          label: messages.text('tray.pause.morning', { time: timeText(messages, MORNING_HOUR) }),
          click: () => pauseUntilMorning(),
        },
        { label: messages.text('window.pause.open'), click: () => pauseUntilResumed() },
      ],
    };
  }

  /** Loads the image of an icon. */
  image(icon: TrayIcon): NativeImage {
    const file = icon + (ICON_ENDINGS.get(process.platform) ?? '.png');
    const image = nativeImage.createFromPath(join(this.#iconDir, file));
    if (process.platform === 'darwin') image.setTemplateImage(true);
    return image;
  }
}

/** Returns the submenu of an alert. */
function alertItem(
  messages: Messages,
  { id, label, canAcknowledge }: TrayAlert,
  { openAlert, acknowledge, snooze }: Pick<TrayCoreActions, 'openAlert' | 'acknowledge' | 'snooze'>,
): MenuItemConstructorOptions {
  return {
    label: literal(label),
    submenu: [
      { label: messages.text('notice.action.open'), click: () => openAlert(id) },
      {
        label: messages.text('message.action.acknowledge'),
        enabled: canAcknowledge,
        click: () => acknowledge(id),
      },
      { label: messages.text('message.action.snooze'), click: () => snooze(id) },
    ],
  };
}
