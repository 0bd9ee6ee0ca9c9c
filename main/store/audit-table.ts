import type { AuditEntry } from '../contract/system.ts';
import { Columns } from './columns.ts';
import { Table } from './row-table.ts';

/** An entry without its sentence. Its reason never holds a secret. */
export type AuditRow = Omit<AuditEntry, 'detail'>;
export type NewAuditEntry = Omit<AuditRow, 'id'>;

export interface AuditPage {
  /** Null for every subject. */
  readonly subject: string | null;
  /** Only entries older than the one with this id; null from the newest on. */
  readonly before: number | null;
  readonly limit: number;
}

const ENTRY = new Columns<AuditRow>({
  id: 'plain',
  at: 'plain',
  actor: 'plain',
  action: 'plain',
  subject: 'plain',
  reason: 'json',
});

/** The audit log: who did what. Append only; retention prunes it. */
export class AuditTable extends Table {
  append(entry: NewAuditEntry): void {
    this.db.run(
      `INSERT INTO audit_log (at, actor, action, subject, reason)
       VALUES (@at, @actor, @action, @subject, @reason)`,
      { ...entry, reason: JSON.stringify(entry.reason) },
    );
  }

  /** Newest first. */
  list(page: AuditPage): AuditRow[] {
    const ofSubject = page.subject === null ? '' : 'subject = @subject AND';
    return this.db.all(
      `SELECT ${ENTRY.list} FROM audit_log
       WHERE ${ofSubject} id < coalesce(@before, 9223372036854775807) ORDER BY id DESC LIMIT @limit`,
      page,
      ENTRY.decode,
    );
  }
}
