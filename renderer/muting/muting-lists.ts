import type { Change } from '../../main/contract/push.ts';
import type { Inhibition, Silence } from '../../main/contract/suppression.ts';
import type { WindowClient } from '../client/window-client.ts';
import { FollowedList } from '../live/followed-list.svelte.ts';
import type { LiveFeed } from '../live/live-feed.svelte.ts';
import type { WindowClock } from '../time/clock.ts';
import type { MaintenanceWindow } from './maintenance-form.svelte.ts';

/** Both count alerts that they match, so alerts make them old as well. */
const countsAlerts = ({ entity }: Change): boolean =>
  entity === 'suppression' || entity === 'alert';

export const followSilences = (
  client: WindowClient,
  feed: LiveFeed,
  clock: WindowClock,
): FollowedList<Silence> =>
  new FollowedList({
    feed,
    clock,
    fetch: () => client.call('silences.list', {}),
    concerns: countsAlerts,
  });

export const followMaintenance = (
  client: WindowClient,
  feed: LiveFeed,
  clock: WindowClock,
): FollowedList<MaintenanceWindow> =>
  new FollowedList({
    feed,
    clock,
    fetch: () => client.call('maintenance.list', {}),
    concerns: ({ entity }) => entity === 'suppression',
  });

export const followInhibitions = (
  client: WindowClient,
  feed: LiveFeed,
  clock: WindowClock,
): FollowedList<Inhibition> =>
  new FollowedList({
    feed,
    clock,
    fetch: () => client.call('inhibitions.list', {}),
    concerns: countsAlerts,
  });
