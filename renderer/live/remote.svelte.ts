import type { Failure, Result } from '../../main/contract/result.ts';

/**
 * One thing fetched from the host. The newest question wins: an answer that was overtaken by another
 * question, or by a pushed value, is dropped. A failure keeps the value that was there.
 */
export class Remote<T> {
  readonly #fetch: () => Promise<Result<T>>;
  #value = $state.raw<T | null>(null);
  #failure = $state.raw<Failure | null>(null);
  #question = 0;

  constructor(fetch: () => Promise<Result<T>>) {
    this.#fetch = fetch;
  }

  get value(): T | null {
    return this.#value;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  async load(): Promise<void> {
    const question = ++this.#question;
    const answer = await this.#fetch();
    if (question !== this.#question) return;
    if (answer.ok) this.#value = answer.value;
    this.#failure = answer.ok ? null : answer.error;
  }

  /** Takes a value that was pushed, or that a change answered. */
  set(value: T): void {
    this.#question += 1;
    this.#value = value;
    this.#failure = null;
  }

  clear(): void {
    this.#question += 1;
    this.#value = null;
    this.#failure = null;
  }
}
