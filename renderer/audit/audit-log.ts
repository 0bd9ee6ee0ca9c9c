import type { AuditEntry } from '../../main/contract/system.ts';
import type { FollowSource } from '../live/followed.ts';
import { PagedList } from '../live/paged-list.svelte.ts';

const PAGE_SIZE = 100;

/** The actions of operators on one subject, or on all (null), newest first. They are not pushed. */
export class AuditLog extends PagedList<AuditEntry, { readonly subject: string | null }> {
  constructor({ client, ...follow }: FollowSource) {
    super({
      ...follow,
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
