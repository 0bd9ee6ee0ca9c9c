import { defined } from './assert.ts';

/**
 * The keys of a data directory: the current one, which seals, and the earlier ones, which open what was
 * sealed before a rotation. It changes while everything runs.
 */
export class KeyRing {
  #keys: readonly Buffer[];
  readonly #listeners = new Set<() => void>();

  /** Each key is 32 bytes; the current one comes first. */
  constructor(keys: readonly Buffer[]) {
    this.#keys = keys;
  }

  get current(): Buffer {
    return defined(this.#keys[0], 'the current key');
  }

  /** The current key first, then the earlier ones, newest first. */
  get all(): readonly Buffer[] {
    return this.#keys;
  }

  get earlier(): readonly Buffer[] {
    return this.#keys.slice(1);
  }

  /** Takes the keys as the key file now has them. */
  replace(keys: readonly Buffer[]): void {
    this.#keys = keys;
    for (const listener of this.#listeners) listener();
  }

  /** Calls the listener after each change of the key file, until that is disposed of. */
  onReplaced(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }
}

/** `add` makes a new current key; `forget` drops the earlier ones. */
export type KeyChange = 'add' | 'forget';

/** Changes the key file. Resolves once that is durable, with all its keys, the current one first. */
export type ChangeKeys = (change: KeyChange) => Promise<readonly Buffer[]>;
