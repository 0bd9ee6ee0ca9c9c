import type { Change } from '../../main/contract/push.ts';
import type { Result } from '../../main/contract/result.ts';
import { FollowedValue, type FollowOptions } from './followed.ts';
import { Remote } from './remote.svelte.ts';

export interface DetailOptions<T> extends FollowOptions {
  fetch(id: string): Promise<Result<T>>;
  /** Returns true if a pushed change makes what is shown of `id` stale. */
  concerns(change: Change, id: string): boolean;
}

/** The one entity that a pane shows, fetched whole again whenever a push concerns it. */
export class Detail<T> extends FollowedValue<T> {
  readonly #options: DetailOptions<T>;
  #id = '';

  constructor(options: DetailOptions<T>) {
    super(options, new Remote(() => options.fetch(this.#id)));
    this.#options = options;
  }

  /** Loads and follows one entity until the returned function is called. */
  open(id: string): () => void {
    this.#id = id;
    this.remote.set(null);
    void this.load();
    return this.follow();
  }

  protected isStale(change: Change): boolean {
    return this.#options.concerns(change, this.#id);
  }
}
