import { LIMITS } from '../../main/contract/limits.ts';
import type { Notification } from '../../main/contract/notification.ts';
import type { FollowSource } from '../live/followed.ts';
import { PagedList } from '../live/paged-list.svelte.ts';
import { EVERYTHING, listInput, type NotificationQuery } from './notification-query.ts';

const PAGE_SIZE = 100;

/** The notifications that a query finds, newest first. */
export class NotificationList extends PagedList<Notification, NotificationQuery> {
  readonly #clock: FollowSource['clock'];

  constructor({ client, ...follow }: FollowSource, first: Partial<NotificationQuery> = {}) {
    const { clock } = follow;
    super({
      ...follow,
      first: { ...EVERYTHING, ...first },
      pageSize: PAGE_SIZE,
      fetch: async (query, cursor) => {
        const answer = await client.call('notifications.list', {
          per_page: cursor === null ? PAGE_SIZE : LIMITS.pageSizeMax,
          ...listInput(query, clock.now()),
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
    this.#clock = clock;
  }

  /** The time by which a query that says "the last day" is meant. */
  now(): number {
    return this.#clock.now();
  }
}
