import type { Change } from '../../main/contract/push.ts';
import { ok, type Failure, type Result } from '../../main/contract/result.ts';
import { Followed, type FollowOptions } from './followed.ts';
import {
  shareRows,
  withChanges,
  withHead,
  withNextPage,
  type Pages,
  type Row,
  type RowChange,
} from './pages.ts';
import { PendingRequests } from './pending-requests.ts';
import { StillRows } from './still-rows.svelte.ts';

export interface PagedListOptions<T, Query> extends FollowOptions {
  readonly first: Query;
  readonly pageSize: number;
  fetch(query: Query, cursor: string | null): Promise<Result<Pages<T>>>;
  /** Returns the row that a pushed change carries, true if the change may show in rows, else false. */
  rowOf?(change: Change): RowChange<T> | boolean;
  /** Returns true if the query would find a row; every row that it found still is when left out. */
  readonly belongs?: (item: T, query: Query) => boolean;
}

/** Ten thousand rows of two hundred each. */
const CATCH_UP_PAGES_MAX = 50;

/**
 * The rows that a query finds, loaded page by page and kept live.
 *
 * A pushed row that is shown is replaced at once, or leaves when it no longer belongs there. Only the host
 * knows what is new, what matches a search and the total, so pushes also fetch the first page again, at
 * most four times a second. Another query empties the list: rows of one are never shown under another.
 */
export class PagedList<T extends Row, Query extends object> extends Followed {
  readonly #options: PagedListOptions<T, Query>;
  #query = $state.raw() as Query;
  #pages = $state.raw<Pages<T> | null>(null);
  #failure = $state.raw<Failure | null>(null);
  #loadingMore = $state(false);
  readonly #heads = new PendingRequests<RowChange<T>>();
  readonly #nextPages = new PendingRequests<RowChange<T>>();
  /** True after missed changes: only what is fetched afresh can be trusted then. */
  #stale = false;
  /** Keeps the rows in their places while somebody is among them. */
  readonly still = new StillRows<T>({ rows: () => this.#pages?.items ?? null });

  constructor(options: PagedListOptions<T, Query>) {
    super(options);
    this.#options = options;
    this.#query = options.first;
  }

  get query(): Query {
    return this.#query;
  }

  /** The rows that are shown; null while the first page of this query is awaited. */
  get items(): readonly T[] | null {
    return this.still.rows;
  }

  get total(): number {
    return this.#pages?.total ?? 0;
  }

  /** There are at least `total`, and perhaps more. */
  get totalIsAtLeast(): boolean {
    return this.#pages?.totalIsAtLeast ?? false;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  get hasMore(): boolean {
    return typeof this.#pages?.nextCursor === 'string';
  }

  get loadingMore(): boolean {
    return this.#loadingMore;
  }

  /** Loads and follows the list, with a change of the query, until the returned function is called. */
  open(change: Partial<Query> = {}): () => void {
    this.#change(change);
    const leave = this.follow();
    // Changes were missed while it was closed.
    this.missed();
    return () => {
      leave();
      // A long list costs too much to draw at once on return.
      if (this.#pages && this.#pages.items.length > this.#options.pageSize) this.#pages = null;
    };
  }

  /** Changes the query of a list before it is shown, without asking the host. */
  prepare(change: Partial<Query>): void {
    this.#change(change);
  }

  show(change: Partial<Query>): void {
    if (this.#change(change)) void this.load();
  }

  async load(): Promise<void> {
    const request = this.#heads.begin();
    const answer = await this.#fetchHead();
    const since = this.#heads.answered(request);
    if (!since) return;
    this.#failure = answer.ok ? null : answer.error;
    if (!answer.ok) return;
    this.#pages = withHead(this.#stale ? null : this.#pages, answer.value);
    this.#stale = false;
    this.#apply(since);
  }

  /**
   * Fetches the first page, and the next ones until they meet what is loaded: after a burst of new rows the
   * first page ends above it. After missed changes all that is loaded is fetched again. Beyond the limit the
   * list starts over.
   */
  async #fetchHead(): Promise<Result<Pages<T>>> {
    const query = this.#query;
    const first = await this.#options.fetch(query, null);
    if (!first.ok) return first;
    let head = first.value;
    for (let page = 1; page < CATCH_UP_PAGES_MAX; page += 1) {
      if (query !== this.#query || this.#meets(head)) break;
      const next = await this.#options.fetch(query, head.nextCursor);
      if (!next.ok) return next;
      const known = head.items.length;
      head = withNextPage(head, next.value);
      if (head.items.length === known) break;
    }
    return ok(head);
  }

  /** Returns true if a new first part needs no further page to take the place of the one that is loaded. */
  #meets(head: Pages<T>): boolean {
    const loaded = this.#pages;
    if (!loaded?.items.length || head.nextCursor === null) return true;
    return this.#stale ? head.items.length >= loaded.items.length : shareRows(loaded, head);
  }

  async loadMore(): Promise<void> {
    const cursor = this.#pages?.nextCursor;
    if (typeof cursor !== 'string' || this.#loadingMore) return;
    const request = this.#nextPages.begin();
    this.#loadingMore = true;
    const answer = await this.#options.fetch(this.#query, cursor);
    const since = this.#nextPages.answered(request);
    if (!since) return;
    this.#loadingMore = false;
    // The list was started over meanwhile, and this page would leave a hole in it.
    if (this.#pages?.nextCursor !== cursor) return;
    this.#failure = answer.ok ? null : answer.error;
    if (!answer.ok) return;
    this.#pages = withNextPage(this.#pages, answer.value);
    this.#apply(since);
  }

  /** Takes a row that an action returned, without waiting for its push. */
  put(value: T): void {
    this.still.actedOn([value.id]);
    this.#take([{ id: value.id, value }]);
  }

  /** Removes a row that an action has moved elsewhere, without waiting for its push. */
  drop(id: T['id']): void {
    this.still.actedOn([id]);
    this.#take([{ id, value: null }]);
    this.refresh();
  }

  changed(changes: readonly Change[]): void {
    const mine = changes.map((change) => this.#options.rowOf?.(change) ?? false);
    if (!mine.some(Boolean)) return;
    this.#take(mine.filter((row) => typeof row === 'object'));
    this.reload();
  }

  override missed(): void {
    this.#stale = true;
    this.#startOver();
    super.missed();
  }

  /** Ignores the answers to all requests that are under way. */
  #startOver(): void {
    this.#heads.drop();
    this.#nextPages.drop();
    this.#loadingMore = false;
  }

  /** Returns false if the query stays as it is. */
  #change(change: Partial<Query>): boolean {
    const next = { ...this.#query, ...change };
    if (JSON.stringify(next) === JSON.stringify(this.#query)) return false;
    this.#query = next;
    this.#pages = null;
    this.#failure = null;
    this.#startOver();
    return true;
  }

  #take(changes: readonly RowChange<T>[]): void {
    this.still.note(changes);
    this.#heads.note(changes);
    this.#nextPages.note(changes);
    this.#apply(changes);
  }

  #apply(changes: readonly RowChange<T>[]): void {
    if (!this.#pages) return;
    const { belongs } = this.#options;
    this.#pages = withChanges(this.#pages, changes, (item) => belongs?.(item, this.#query) ?? true);
  }
}
