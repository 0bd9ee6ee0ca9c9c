import type { Alert } from '../../main/contract/alert.ts';
import type { Change } from '../../main/contract/push.ts';
import type { Failure } from '../../main/contract/result.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FeedListener, LiveFeed } from '../live/live-feed.svelte.ts';
import type { WindowClock } from '../time/clock.ts';
import { Throttle } from '../time/throttle.ts';
import {
  withChanges,
  withHead,
  withNextPage,
  type AlertChange,
  type AlertPage,
} from './alert-pages.ts';
import { TAB_STATES, belongsTo, type AlertTab } from './alert-query.ts';

const PAGE_SIZE = 100;
const REFRESH_INTERVAL_MS = 250;

/**
 * The alerts of one tab and search, newest first, loaded page by page and kept live.
 *
 * A pushed alert that is shown is replaced at once, or leaves when it no longer belongs to the tab. What is
 * new, what matches a search, and how many match in all, only the host knows, so pushes also fetch the
 * first page anew, at most four times a second. Changing tab or search empties the list: rows of one query
 * are never shown under another.
 */
export class AlertList implements FeedListener {
  readonly #client: WindowClient;
  readonly #feed: LiveFeed;
  readonly #refresh: Throttle;
  #tab = $state<AlertTab>('active');
  #search = $state('');
  #page = $state.raw<AlertPage | null>(null);
  #failure = $state.raw<Failure | null>(null);
  #loadingMore = $state(false);
  /** Counts queries and questions, so that an answer to an older one is dropped. */
  #query = 0;
  #question = 0;
  /** Changes were missed, so that of what is loaded nothing but a fresh first page can be trusted. */
  #stale = false;
  /** Changes that came while an answer was under way, which may not know them. */
  #since: AlertChange[] = [];

  constructor(client: WindowClient, feed: LiveFeed, clock: WindowClock) {
    this.#client = client;
    this.#feed = feed;
    this.#refresh = new Throttle(clock, REFRESH_INTERVAL_MS, () => void this.#loadHead());
  }

  get tab(): AlertTab {
    return this.#tab;
  }

  get search(): string {
    return this.#search;
  }

  /** Null while the first page of this query is awaited. */
  get items(): readonly Alert[] | null {
    return this.#page?.items ?? null;
  }

  get total(): number {
    return this.#page?.total ?? 0;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  get hasMore(): boolean {
    return this.#page?.nextCursor !== null && this.#page !== null;
  }

  get loadingMore(): boolean {
    return this.#loadingMore;
  }

  /** Loads and follows the list until the answer is called. */
  open(): () => void {
    const leave = this.#feed.listen(this);
    this.reload();
    return () => {
      leave();
      this.#refresh.stop();
      // A long list costs too much to draw at once when one comes back to it.
      if (this.#page && this.#page.items.length > PAGE_SIZE) this.#page = null;
    };
  }

  show(tab: AlertTab, search = this.#search): void {
    if (tab === this.#tab && search === this.#search) return;
    this.#tab = tab;
    this.#search = search;
    this.#page = null;
    this.#failure = null;
    this.#query += 1;
    // An answer under way belongs to another tab, also when this one asks nothing.
    this.#question += 1;
    void this.#loadHead();
  }

  reload(): void {
    this.#refresh.request();
  }

  async loadMore(): Promise<void> {
    const cursor = this.#page?.nextCursor;
    if (typeof cursor !== 'string' || this.#loadingMore) return;
    const query = this.#query;
    this.#loadingMore = true;
    const answer = await this.#ask(cursor);
    this.#loadingMore = false;
    if (query !== this.#query || !this.#page) return;
    // The list began anew meanwhile, and this page would leave a hole in it.
    if (this.#page.nextCursor !== cursor) return;
    if (!answer.ok) {
      this.#failure = answer.error;
      return;
    }
    this.#page = withNextPage(this.#page, answer.value);
    this.#failure = null;
  }

  /** Takes an alert that an action answered, without waiting for its push. */
  put(alert: Alert): void {
    this.#apply([{ entity: 'alert', id: alert.id, value: alert }]);
  }

  changed(changes: readonly Change[]): void {
    const mine = changes.filter((change) => change.entity === 'alert');
    // What mutes an alert shows in its row.
    const mutes = changes.some(({ entity }) => entity === 'suppression');
    if ((mine.length === 0 && !mutes) || this.#tab === 'flapping') return;
    for (const change of mine) this.#since.push(change);
    this.#apply(mine);
    this.reload();
  }

  missed(): void {
    this.#stale = true;
    this.reload();
  }

  #ask(cursor: string | null) {
    const states = TAB_STATES[this.#tab];
    return this.#client.call('alerts.list', {
      limit: PAGE_SIZE,
      ...(states && { state: states }),
      ...(this.#search !== '' && { q: this.#search }),
      ...(cursor !== null && { cursor }),
    });
  }

  async #loadHead(): Promise<void> {
    // Its conditions are in a list of their own (flapping-list.svelte.ts).
    if (this.#tab === 'flapping') return;
    const question = ++this.#question;
    this.#since = [];
    const answer = await this.#ask(null);
    if (question !== this.#question) return;
    if (!answer.ok) {
      this.#failure = answer.error;
      return;
    }
    this.#failure = null;
    this.#page = withHead(this.#stale ? null : this.#page, answer.value);
    this.#stale = false;
    this.#apply(this.#since);
  }

  #apply(changes: readonly AlertChange[]): void {
    if (!this.#page) return;
    this.#page = withChanges(this.#page, changes, (alert) => belongsTo(this.#tab, alert));
  }
}
