import type { AuditEntry } from '../contract/system.ts';
import type { RenderReason } from '../messages/reasons.ts';
import { fail, ok } from '../contract/result.ts';
import type { Handlers } from './dispatch.ts';

export interface AuditHandlersDeps {
  readonly tables: {
    /** The store's table, which transport does not import. */
    readonly audit: {
      list(page: {
        readonly subject: string | null;
        readonly before: number | null;
        readonly limit: number;
      }): Omit<AuditEntry, 'detail'>[];
    };
  };
  readonly render: RenderReason;
}

/** The contract's method about what operators did. */
export function auditHandlers({
  tables: { audit },
  render,
}: AuditHandlersDeps): Pick<Handlers, 'audit.list'> {
  return {
    'audit.list': ({ subject = null, cursor, limit }) => {
      const before = cursor === undefined ? null : Number(cursor);
      if (before !== null && !(Number.isSafeInteger(before) && before > 0)) {
        return fail('invalid_input', 'cursor: must be the nextCursor of an earlier page');
      }
      const items = audit.list({ subject, before, limit }).map((row) => ({
        ...row,
        detail: row.reason ? render(row.reason) : '',
      }));
      const last = items.length === limit ? items.at(-1) : undefined;
      return ok({ items, nextCursor: last ? String(last.id) : null });
    },
  };
}
