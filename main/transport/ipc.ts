import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron';
import type { Client } from '../contract/client.ts';
import { IPC } from '../contract/ipc-channels.ts';
import { isMethodName, type MethodName } from '../contract/methods.ts';
import type { PushMessage } from '../contract/push.ts';
import { type Result } from '../contract/result.ts';
import { refuse } from '../messages/failures.ts';
import { IpcSubscription } from './ipc-subscription.ts';

/** What a window may hold open at once; more is a bug of the window's. */
const SUBSCRIPTIONS_PER_WINDOW_MAX = 16;

export interface IpcCore extends Pick<Client, 'subscribe'> {
  callUnchecked(name: MethodName, input: unknown): Promise<Result<unknown>>;
}

/**
 * The contract over Electron's IPC. Nothing is taken from anybody but the main frame of a window of
 * ours that still shows our own page: a frame that was navigated away has lost its rights.
 */
export class IpcTransport {
  readonly #core: IpcCore;
  readonly #origin: string;
  readonly #isOurs: (contents: WebContents) => boolean;
  readonly #subscriptions = new Map<WebContents, Map<number, IpcSubscription>>();
  /** For the next window that listens, the last of each type. */
  readonly #waiting = new Map<PushMessage['type'], PushMessage>();

  constructor(core: IpcCore, origin: string, isOurs: (contents: WebContents) => boolean) {
    this.#core = core;
    this.#origin = origin;
    this.#isOurs = isOurs;
  }

  start(): void {
    ipcMain.handle(IPC.call, (event, name: unknown, input: unknown) =>
      this.#call(event, name, input),
    );
    ipcMain.on(IPC.subscribe, (event, id: unknown) => this.#subscribe(event, id));
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
    ipcMain.removeAllListeners(IPC.subscribe);
    ipcMain.removeAllListeners(IPC.unsubscribe);
    ipcMain.removeAllListeners(IPC.received);
    for (const contents of this.#subscriptions.keys()) this.forget(contents);
  }

  /** Asks the window to show a route; one that is still loading shows it once it listens. */
  open(route: string): void {
    this.tell({ type: 'open', route });
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

  async #call(event: IpcMainInvokeEvent, name: unknown, input: unknown): Promise<Result<unknown>> {
    if (!this.#trusts(event)) {
      return refuse('forbidden', { code: 'error.foreign_page', params: {} });
    }
    if (!isMethodName(name)) {
      return refuse('invalid_input', { code: 'error.no_method', params: {} });
    }
    return this.#core.callUnchecked(name, input);
  }

  #subscribe(event: IpcMainEvent, id: unknown): void {
    if (!this.#trusts(event) || typeof id !== 'number') return;
    const contents = event.sender;
    const subscriptions = this.#subscriptions.get(contents) ?? new Map<number, IpcSubscription>();
    this.#end(contents, id);
    if (subscriptions.size >= SUBSCRIPTIONS_PER_WINDOW_MAX) return;
    const subscription = new IpcSubscription(this.#core, (message) => {
      if (!contents.isDestroyed()) contents.send(IPC.push, id, message);
      if (message.type === 'hello') this.#tellWaiting(subscription);
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
