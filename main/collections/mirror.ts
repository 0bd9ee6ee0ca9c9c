import type { Unit } from '../store/unit.ts';

/**
 * Something that is kept in memory as the database has it, inside a transaction too: what else shares
 * the transaction already sees a change, and it is put back when the change is not committed.
 */
export class Mirror<T> {
  readonly #read: (before: T | null) => T;
  #value: T;
  #version = 0;

  /** `read` may reuse what it made `before`. */
  constructor(read: (before: T | null) => T) {
    this.#read = read;
    this.#value = read(null);
  }

  get value(): T {
    return this.#value;
  }

  /** Changes with the value, so that what was derived from it can be recognised as stale. */
  get version(): number {
    return this.#version;
  }

  /** Reads it again after a change in the database. */
  reload(unit: Unit): void {
    this.set(unit, this.#read(this.#value));
  }

  set(unit: Unit, value: T): void {
    const before = this.#value;
    unit.onUndone(() => this.#become(before));
    this.#become(value);
  }

  #become(value: T): void {
    this.#value = value;
    this.#version++;
  }
}
