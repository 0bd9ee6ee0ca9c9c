import type { AuditEntry } from '../contract/system.ts';
import type { Db } from './database.ts';

/** An entry without its sentence. Its reason never holds a secret. */
export type AuditRow = Omit<AuditEntry, 'detail'>;
export type NewAuditEntry = Omit<AuditRow, 'id'>;

type Stored = Omit<AuditRow, 'reason'> & { readonly reason: string };

export interface AuditPage {
  /** Null for every subject. */
  readonly subject: string | null;
  /** Only entries older than the one with this id; null from the newest on. */
  readonly before: number | null;
  readonly limit: number;
}

const PAGE = 'SELECT id, at, actor, action, subject, reason FROM audit_log';

/** Who did what. Append only; retention prunes it. */
export class AuditTable {
  readonly #insert;
  readonly #all;
  readonly #ofSubject;

  constructor(db: Db) {
    this.#insert = db.prepare<Omit<Stored, 'id'>>(
      `INSERT INTO audit_log (at, actor, action, subject, reason)
       VALUES (@at, @actor, @action, @subject, @reason)`,
    );
    this.#all = db.prepare<AuditPage, Stored>(
      `${PAGE} WHERE id < coalesce(@before, 9223372036854775807) ORDER BY id DESC LIMIT @limit`,
    );
    this.#ofSubject = db.prepare<AuditPage, Stored>(
      `${PAGE} WHERE subject = @subject AND id < coalesce(@before, 9223372036854775807)
       ORDER BY id DESC LIMIT @limit`,
    );
  }

  append(entry: NewAuditEntry): void {
    this.#insert.run({ ...entry, reason: JSON.stringify(entry.reason) });
  }

  /** Newest first. */
  list(page: AuditPage): AuditRow[] {
    const stored = (page.subject === null ? this.#all : this.#ofSubject).all(page);
    return stored.map((row) => ({ ...row, reason: JSON.parse(row.reason) as AuditRow['reason'] }));
  }
}
