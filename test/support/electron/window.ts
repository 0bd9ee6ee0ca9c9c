import { EventEmitter } from 'node:events';
import { app, needsReady } from './app.ts';
import { host } from './host.ts';
import { stage } from './stage.ts';
import { preventable, strict } from './strict.ts';

type FrameImplemented = Pick<Electron.WebFrameMain, 'origin' | 'url'>;
type ContentsImplemented = Pick<
  Electron.WebContents,
  | 'getZoomLevel'
  | 'id'
  | 'isDestroyed'
  | 'reload'
  | 'send'
  | 'setWindowOpenHandler'
  | 'setZoomLevel'
> & { mainFrame: FrameImplemented };
type WindowImplemented = Pick<
  Electron.BrowserWindow,
  | 'close'
  | 'focus'
  | 'getNormalBounds'
  | 'hide'
  | 'isDestroyed'
  | 'isFocused'
  | 'isFullScreen'
  | 'isMaximized'
  | 'isMinimized'
  | 'isVisible'
  | 'loadURL'
  | 'maximize'
  | 'minimize'
  | 'restore'
  | 'setFullScreen'
  | 'setOverlayIcon'
  | 'show'
>;

export class StandInFrame implements FrameImplemented {
  url: string;
  constructor(url: string) {
    this.url = url;
  }
  get origin(): string {
    const { protocol, host } = new URL(this.url);
    return host ? `${protocol}//${host}` : 'null';
  }
}

let lastContentsId = 0;

export class StandInContents extends EventEmitter implements ContentsImplemented {
  readonly id = (lastContentsId += 1);
  mainFrame = strict('WebFrameMain', new StandInFrame('about:blank'));
  preload = '';
  destroyed = false;
  openHandler: Parameters<Electron.WebContents['setWindowOpenHandler']>[0] = () => ({
    action: 'allow',
  });
  whenLoaded: (() => void) | null = null;

  zoomLevel = 0;

  isDestroyed(): boolean {
    return this.destroyed;
  }

  getZoomLevel(): number {
    return this.zoomLevel;
  }

  setZoomLevel(level: number): void {
    this.zoomLevel = level;
  }

  /** Structured-clones what it sends, so that what Electron refuses is refused here. */
  send(channel: string, ...args: unknown[]): void {
    if (this.destroyed) throw new Error('Object has been destroyed');
    stage.emit('send', { contentsId: this.id, channel, args: structuredClone(args) });
  }

  reload(): void {
    void this.load(this.mainFrame.url);
  }

  setWindowOpenHandler(handler: typeof this.openHandler): void {
    this.openHandler = handler;
  }

  load(url: string): Promise<void> {
    this.emit(
      'did-start-navigation',
      preventable({ url, isMainFrame: true, isSameDocument: false }),
    );
    this.mainFrame = strict('WebFrameMain', new StandInFrame(url));
    setImmediate(() => this.emit('first-paint'));
    return new Promise((resolve) => {
      this.whenLoaded = resolve;
      stage.emit('load', { contentsId: this.id, url, preload: this.preload });
    });
  }

  /** To be called once the page has loaded. */
  loaded(): void {
    this.whenLoaded?.();
    this.whenLoaded = null;
  }
}

const open = new Set<StandInWindow>();

class StandInWindow extends EventEmitter implements WindowImplemented {
  readonly webContents: StandInContents;
  readonly options: Electron.BrowserWindowConstructorOptions;
  visible: boolean;
  minimized = false;
  maximized = false;
  fullScreen = false;
  focused = false;
  bounds: Electron.Rectangle;
  destroyed = false;

  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    super();
    needsReady('BrowserWindow');
    this.options = options;
    this.visible = options.show ?? true;
    this.webContents = strict('WebContents', new StandInContents());
    this.webContents.preload = options.webPreferences?.preload ?? '';
    const { x = 0, y = 0, width = 800, height = 600 } = options;
    this.bounds = { x, y, width, height };
    const proxy = strict('BrowserWindow', this);
    this.webContents.once('first-paint', () => proxy.emit('ready-to-show'));
    open.add(proxy);
    app.emit('web-contents-created', preventable({}), this.webContents);
    return proxy;
  }

  static fromWebContents(contents: Electron.WebContents): StandInWindow | null {
    const ours = contents as unknown as StandInContents;
    return [...open].find(({ webContents }) => webContents === ours) ?? null;
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.load(url);
  }

  show(): void {
    this.visible = true;
  }

  hide(): void {
    this.visible = false;
  }

  isFocused(): boolean {
    return this.focused;
  }

  setOverlayIcon(_overlay: Electron.NativeImage | null, _description: string): void {
    if (process.platform !== 'win32') throw new Error('setOverlayIcon is for Windows');
  }

  /** The person goes to another window. */
  blur(): void {
    this.focused = false;
    this.emit('blur');
  }

  focus(): void {
    if (this.destroyed) throw new Error('Object has been destroyed');
    this.focused = true;
    this.emit('focus');
  }

  minimize(): void {
    this.minimized = true;
  }

  restore(): void {
    this.minimized = false;
  }

  maximize(): void {
    this.visible = true;
    this.maximized = true;
  }

  isMaximized(): boolean {
    return this.maximized;
  }

  isFullScreen(): boolean {
    return this.fullScreen;
  }

  /** macOS animates it: the event comes later. */
  setFullScreen(flag: boolean): void {
    setImmediate(() => {
      this.fullScreen = flag;
      this.emit(flag ? 'enter-full-screen' : 'leave-full-screen');
    });
  }

  getNormalBounds(): Electron.Rectangle {
    return host.wayland ? { ...this.bounds, x: 0, y: 0 } : this.bounds;
  }

  isVisible(): boolean {
    return this.visible && !this.minimized;
  }

  /** Wayland tells no app that its window is minimised. */
  isMinimized(): boolean {
    return this.minimized && !host.wayland;
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }

  close(): void {
    const event = preventable({});
    this.emit('close', event);
    if (event.defaultPrevented) return;
    this.destroyed = true;
    this.webContents.destroyed = true;
    open.delete(this);
    this.emit('closed');
    stage.emit('closed', { contentsId: this.webContents.id });
    if (open.size === 0) app.allWindowsClosed();
  }
}

app.closeWindows = () => {
  for (const window of open) window.close();
  return open.size === 0;
};

export const windows = (): readonly StandInWindow[] => [...open];
export { StandInWindow as BrowserWindow };
