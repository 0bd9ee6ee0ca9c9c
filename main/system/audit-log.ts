import type { Output, ParsedInput } from '../contract/methods.ts';
import { ok, type Result } from '../contract/result.ts';
import type { RenderReason } from '../messages/reasons.ts';
import type { AuditTable } from '../store/audit-table.ts';
import { refuseField } from '../messages/failures.ts';

export interface AuditLogDeps {
  readonly audit: AuditTable;
  readonly render: RenderReason;
}

/** The operators' actions, page by page. */
export class AuditLog {
  readonly #deps: AuditLogDeps;

  constructor(deps: AuditLogDeps) {
    this.#deps = deps;
  }

  list(query: ParsedInput<'audit.list'>): Result<Output<'audit.list'>> {
    const { subject = null, cursor, limit } = query;
    const before = cursor === undefined ? null : Number(cursor);
    if (before !== null && !(Number.isSafeInteger(before) && before > 0)) {
      return refuseField('invalid_input', 'cursor', { code: 'issue.cursor', params: {} });
    }
    const { audit, render } = this.#deps;
    const items = audit.list({ subject, before, limit }).map((row) => ({
      ...row,
      detail: row.reason ? render(row.reason) : '',
    }));
    const last = items.length === limit ? items.at(-1) : undefined;
    return ok({ items, nextCursor: last ? String(last.id) : null });
  }
}
