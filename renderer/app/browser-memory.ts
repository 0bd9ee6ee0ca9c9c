/** The browser's memory for the window. A browser without storage, or that refuses it, remembers nothing. */
export class BrowserMemory {
  readonly #storage: () => Storage;

  constructor(storage: () => Storage) {
    this.#storage = storage;
  }

  get(key: string): string | null {
    try {
      return this.#storage().getItem(key);
    } catch {
      return null;
    }
  }

  /** Remembers a value, or forgets it for null. */
  set(key: string, value: string | null): void {
    try {
      if (value === null) this.#storage().removeItem(key);
      else this.#storage().setItem(key, value);
    } catch {
      // It lasts until the page is left.
    }
  }
}
