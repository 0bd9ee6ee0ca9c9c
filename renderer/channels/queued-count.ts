import type { NotificationStatus } from '../../main/contract/notification.ts';
import { ok } from '../../main/contract/result.ts';
import type { FollowSource } from '../live/followed.ts';
import { Detail } from '../live/detail.svelte.ts';

/** Counts a channel's notifications of these statuses, and follows the count while it is shown. */
export const queuedCount = (
  { client, ...follow }: FollowSource,
  status: NotificationStatus[],
): Detail<number> =>
  new Detail({
    ...follow,
    fetch: async (channelId) => {
      const answer = await client.call('notifications.list', { channelId, status, per_page: 1 });
      return answer.ok ? ok(answer.value.total) : answer;
    },
    concerns: (change, shown) =>
      change.entity === 'bulk' ||
      (change.entity === 'notification' && change.value?.channelId === shown),
  });
