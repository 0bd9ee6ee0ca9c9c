import type { ChannelActivities, ChannelActivity } from '../../main/contract/overview.ts';
import type { Change } from '../../main/contract/push.ts';
import { FollowedValue, type FollowSource } from '../live/followed.ts';
import { Remote } from '../live/remote.svelte.ts';

/** Often enough for a glance, and seldom enough for a busy host. */
const INTERVAL_MS = 2_000;

/** The last 24 hours of all channels, fetched in one call, again when something was sent or failed. */
export class ActivityFeed extends FollowedValue<ChannelActivities> {
  constructor({ client, feed, clock }: FollowSource) {
    super(
      { feed, clock, intervalMs: INTERVAL_MS },
      new Remote<ChannelActivities>(() => client.call('channels.activity', {})),
    );
  }

  /** Loads and follows until the returned function is called. */
  open(): () => void {
    this.reload();
    return this.follow();
  }

  /** Returns what a channel did; null until it is known. */
  of(id: string): ChannelActivity | null {
    return this.value?.items.find((item) => item.id === id) ?? null;
  }

  protected isStale({ entity }: Change): boolean {
    return entity === 'notification';
  }
}
