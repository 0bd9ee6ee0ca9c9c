import { LIMITS } from '../../main/contract/limits.ts';
import type { Notification, NotificationStatus } from '../../main/contract/notification.ts';
import type { RouteParams } from '../app/route.ts';
import type { FollowSource } from '../live/followed.ts';
import { PagedList } from '../live/paged-list.svelte.ts';

const PAGE_SIZE = 100;

export interface NotificationQuery {
  /** Null shows every status. */
  readonly status: NotificationStatus | null;
  readonly channelId: string | null;
  /** A group of dead letters; null shows all. */
  readonly group: string | null;
  readonly search: string;
}

/** Reads what a list of notifications has in the address, besides its tab. */
export const readNotifications = ({ q = '' }: RouteParams): Pick<NotificationQuery, 'search'> => ({
  search: q,
});

export const writeNotifications = ({ search }: Pick<NotificationQuery, 'search'>) => ({
  q: search === '' ? null : search,
});

const EVERYTHING: NotificationQuery = { status: null, channelId: null, group: null, search: '' };

/** The notifications that a query finds, newest first. */
export class NotificationList extends PagedList<Notification, NotificationQuery> {
  constructor({ client, ...follow }: FollowSource, first: Partial<NotificationQuery> = {}) {
    super({
      ...follow,
      first: { ...EVERYTHING, ...first },
      pageSize: PAGE_SIZE,
      fetch: async ({ status, channelId, group, search }, cursor) => {
        const answer = await client.call('notifications.list', {
          per_page: cursor === null ? PAGE_SIZE : LIMITS.pageSizeMax,
          ...(status !== null && { status: [status] }),
          ...(channelId !== null && { channelId }),
          ...(group !== null && { group }),
          ...(search !== '' && { q: search }),
          ...(cursor !== null && { cursor }),
        });
        if (!answer.ok) return answer;
        const { data, ...found } = answer.value;
        return { ok: true, value: { items: data, ...found } };
      },
      // Bulk work may change more of them than are pushed one by one.
      rowOf: (change) => (change.entity === 'notification' ? change : change.entity === 'bulk'),
      belongs: (item, { status }) => status === null || item.status === status,
    });
  }
}
