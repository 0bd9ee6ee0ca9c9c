import type { RejectedInput } from '../../main/contract/rejected-input.ts';
import type { WindowClient } from '../client/window-client.ts';
import { FollowedList } from '../live/followed-list.svelte.ts';
import type { LiveFeed } from '../live/live-feed.svelte.ts';
import { actorText, text } from '../messages/text.svelte.ts';
import type { WindowClock } from '../time/clock.ts';

/** As many as are shown; the host keeps no more than 500. */
export const REJECTED_SHOWN = 100;

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

const TOKEN = 'token:';

/** Returns whose token something came with, as people named it. */
export const senderName = (actor: string): string =>
  (actor.startsWith(TOKEN) ? actor.slice(TOKEN.length) : actorText(actor)) ||
  text('incoming.rejected.unknownSender');

/** Returns JSON laid out for reading, and anything else as it is. */
export function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    // This is how JSON.parse says that it is no JSON.
    return body;
  }
}
