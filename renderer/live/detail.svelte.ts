import type { Change } from '../../main/contract/push.ts';
import type { Failure, Result } from '../../main/contract/result.ts';
import { Followed, type FollowOptions } from './followed.ts';
import { Remote } from './remote.svelte.ts';

export interface DetailOptions<T> extends FollowOptions {
  fetch(id: string): Promise<Result<T>>;
  /** Returns true if a pushed change makes what is shown of `id` stale. */
  concerns(change: Change, id: string): boolean;
}

/** The one entity that a pane shows, fetched whole again whenever a push concerns it. */
export class Detail<T> extends Followed {
  readonly #options: DetailOptions<T>;
  readonly #remote: Remote<T>;
  #id = '';

  constructor(options: DetailOptions<T>) {
    super(options);
    this.#options = options;
    this.#remote = new Remote(() => options.fetch(this.#id));
  }

  get value(): T | null {
    return this.#remote.value;
  }

  get failure(): Failure | null {
    return this.#remote.failure;
  }

  /** Loads and follows one entity until the returned function is called. */
  open(id: string): () => void {
    this.#id = id;
    this.#remote.set(null);
    void this.load();
    return this.follow();
  }

  load(): Promise<void> {
    return this.#remote.load();
  }

  changed(changes: readonly Change[]): void {
    if (changes.some((change) => this.#options.concerns(change, this.#id))) this.reload();
  }
}
