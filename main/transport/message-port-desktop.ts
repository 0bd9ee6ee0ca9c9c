import type { DesktopNotice, DesktopNotifier } from '../channels/desktop-notifier.ts';
import { interrupted, type Outcome } from '../domain/outcome.ts';
import type { FromCore } from './worker-messages.ts';

/**
 * The operating system's notifications as the core worker has them: each `show` goes out to the shell
 * with a number and is settled by the answer with the same number, or by the core's own time limit.
 */
export class MessagePortDesktop implements DesktopNotifier {
  readonly #post: (message: FromCore) => void;
  readonly #waiting = new Map<number, (outcome: Outcome) => void>();
  #lastId = 0;

  constructor(post: (message: FromCore) => void) {
    this.#post = post;
  }

  show(notice: DesktopNotice, signal: AbortSignal): Promise<Outcome> {
    const id = (this.#lastId += 1);
    return new Promise((resolve) => {
      const abandon = (): void => {
        this.#post({ type: 'abandon', id });
        this.settle(id, interrupted('desktop'));
      };
      this.#waiting.set(id, (outcome) => {
        signal.removeEventListener('abort', abandon);
        resolve(outcome);
      });
      this.#post({ type: 'show', id, notice });
      if (signal.aborted) abandon();
      else signal.addEventListener('abort', abandon, { once: true });
    });
  }

  close(tag: string): void {
    this.#post({ type: 'close', tag });
  }

  /** The shell's answer. One that nobody waits for any more is dropped. */
  settle(id: number, outcome: Outcome): void {
    const settle = this.#waiting.get(id);
    this.#waiting.delete(id);
    settle?.(outcome);
  }
}
