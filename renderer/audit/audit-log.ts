import type { AuditEntry } from '../../main/contract/system.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { LiveFeed } from '../live/live-feed.svelte.ts';
import { PagedList } from '../live/paged-list.svelte.ts';
import type { WindowClock } from '../time/clock.ts';

const PAGE_SIZE = 100;

/** The actions of operators on one subject, or on all (null), newest first. They are not pushed. */
export class AuditLog extends PagedList<AuditEntry, { readonly subject: string | null }> {
  constructor(client: WindowClient, feed: LiveFeed, clock: WindowClock) {
    super({
      feed,
      clock,
      first: { subject: null },
      pageSize: PAGE_SIZE,
      fetch: ({ subject }, cursor) =>
        client.call('audit.list', {
          limit: PAGE_SIZE,
          ...(subject !== null && { subject }),
          ...(cursor !== null && { cursor }),
        }),
    });
  }
}
