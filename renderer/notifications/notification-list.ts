import type { Notification, NotificationStatus } from '../../main/contract/notification.ts';
import type { RouteParams } from '../app/route.ts';
import type { FollowSource } from '../live/followed.ts';
import { PagedList } from '../live/paged-list.svelte.ts';

const PAGE_SIZE = 50;

export interface NotificationQuery {
  /** Null shows every status. */
  readonly status: NotificationStatus | null;
  readonly channelId: string | null;
  /** A group of dead letters; null shows all. */
  readonly group: string | null;
  readonly search: string;
  /** From 1. */
  readonly page: number;
}

/** Reads what a list of notifications has in the address, besides its tab. */
export const readNotifications = ({
  q = '',
  page = '',
}: RouteParams): Pick<NotificationQuery, 'search' | 'page'> => ({
  search: q,
  page: /^[1-9]\d{0,8}$/.test(page) ? Number(page) : 1,
});

export const writeNotifications = ({
  search,
  page,
}: Pick<NotificationQuery, 'search' | 'page'>) => ({
  q: search === '' ? null : search,
  page: page === 1 ? null : String(page),
});

const EVERYTHING: NotificationQuery = {
  status: null,
  channelId: null,
  group: null,
  search: '',
  page: 1,
};

/** One numbered page of notifications. */
export class NotificationList extends PagedList<Notification, NotificationQuery> {
  readonly pageSize = PAGE_SIZE;

  constructor({ client, ...follow }: FollowSource, first: Partial<NotificationQuery> = {}) {
    super({
      ...follow,
      first: { ...EVERYTHING, ...first },
      pageSize: PAGE_SIZE,
      fetch: async ({ status, channelId, group, search, page }) => {
        const answer = await client.call('notifications.list', {
          page,
          per_page: PAGE_SIZE,
          ...(status !== null && { status: [status] }),
          ...(channelId !== null && { channelId }),
          ...(group !== null && { group }),
          ...(search !== '' && { q: search }),
        });
        if (!answer.ok) return answer;
        const { data, total, totalIsAtLeast } = answer.value;
        return { ok: true, value: { items: data, total, totalIsAtLeast, nextCursor: null } };
      },
      // Bulk work may change more of them than are pushed one by one.
      rowOf: (change) => (change.entity === 'notification' ? change : change.entity === 'bulk'),
      belongs: (item, { status }) => status === null || item.status === status,
    });
  }

  get pages(): number {
    return Math.max(1, Math.ceil(this.total / PAGE_SIZE));
  }

  /** Changes the query; anything but a page number starts at the first page. */
  override show(change: Partial<NotificationQuery>): void {
    super.show({ page: 1, ...change });
  }

  override async load(): Promise<void> {
    await super.load();
    // The last page may have emptied while it was shown.
    if (this.items?.length === 0 && this.query.page > this.pages) this.show({ page: this.pages });
  }
}
