import type { Client, Unsubscribe } from '../contract/client.ts';
import type { PushMessage } from '../contract/push.ts';

/** Messages on their way to a page that has not said it has them; beyond that the page is behind. */
const UNCONFIRMED_MAX = 200;

/** Returns true for the message that a subscription begins with; `lost` where there is no connection to greet from. */
export const isGreeting = ({ type }: PushMessage): boolean => type === 'hello' || type === 'lost';

/**
 * One subscription of a page. IPC buffers without bound for a page that hangs, so each message is
 * confirmed by the page; one that falls behind gets nothing more until it has caught up, and then
 * starts again with a `hello`, which makes it ask for everything.
 */
export class IpcSubscription {
  readonly #core: Pick<Client, 'subscribe'>;
  readonly #send: (message: PushMessage) => void;
  #unsubscribe: Unsubscribe = () => undefined;
  #unconfirmed = 0;
  #behind = false;
  #greeted = false;

  constructor(core: Pick<Client, 'subscribe'>, send: (message: PushMessage) => void) {
    this.#core = core;
    this.#send = send;
  }

  /** True once the first message is on its way. */
  get greeted(): boolean {
    return this.#greeted;
  }

  start(): void {
    this.#unsubscribe = this.#core.subscribe((message) => this.push(message));
  }

  push(message: PushMessage): void {
    if (this.#behind) return;
    if (this.#unconfirmed === UNCONFIRMED_MAX) {
      this.#behind = true;
      this.#unsubscribe();
      return;
    }
    this.#unconfirmed += 1;
    if (isGreeting(message)) this.#greeted = true;
    this.#send(message);
  }

  /** The page has one message more. */
  confirmed(): void {
    this.#unconfirmed = Math.max(0, this.#unconfirmed - 1);
    if (!this.#behind || this.#unconfirmed > 0) return;
    this.#behind = false;
    this.start();
  }

  end(): void {
    this.#unsubscribe();
  }
}
