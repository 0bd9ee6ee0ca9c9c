import type { Unsubscribe } from '../contract/client.ts';
import type { Result } from '../contract/result.ts';
import { refuse } from '../messages/failures.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { Caller } from '../domain/caller.ts';
import type { RecoverySign } from '../domain/recovery-sign.ts';
import type { Dispatch } from './dispatch.ts';
import type { MessagePortDesktop } from './message-port-desktop.ts';
import type { MessagePortKeys } from './message-port-keys.ts';
import type { FromCore, ToCore } from './worker-messages.ts';
import type { PushSink } from './push-sink.ts';

/** The parts of the core that the line needs. */
export interface ServedCore {
  readonly dispatch: Dispatch;
  subscribe(sink: PushSink): Unsubscribe;
  resumed(): void;
  mayRecover(sign: RecoverySign): void;
}

export interface MessagePortServerDeps {
  readonly core: ServedCore;
  readonly desktop: MessagePortDesktop;
  readonly keys: MessagePortKeys;
  readonly post: (message: FromCore) => void;
  readonly logger: Logger;
}

/**
 * Whoever sits at the desktop's own window may do everything. Set here, on the core's side of the
 * line, so that nothing a window sends can claim to be somebody else.
 */
const WINDOW: Caller = { actor: 'window', scope: 'admin', source: null };

/** Answers the desktop host over its message port. `stop` and `abandon` are the owner's business, not this one's. */
export class MessagePortServer {
  readonly #core: ServedCore;
  readonly #desktop: MessagePortDesktop;
  readonly #keys: MessagePortKeys;
  readonly #post: (message: FromCore) => void;
  readonly #logger: Logger;
  readonly #subscriptions = new Map<number, Unsubscribe>();

  constructor({ core, desktop, keys, post, logger }: MessagePortServerDeps) {
    this.#core = core;
    this.#desktop = desktop;
    this.#keys = keys;
    this.#post = post;
    this.#logger = logger;
  }

  receive(message: Exclude<ToCore, { type: 'stop' | 'abandon' }>): void {
    switch (message.type) {
      case 'call':
        void this.#answer(message);
        return;
      case 'subscribe':
        this.#subscribe(message.id);
        return;
      case 'unsubscribe':
        this.#subscriptions.get(message.id)?.();
        this.#subscriptions.delete(message.id);
        return;
      case 'shown':
        this.#desktop.settle(message.id, message.outcome);
        return;
      case 'keysChanged':
        this.#keys.settle(message.id, message.keys);
        return;
      case 'keysUnchanged':
        this.#keys.fail(message.id, message.error);
        return;
      case 'resumed':
        this.#core.resumed();
        return;
      case 'mayRecover':
        this.#core.mayRecover(message.sign);
    }
  }

  /** Ends every subscription; nothing is pushed afterwards. */
  close(): void {
    for (const unsubscribe of this.#subscriptions.values()) unsubscribe();
    this.#subscriptions.clear();
  }

  #subscribe(id: number): void {
    this.#subscriptions.get(id)?.();
    const sink: PushSink = {
      send: (message) => this.#post({ type: 'push', id, message }),
      // A message port hands over at once and has no buffer that could be asked.
      bufferedBytes: () => 0,
    };
    this.#subscriptions.set(id, this.#core.subscribe(sink));
  }

  async #answer({ id, name, input }: Extract<ToCore, { type: 'call' }>): Promise<void> {
    let result: Result<unknown>;
    try {
      result = await this.#core.dispatch(name, input, WINDOW);
    } catch (error) {
      // A handler that throws is a bug of ours: the window gets a coded answer, the log the cause.
      this.#logger.log('error', 'a method failed', { method: name, error: errorText(error) });
      result = refuse('internal', { code: 'error.internal', params: {} });
    }
    this.#post({ type: 'answer', id, result });
  }
}
