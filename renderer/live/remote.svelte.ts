import { ok, type Failure, type Result } from '../../main/contract/result.ts';
import { PendingRequests } from './pending-requests.ts';

/**
 * A value fetched from the host. An answer that was overtaken by that of a newer request, or by a whole
 * pushed value, is ignored. A change that comes while a request is under way is made to its answer too.
 * A failure keeps the previous value.
 */
export class Remote<T> {
  readonly #fetch: () => Promise<Result<T>>;
  readonly #requests = new PendingRequests<(value: T) => T>();
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
    const request = this.#requests.begin();
    const answer = await this.#fetch();
    const since = this.#requests.answered(request);
    if (!since) return;
    if (answer.ok) this.#value = since.reduce((value, change) => change(value), answer.value);
    this.#failure = answer.ok ? null : answer.error;
  }

  /** Changes the value, if there is one yet, and the answers that are under way. */
  change(change: (value: T) => T): void {
    this.#requests.note([change]);
    if (this.#value !== null) this.#value = change(this.#value);
  }

  /** Takes a value that was pushed or that an action returned; null clears. */
  set(value: T | null): void {
    this.#requests.drop();
    this.#value = value;
    this.#failure = null;
  }
}

/** Fetches a list that the host returns under `items`. */
export const remoteItems = <T>(
  fetch: () => Promise<Result<{ readonly items: readonly T[] }>>,
): Remote<readonly T[]> =>
  new Remote<readonly T[]>(async () => {
    const answer = await fetch();
    return answer.ok ? ok(answer.value.items) : answer;
  });
