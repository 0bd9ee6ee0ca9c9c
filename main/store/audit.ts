import type { Db } from './database.ts';

export interface AuditEntry {
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  /** For people; never holds a secret. */
  readonly detail: string;
}

/** Who did what. Append only; retention prunes it. */
export class AuditTable {
  readonly #insert;

  constructor(db: Db) {
    this.#insert = db.prepare<AuditEntry>(
      `INSERT INTO audit_log (at, actor, action, subject, detail)
       VALUES (@at, @actor, @action, @subject, @detail)`,
    );
  }

  append(entry: AuditEntry): void {
    this.#insert.run(entry);
  }
}
