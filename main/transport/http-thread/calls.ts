import { errorText } from '../../base/logger.ts';
import type { Reason } from '../../contract/reason.ts';
import { StoreUnavailable } from '../../domain/store-unavailable.ts';

/**
 * Calls from one thread to another. All that are made in one turn of the event loop leave as one message,
 * and so do the answers that are there at the same time: under load a message carries hundreds. They are
 * written as JSON, which for such groups costs half of what a structured clone does.
 */

/** How an answer begins: with its value, as unavailable, or as a bug. */
type Answer = readonly [id: number, kind: 'ok' | 'unavailable' | 'failed', value: unknown];

type Settle = (kind: Answer[1], value: unknown) => void;

/** More than can wait for a commit; above it the sender is asked to come back later. */
const WAITING_MAX = 20_000;

/** The side that asks. */
export class Calls {
  readonly #post: (text: string) => void;
  readonly #waiting = new Map<number, Settle>();
  #made: string[] = [];
  #lastId = 0;

  constructor(post: (text: string) => void) {
    this.#post = post;
  }

  /**
   * Resolves with the answer. Arguments and answer must be JSON. Rejects with StoreUnavailable if the call
   * itself does, and when too many wait.
   */
  call(name: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#waiting.size >= WAITING_MAX) {
      return Promise.reject(new StoreUnavailable({ code: 'error.busy', params: {} }));
    }
    return new Promise((resolve, reject) => {
      const id = (this.#lastId += 1);
      this.#make(id, name, args);
      this.#waiting.set(id, (kind, value) => {
        if (kind === 'ok') resolve(value);
        else reject(errorOf(kind, value));
      });
    });
  }

  /** Makes a call that nobody waits for. */
  tell(name: string, args: readonly unknown[]): void {
    this.#make(0, name, args);
  }

  /** Takes a message of answers. */
  receive(text: string): void {
    for (const [id, kind, value] of JSON.parse(text) as Answer[]) {
      const settle = this.#waiting.get(id);
      this.#waiting.delete(id);
      settle?.(kind, value);
    }
  }

  #make(id: number, name: string, args: readonly unknown[]): void {
    // One by one, so that what cannot be written fails alone.
    const text = JSON.stringify([id, name, args]);
    if (this.#made.length === 0) setImmediate(() => this.#flush());
    this.#made.push(text);
  }

  #flush(): void {
    const made = this.#made;
    this.#made = [];
    this.#post(`[${made.join(',')}]`);
  }
}

const errorOf = (kind: Answer[1], value: unknown): Error =>
  kind === 'unavailable' ? new StoreUnavailable(value as Reason) : new Error(String(value));

/** The calls that may be made, by name. */
export type Served = Readonly<Record<string, (...args: never[]) => unknown>>;

/** The side that answers. */
export class Answers {
  readonly #served: Served;
  readonly #post: (text: string) => void;
  #answers: string[] = [];

  constructor(served: Served, post: (text: string) => void) {
    this.#served = served;
    this.#post = post;
  }

  /** Takes a message of calls. */
  receive(text: string): void {
    for (const [id, name, args] of JSON.parse(text) as [number, string, never[]][]) {
      void this.#answer(id, name, args);
    }
  }

  async #answer(id: number, name: string, args: never[]): Promise<void> {
    try {
      this.#say(id, 'ok', await this.#served[name]?.(...args));
    } catch (error) {
      if (error instanceof StoreUnavailable) this.#say(id, 'unavailable', error.reason);
      else this.#say(id, 'failed', (error instanceof Error && error.stack) || errorText(error));
    }
  }

  #say(...answer: Answer): void {
    if (answer[0] === 0) return;
    const text = JSON.stringify(answer);
    // Not with setImmediate: that would come after the next commit, for which these answers must not wait.
    if (this.#answers.length === 0) process.nextTick(() => this.#flush());
    this.#answers.push(text);
  }

  #flush(): void {
    const answers = this.#answers;
    this.#answers = [];
    this.#post(`[${answers.join(',')}]`);
  }
}
