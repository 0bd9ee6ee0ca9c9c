import type { ShownRoute } from '../../main/contract/route.ts';
import type { WindowClient } from '../client/window-client.ts';
import { FollowedList } from '../live/followed-list.svelte.ts';
import type { LiveFeed } from '../live/live-feed.svelte.ts';
import type { WindowClock } from '../time/clock.ts';

/** All routes, in the order in which they are asked. */
export const followRoutes = (
  client: WindowClient,
  feed: LiveFeed,
  clock: WindowClock,
): FollowedList<ShownRoute> =>
  new FollowedList({
    feed,
    clock,
    fetch: () => client.call('routes.list', {}),
    concerns: ({ entity }) => entity === 'routes',
  });
