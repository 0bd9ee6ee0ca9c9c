import type { Notification, NotificationStatus } from '../../main/contract/notification.ts';
import type { Change } from '../../main/contract/push.ts';
import type { Failure } from '../../main/contract/result.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FeedListener, LiveFeed } from '../live/live-feed.svelte.ts';
import { PendingRequests } from '../live/pending-requests.ts';
import type { WindowClock } from '../time/clock.ts';
import { Throttle } from '../time/throttle.ts';

export const PAGE_SIZE = 50;
const REFRESH_INTERVAL_MS = 250;

export interface NotificationQuery {
  /** Null shows every status. */
  readonly status: NotificationStatus | null;
  readonly channelId: string | null;
  /** Of dead letters, those of one group; null shows all. */
  readonly group: string | null;
  readonly search: string;
  /** From 1. */
  readonly page: number;
}

const EVERYTHING: NotificationQuery = {
  status: null,
  channelId: null,
  group: null,
  search: '',
  page: 1,
};

interface Rows {
  readonly items: readonly Notification[];
  readonly total: number;
}

/**
 * One page of notifications, kept live: a pushed row that is shown is replaced, or leaves when it no longer
 * matches, and the page is then fetched again, at most four times a second, for its true rows and total.
 * Another query empties the page first, so rows of one tab are never shown under another.
 */
export class NotificationList implements FeedListener {
  readonly #client: WindowClient;
  readonly #feed: LiveFeed;
  readonly #refresh: Throttle;
  #query = $state.raw<NotificationQuery>(EVERYTHING);
  #rows = $state.raw<Rows | null>(null);
  #failure = $state.raw<Failure | null>(null);
  readonly #questions = new PendingRequests<Change>();
  #openings = 0;

  constructor(
    client: WindowClient,
    feed: LiveFeed,
    clock: WindowClock,
    first: Partial<NotificationQuery> = {},
  ) {
    this.#client = client;
    this.#feed = feed;
    this.#query = { ...EVERYTHING, ...first };
    this.#refresh = new Throttle(clock, REFRESH_INTERVAL_MS, () => void this.#load());
  }

  get query(): NotificationQuery {
    return this.#query;
  }

  /** Null while this query's answer is awaited. */
  get items(): readonly Notification[] | null {
    return this.#rows?.items ?? null;
  }

  get total(): number {
    return this.#rows?.total ?? 0;
  }

  get pages(): number {
    return Math.max(1, Math.ceil(this.total / PAGE_SIZE));
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  /** Loads and follows the page until the returned function is called. */
  open(): () => void {
    const leave = this.#feed.listen(this);
    this.#openings += 1;
    this.reload();
    return () => {
      leave();
      this.#openings -= 1;
      this.#refresh.stop();
    };
  }

  /** Changes the query; anything but a page number begins at the first page. */
  show(change: Partial<NotificationQuery>): void {
    const next = { ...this.#query, page: 1, ...change };
    if (JSON.stringify(next) === JSON.stringify(this.#query)) return;
    this.#query = next;
    this.#rows = null;
    this.#failure = null;
    this.#questions.drop();
    void this.#load();
  }

  reload(): void {
    this.#refresh.request();
  }

  /** Fetches again if the list is shown; after an action, in case its push is late. */
  refresh(): void {
    if (this.#openings > 0) this.reload();
  }

  /** Takes out a row that an action has just moved on, without waiting for its push. */
  drop(id: string): void {
    this.#take([{ entity: 'notification', id, value: null }]);
    this.refresh();
  }

  changed(changes: readonly Change[]): void {
    const mine = changes.filter(({ entity }) => entity === 'notification');
    // Bulk work may change more of them than are pushed one by one.
    const isBulk = changes.some(({ entity }) => entity === 'bulk');
    if (mine.length === 0 && !isBulk) return;
    this.#take(mine);
    this.reload();
  }

  missed(): void {
    this.reload();
  }

  async #load(): Promise<void> {
    const question = this.#questions.ask();
    const { status, channelId, group, search, page } = this.#query;
    const answer = await this.#client.call('notifications.list', {
      page,
      per_page: PAGE_SIZE,
      ...(status !== null && { status: [status] }),
      ...(channelId !== null && { channelId }),
      ...(group !== null && { group }),
      ...(search !== '' && { q: search }),
    });
    const since = this.#questions.answered(question);
    if (!since) return;
    if (!answer.ok) {
      this.#failure = answer.error;
      return;
    }
    this.#failure = null;
    this.#rows = { items: answer.value.data, total: answer.value.total };
    for (const change of since) this.#apply(change);
    // The last page may have emptied while it was shown.
    if (answer.value.data.length === 0 && page > this.pages) this.show({ page: this.pages });
  }

  #take(changes: readonly Change[]): void {
    this.#questions.note(changes);
    for (const change of changes) this.#apply(change);
  }

  #apply(change: Change): void {
    if (change.entity !== 'notification' || !this.#rows) return;
    const { items, total } = this.#rows;
    if (!items.some(({ id }) => id === change.id)) return;
    const { value } = change;
    const stays = value && (this.#query.status === null || value.status === this.#query.status);
    this.#rows = stays
      ? { items: items.map((item) => (item.id === value.id ? value : item)), total }
      : { items: items.filter(({ id }) => id !== change.id), total: total - 1 };
  }
}
