import { ok, type Failure, type Result } from '../../main/contract/result.ts';
import { PendingRequests } from './pending-requests.ts';

/**
 * One thing fetched from the host. An answer that was overtaken by a newer question's, or by a whole
 * pushed value, is dropped. A change that comes while an answer is under way is made to that answer too,
 * which may have been given before it. A failure keeps the value that was there.
 */
export class Remote<T> {
  readonly #fetch: () => Promise<Result<T>>;
  readonly #questions = new PendingRequests<(value: T) => T>();
  #value = $state.raw<T | null>(null);
  #failure = $state.raw<Failure | null>(null);

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
    const question = this.#questions.ask();
    const answer = await this.#fetch();
    const since = this.#questions.answered(question);
    if (!since) return;
    if (answer.ok) this.#value = since.reduce((value, change) => change(value), answer.value);
    this.#failure = answer.ok ? null : answer.error;
  }

  /** Makes a change to the value, if there is one yet, and to an answer that is under way. */
  change(change: (value: T) => T): void {
    this.#questions.note([change]);
    if (this.#value !== null) this.#value = change(this.#value);
  }

  /** Takes a value that was pushed, or that a change answered. */
  set(value: T): void {
    this.#overtake(value);
  }

  clear(): void {
    this.#overtake(null);
  }

  #overtake(value: T | null): void {
    this.#questions.drop();
    this.#value = value;
    this.#failure = null;
  }
}

/** A list that the host answers under `items`. */
export const remoteItems = <T>(
  fetch: () => Promise<Result<{ readonly items: readonly T[] }>>,
): Remote<readonly T[]> =>
  new Remote<readonly T[]>(async () => {
    const answer = await fetch();
    return answer.ok ? ok(answer.value.items) : answer;
  });
