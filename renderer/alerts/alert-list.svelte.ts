import type { Alert } from '../../main/contract/alert.ts';
import type { Change } from '../../main/contract/push.ts';
import type { Failure } from '../../main/contract/result.ts';
import { ChosenRows } from '../bulk/chosen-rows.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FeedListener, LiveFeed } from '../live/live-feed.svelte.ts';
import { PendingRequests } from '../live/pending-requests.ts';
import type { WindowClock } from '../time/clock.ts';
import { Throttle } from '../time/throttle.ts';
import {
  TAB_STATES,
  belongsTo,
  withChanges,
  withHead,
  withNextPage,
  type AlertChange,
  type AlertPage,
  type AlertTab,
} from './alert-pages.ts';

const PAGE_SIZE = 100;
const REFRESH_INTERVAL_MS = 250;

/**
 * The alerts of one tab and search, newest first, loaded page by page and kept live.
 *
 * A pushed alert that is shown is replaced at once, or leaves when it no longer belongs to the tab. Only the
 * host knows what is new, what matches a search and the total, so pushes also fetch the first page again, at
 * most four times a second. Changing tab or search empties the list: rows of one query are never shown under
 * another.
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
  readonly #heads = new PendingRequests<AlertChange>();
  readonly #nextPages = new PendingRequests<AlertChange>();
  /** True after missed changes: only a fresh first page can be trusted then. */
  #stale = false;

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

  /** Loads and follows the list until the returned function is called. */
  open(): () => void {
    const leave = this.#feed.listen(this);
    // Nobody listened while it was closed.
    this.missed();
    return () => {
      leave();
      this.#refresh.stop();
      // A long list costs too much to draw at once on return.
      if (this.#page && this.#page.items.length > PAGE_SIZE) this.#page = null;
    };
  }

  show(tab: AlertTab, search = this.#search): void {
    if (tab === this.#tab && search === this.#search) return;
    this.#tab = tab;
    this.#search = search;
    this.#page = null;
    this.#failure = null;
    this.#startOver();
    void this.#loadHead();
  }

  reload(): void {
    this.#refresh.request();
  }

  async loadMore(): Promise<void> {
    const cursor = this.#page?.nextCursor;
    if (typeof cursor !== 'string' || this.#loadingMore) return;
    const question = this.#nextPages.ask();
    this.#loadingMore = true;
    const answer = await this.#ask(cursor);
    const since = this.#nextPages.answered(question);
    if (!since) return;
    this.#loadingMore = false;
    // The list was started over meanwhile, and this page would leave a hole in it.
    if (this.#page?.nextCursor !== cursor) return;
    if (!answer.ok) {
      this.#failure = answer.error;
      return;
    }
    this.#page = withNextPage(this.#page, answer.value);
    this.#failure = null;
    this.#apply(since);
  }

  /** Takes an alert that an action returned, without waiting for its push. */
  put(alert: Alert): void {
    this.#take([{ entity: 'alert', id: alert.id, value: alert }]);
  }

  changed(changes: readonly Change[]): void {
    const mine = changes.filter((change) => change.entity === 'alert');
    // A row shows what mutes its alert.
    const mutes = changes.some(({ entity }) => entity === 'suppression');
    if ((mine.length === 0 && !mutes) || this.#tab === 'flapping') return;
    this.#take(mine);
    this.reload();
  }

  missed(): void {
    this.#stale = true;
    this.#startOver();
    this.reload();
  }

  /** Drops the answers to all requests that are under way. */
  #startOver(): void {
    this.#heads.drop();
    this.#nextPages.drop();
    this.#loadingMore = false;
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
    // Flapping conditions have their own list (flapping-list.svelte.ts).
    if (this.#tab === 'flapping') return;
    const question = this.#heads.ask();
    const answer = await this.#ask(null);
    const since = this.#heads.answered(question);
    if (!since) return;
    if (!answer.ok) {
      this.#failure = answer.error;
      return;
    }
    this.#failure = null;
    this.#page = withHead(this.#stale ? null : this.#page, answer.value);
    this.#stale = false;
    this.#apply(since);
  }

  #take(changes: readonly AlertChange[]): void {
    this.#heads.note(changes);
    this.#nextPages.note(changes);
    this.#apply(changes);
  }

  #apply(changes: readonly AlertChange[]): void {
    if (!this.#page) return;
    this.#page = withChanges(this.#page, changes, (alert) => belongsTo(this.#tab, alert));
  }
}

/** The ticked alerts of a list; all of them are, for the contract, what the search finds. */
export const chosenAlerts = (alerts: AlertList) =>
  new ChosenRows(alerts, () => ({
    filter: alerts.search === '' ? {} : { q: alerts.search },
  }));
export type ChosenAlerts = ReturnType<typeof chosenAlerts>;
