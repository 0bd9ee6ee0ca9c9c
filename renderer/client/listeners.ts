/** Functions that are called when something happens. A call goes to those that listen at that moment. */
export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();

  get empty(): boolean {
    return this.#all.size === 0;
  }

  /** Answers the function that takes the listener off again. */
  add(listener: (value: T) => void): () => void {
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }

  tell(value: T): void {
    for (const listener of [...this.#all]) listener(value);
  }
}
