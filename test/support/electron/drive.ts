import { app } from './app.ts';
import { invokeFrom, sendFrom } from './ipc-main.ts';
import { clickTray, StandInMenu, theTray } from './menu.ts';
import { notifications } from './notification.ts';
import { record, stage } from './stage.ts';
import { preventable } from './strict.ts';
import { fetchScheme, powerMonitor } from './system.ts';
import { windows, type StandInContents } from './window.ts';

function contentsOf(id: number): StandInContents {
  const window = windows().find(({ webContents }) => webContents.id === id);
  if (!window) throw new Error(`No window has the contents ${id}`);
  return window.webContents;
}

function theWindow() {
  const [window, second] = windows();
  if (!window || second) throw new Error(`There are ${windows().length} windows`);
  return window;
}

/** Everything that a person, the operating system or a page can do to the app, and what can be seen of it. */
export const drive = {
  async fetch(url: string, method: string) {
    const response = await fetchScheme(url, method);
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    };
  },
  invoke: (contentsId: number, channel: string, args: unknown[]) =>
    invokeFrom(contentsOf(contentsId), channel, args),
  send: (contentsId: number, channel: string, args: unknown[]) =>
    sendFrom(contentsOf(contentsId), channel, args),
  loaded: (contentsId: number) => contentsOf(contentsId).loaded(),
  /** Acts as Electron when a page wants a new window: asks the handler. */
  openWindow: (contentsId: number, url: string) =>
    contentsOf(contentsId).openHandler({ url } as Electron.HandlerDetails).action,
  /** Acts as Electron before a page navigates; returns true if it may. */
  navigate(contentsId: number, url: string) {
    const event = preventable({ url });
    contentsOf(contentsId).emit('will-navigate', event, url);
    return !event.defaultPrevented;
  },
  crashPage: () =>
    void theWindow().webContents.emit('render-process-gone', preventable({}), {
      reason: 'crashed',
      exitCode: 11,
    }),
  window() {
    const { visible, minimized, options } = theWindow();
    return { visible, minimized, webPreferences: structuredClone(options.webPreferences) };
  },
  closeWindow: () => theWindow().close(),
  secondInstance: (args: string[] = []) =>
    void app.emit('second-instance', preventable({}), ['belfry', ...args], process.cwd(), {}),
  /** Faults of the app that nothing catches. */
  throwLater: (message: string) =>
    void setImmediate(() => {
      throw new Error(message);
    }),
  rejectLater: (message: string) => void Promise.reject(new Error(message)),
  /** The system shuts down; true if it is asked to wait. */
  shutDown() {
    const event = preventable({});
    powerMonitor.emit('shutdown', event);
    return event.defaultPrevented;
  },
  resume: () => void powerMonitor.emit('resume'),
  quit: () => app.quit(),
  tray() {
    const { toolTip, menu, image } = theTray();
    return { toolTip, labels: menu?.labels() ?? [], image: image.path.split(/[\\/]/).at(-1) ?? '' };
  },
  /** Chooses an entry of the application's menu; a file that is saved goes to that path. */
  clickAppMenu(label: string, savePath = '') {
    record.savePath = savePath;
    StandInMenu.getApplicationMenu()?.submenuWith(label).click(label);
  },
  clickTray: () => void clickTray(),
  clickTrayMenu: (label: string, ...within: string[]) => theTray().menu?.click(label, ...within),
  notifications: () =>
    notifications().map(({ options, state }) => ({
      tag: options.id ?? '',
      title: options.title ?? '',
      body: options.body ?? '',
      state,
    })),
  clickNotification(tag: string) {
    const notification = notifications().findLast(({ options }) => options.id === tag);
    if (!notification) throw new Error(`No notification has the tag ${tag}`);
    notification.click();
  },
  record: () => structuredClone(record),
};

export type Drive = typeof drive;
export { stage };
