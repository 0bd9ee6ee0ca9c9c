import type { DeadLetterFilter, DeadLetterHours } from '../../main/contract/notification.ts';
import type { Change } from '../../main/contract/push.ts';
import { FollowedValue, type FollowSource } from '../live/followed.ts';
import { Remote } from '../live/remote.svelte.ts';

const INTERVAL_MS = 2_000;

/** How many hours back deaths are counted. */
export const SPANS = [24, 168] as const;
export type Span = (typeof SPANS)[number];

/** Dead letters by the hour in which they died, as a filter finds them. */
export class DeathHours extends FollowedValue<DeadLetterHours> {
  constructor(
    { client, feed, clock }: FollowSource,
    query: () => DeadLetterFilter & { readonly hours: Span },
  ) {
    super(
      { feed, clock, intervalMs: INTERVAL_MS },
      new Remote<DeadLetterHours>(() => client.call('deadLetters.hours', query())),
    );
  }

  protected isStale({ entity }: Change): boolean {
    return entity === 'notification' || entity === 'bulk';
  }
}
