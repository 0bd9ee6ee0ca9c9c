import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron';
import type { Unsubscribe } from '../contract/client.ts';
import { LOCAL_CORE } from '../contract/desktop-core.ts';
import { isDesktopMethodName, type DesktopMethodName } from '../contract/desktop-methods.ts';
import { IPC } from '../contract/ipc-channels.ts';
import { isMethodName, type MethodName } from '../contract/methods.ts';
import type { PushMessage } from '../contract/push.ts';
import { type Result } from '../contract/result.ts';
import { refuse } from '../messages/failures.ts';
import { IpcSubscription, isGreeting } from './ipc-subscription.ts';

/** The number of subscriptions that a window may hold open at once; more is a bug of the window's. */
const SUBSCRIPTIONS_PER_WINDOW_MAX = 16;

/** The cores that a window can call, each by its id. One that is not there refuses. */
export interface IpcCores {
  callUnchecked(name: MethodName, input: unknown, core: string): Promise<Result<unknown>>;
  subscribe(listener: (message: PushMessage) => void, core: string): Unsubscribe;
}

/** Answers methods of the desktop itself, with an input that nobody has looked at yet. */
export type IpcDesktop = (name: DesktopMethodName, input: unknown) => Promise<Result<unknown>>;

/**
 * The contract over Electron's IPC. Nothing is taken from anybody but the main frame of a window of
 * ours that still shows our own page: a frame that was navigated away has lost its rights.
 */
export class IpcTransport {
  readonly #cores: IpcCores;
  readonly #desktop: IpcDesktop;
  readonly #origin: string;
  readonly #isOurs: (contents: WebContents) => boolean;
  readonly #subscriptions = new Map<WebContents, Map<number, IpcSubscription>>();
  /** For the next window that listens, the last of each type. */
  readonly #waiting = new Map<PushMessage['type'], PushMessage>();

  constructor(
    { cores, desktop }: { readonly cores: IpcCores; readonly desktop: IpcDesktop },
    origin: string,
    isOurs: (contents: WebContents) => boolean,
  ) {
    this.#cores = cores;
    this.#desktop = desktop;
    this.#origin = origin;
    this.#isOurs = isOurs;
  }

  start(): void {
    ipcMain.handle(IPC.call, (event, name: unknown, input: unknown, core: unknown) =>
      this.#call(event, isMethodName(name) ? () => this.#callCore(name, input, core) : null),
    );
    ipcMain.handle(IPC.desktop, (event, name: unknown, input: unknown) =>
      this.#call(event, isDesktopMethodName(name) ? () => this.#desktop(name, input) : null),
    );
    ipcMain.on(IPC.subscribe, (event, id: unknown, core: unknown) =>
      this.#subscribe(event, id, core),
    );
    ipcMain.on(IPC.unsubscribe, (event, id: unknown) => {
      if (this.#trusts(event) && typeof id === 'number') this.#end(event.sender, id);
    });
    ipcMain.on(IPC.received, (event, id: unknown) => {
      if (!this.#trusts(event) || typeof id !== 'number') return;
      this.#subscriptions.get(event.sender)?.get(id)?.confirmed();
    });
  }

  stop(): void {
    ipcMain.removeHandler(IPC.call);
    ipcMain.removeHandler(IPC.desktop);
    ipcMain.removeAllListeners(IPC.subscribe);
    ipcMain.removeAllListeners(IPC.unsubscribe);
    ipcMain.removeAllListeners(IPC.received);
    for (const contents of this.#subscriptions.keys()) this.forget(contents);
  }

  /** Asks the window to show a route of a core; one that is still loading shows it once it listens. */
  open(route: string, core: string): void {
    this.tell({ type: 'open', route, core });
  }

  /** Pushes a message to every window that listens; one that is still loading gets the last of its type later. */
  tell(message: PushMessage): void {
    const listening = [...this.#subscriptions.values()]
      .flatMap((of) => [...of.values()])
      .filter((subscription) => subscription.greeted);
    if (listening.length === 0) this.#waiting.set(message.type, message);
    for (const subscription of listening) subscription.push(message);
  }

  /** The window's page is gone (reloaded, crashed, closed), and its subscriptions with it. */
  forget(contents: WebContents): void {
    for (const subscription of this.#subscriptions.get(contents)?.values() ?? []) {
      subscription.end();
    }
    this.#subscriptions.delete(contents);
  }

  #trusts(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
    const { sender, senderFrame } = event;
    return (
      this.#isOurs(sender) &&
      senderFrame !== null &&
      senderFrame === sender.mainFrame &&
      senderFrame.origin === this.#origin
    );
  }

  /** `run` is null if there is no such method. */
  async #call(
    event: IpcMainInvokeEvent,
    run: (() => Promise<Result<unknown>>) | null,
  ): Promise<Result<unknown>> {
    if (!this.#trusts(event)) {
      return refuse('forbidden', { code: 'error.foreign_page', params: {} });
    }
    return run?.() ?? refuse('invalid_input', { code: 'error.no_method', params: {} });
  }

  #callCore(name: MethodName, input: unknown, core: unknown): Promise<Result<unknown>> {
    return this.#cores.callUnchecked(name, input, coreOf(core));
  }

  #subscribe(event: IpcMainEvent, id: unknown, core: unknown): void {
    if (!this.#trusts(event) || typeof id !== 'number') return;
    const contents = event.sender;
    const subscriptions = this.#subscriptions.get(contents) ?? new Map<number, IpcSubscription>();
    this.#end(contents, id);
    if (subscriptions.size >= SUBSCRIPTIONS_PER_WINDOW_MAX) return;
    const source = {
      subscribe: (listener: (message: PushMessage) => void) =>
        this.#cores.subscribe(listener, coreOf(core)),
    };
    const subscription = new IpcSubscription(source, (message) => {
      if (!contents.isDestroyed()) contents.send(IPC.push, id, message);
      if (isGreeting(message)) this.#tellWaiting(subscription);
    });
    this.#subscriptions.set(contents, subscriptions);
    subscriptions.set(id, subscription);
    subscription.start();
  }

  #tellWaiting(subscription: IpcSubscription): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const message of waiting) subscription.push(message);
  }

  #end(contents: WebContents, id: number): void {
    const subscriptions = this.#subscriptions.get(contents);
    subscriptions?.get(id)?.end();
    subscriptions?.delete(id);
  }
}

/** Returns the id of the core that a page names; anything that is no text names none. */
const coreOf = (core: unknown): string =>
  core === undefined ? LOCAL_CORE : typeof core === 'string' ? core : '';
