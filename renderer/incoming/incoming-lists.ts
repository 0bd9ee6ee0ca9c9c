import type { MappedWebhook } from '../../main/contract/mapped-webhook.ts';
import type { RejectedInput } from '../../main/contract/rejected-input.ts';
import type { WindowClient } from '../client/window-client.ts';
import { FollowedList } from '../live/followed-list.svelte.ts';
import type { LiveFeed } from '../live/live-feed.svelte.ts';
import type { WindowClock } from '../time/clock.ts';

/** As many as are shown; the host keeps no more than 500. */
export const REJECTED_SHOWN = 100;

export const followMappedWebhooks = (
  client: WindowClient,
  feed: LiveFeed,
  clock: WindowClock,
): FollowedList<MappedWebhook> =>
  new FollowedList({
    feed,
    clock,
    fetch: () => client.call('mappedWebhooks.list', {}),
    concerns: ({ entity }) => entity === 'mappings',
  });

export const followRejected = (
  client: WindowClient,
  feed: LiveFeed,
  clock: WindowClock,
): FollowedList<RejectedInput> =>
  new FollowedList({
    feed,
    clock,
    fetch: () => client.call('rejected.list', { limit: REJECTED_SHOWN }),
    concerns: ({ entity }) => entity === 'rejected',
  });
