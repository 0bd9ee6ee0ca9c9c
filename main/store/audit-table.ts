import type { AuditEntry } from '../contract/system.ts';
import type { Db } from './database.ts';

/** `detail` is for people and never holds a secret. */
export type NewAuditEntry = Omit<AuditEntry, 'id'>;

export interface AuditPage {
  /** Null for every subject. */
  readonly subject: string | null;
  /** Only entries older than the one with this id; null from the newest on. */
  readonly before: number | null;
  readonly limit: number;
}

const PAGE = 'SELECT id, at, actor, action, subject, detail FROM audit_log';

/** Who did what. Append only; retention prunes it. */
export class AuditTable {
  readonly #insert;
  readonly #all;
  readonly #ofSubject;

  constructor(db: Db) {
    this.#insert = db.prepare<NewAuditEntry>(
      `INSERT INTO audit_log (at, actor, action, subject, detail)
       VALUES (@at, @actor, @action, @subject, @detail)`,
    );
    this.#all = db.prepare<AuditPage, AuditEntry>(
      `${PAGE} WHERE id < coalesce(@before, 9223372036854775807) ORDER BY id DESC LIMIT @limit`,
    );
    this.#ofSubject = db.prepare<AuditPage, AuditEntry>(
      `${PAGE} WHERE subject = @subject AND id < coalesce(@before, 9223372036854775807)
       ORDER BY id DESC LIMIT @limit`,
    );
  }

  append(entry: NewAuditEntry): void {
    this.#insert.run(entry);
  }

  /** Newest first. */
  list(page: AuditPage): AuditEntry[] {
    return (page.subject === null ? this.#all : this.#ofSubject).all(page);
  }
}
