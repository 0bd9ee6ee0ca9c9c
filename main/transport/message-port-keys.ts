import type { ChangeKeys } from '../base/key-ring.ts';
import type { FromCore } from './worker-messages.ts';

interface Waiting {
  resolve(keys: readonly Buffer[]): void;
  reject(error: Error): void;
}

/** The key file as the core worker has it: the shell changes it, and answers with the keys that it holds then. */
export class MessagePortKeys {
  readonly #post: (message: FromCore) => void;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(post: (message: FromCore) => void) {
    this.#post = post;
  }

  readonly change: ChangeKeys = (change) => {
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#post({ type: 'changeKeys', id, change });
    });
  };

  /** Takes the shell's answer. */
  settle(id: number, keys: readonly Uint8Array[]): void {
    this.#taken(id)?.resolve(keys.map((key) => Buffer.from(key)));
  }

  /** Takes the shell's error text: the file is as it was. */
  fail(id: number, error: string): void {
    this.#taken(id)?.reject(new Error(error));
  }

  #taken(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}
