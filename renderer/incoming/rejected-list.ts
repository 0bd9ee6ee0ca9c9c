import type { RejectedInput } from '../../main/contract/rejected-input.ts';
import type { FollowSource } from '../live/followed.ts';
import { FollowedList } from '../live/followed-list.svelte.ts';
import { actorText, reasonText, text } from '../messages/text.svelte.ts';

/** As many as are shown; the host keeps no more than 500. */
export const REJECTED_SHOWN = 100;

export const followRejected = ({ client, ...follow }: FollowSource): FollowedList<RejectedInput> =>
  new FollowedList({
    ...follow,
    fetch: () => client.call('rejected.list', { limit: REJECTED_SHOWN }),
    concerns: ({ entity }) => entity === 'rejected',
  });

/** Returns why something was rejected. */
export const rejectionText = ({ reasons }: RejectedInput): string =>
  reasons.map((each) => reasonText(each)).join('; ');

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
