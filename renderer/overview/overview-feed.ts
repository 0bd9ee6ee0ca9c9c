import type { Overview } from '../../main/contract/overview.ts';
import type { Change } from '../../main/contract/push.ts';
import { FollowedValue, type FollowSource } from '../live/followed.ts';
import { Remote } from '../live/remote.svelte.ts';

/** Often enough for a glance, and seldom enough for a busy host. */
const INTERVAL_MS = 2_000;

const CONCERNS: ReadonlySet<Change['entity']> = new Set<Change['entity']>([
  'alert',
  'notification',
  'channel',
  'heartbeat',
  'status',
  'suppression',
]);

/** The content of the first view, fetched whole again while it is shown, at most once in two seconds. */
export class OverviewFeed extends FollowedValue<Overview> {
  constructor({ client, feed, clock }: FollowSource) {
    super(
      { feed, clock, intervalMs: INTERVAL_MS },
      new Remote<Overview>(() => client.call('overview.get', {})),
    );
  }

  /** Loads and follows until the returned function is called. */
  open(): () => void {
    this.reload();
    return this.follow();
  }

  protected isStale({ entity }: Change): boolean {
    return CONCERNS.has(entity);
  }
}
