import { createHash } from 'node:crypto';
import { assert } from '../base/assert.ts';
import { crashAfterCommit, crashPoint } from '../base/crash-point.ts';

/** The part of a database connection that setting it up needs. */
interface Configurable {
  pragma(source: string, options?: { simple: boolean }): unknown;
}

/** The part that migrating needs. */
interface Migratable extends Configurable {
  exec(sql: string): unknown;
  /** As `exec`, for SQL that changes the text of the schema itself. */
  execOnSchema(sql: string): void;
  transaction(work: () => void): () => void;
}

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/**
 * Numbered .sql files, in order; `.schema.sql` changes constraints in the schema's text. One that has shipped is never edited: a test pins their hashes. Read
 * at the first call, since only a build can: the launcher, which opens no such database, runs without.
 */
export function migrations(): readonly Migration[] {
  known ??= numbered(
    import.meta.glob<string>('./migrations/*.sql', {
      query: '?raw',
      import: 'default',
      eager: true,
    }),
  );
  return known;
}

let known: readonly Migration[] | undefined;

const numbered = (files: Readonly<Record<string, string>>): Migration[] =>
  Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, sql], index) => {
      const name = path.slice('./migrations/'.length);
      const version = Number.parseInt(name, 10);
      assert(version === index + 1, `migration ${name} is number ${index + 1} in order`);
      return { version, name, sql };
    });

export const migrationHash = (migration: Migration): string =>
  createHash('sha256').update(migration.sql).digest('hex');

/** The file was written by a version that came after this one; its message is for people. */
export class NewerDatabase extends Error {
  override readonly name = 'NewerDatabase';
  /** A description of it, for a sentence about another file than the database in use. */
  readonly words: string;

  constructor(words: string, message: string) {
    super(message);
    this.words = words;
  }
}

/** Returns the version of the schema that a database has; 0 for an empty one. */
export const schemaOf = (db: Configurable): number =>
  db.pragma('user_version', { simple: true }) as number;

/**
 * Brings the schema up to a version, the newest unless an older one is named, each step in its own transaction.
 * Refuses a newer file before writing anything.
 */
export function migrate(db: Migratable, upTo: number = migrations().length): void {
  const current = schemaOf(db);
  if (current > migrations().length) {
    const words = `of a newer version of Belfry (schema ${current}, this one knows ${migrations().length})`;
    throw new NewerDatabase(
      words,
      `The database is ${words}. Install the newer version; the file was not touched.`,
    );
  }
  configure(db);
  for (const { version, name, sql } of migrations().slice(current, upTo)) {
    db.transaction(() => {
      if (name.endsWith('.schema.sql')) db.execOnSchema(sql);
      else db.exec(sql);
      db.pragma(`user_version = ${version}`);
      crashPoint('migration');
    })();
    crashAfterCommit();
  }
}

/** Applies what holds for a connection and not for the file: every one that is opened needs it. */
export function configure(db: Configurable): void {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('trusted_schema = OFF');
  // Sub-journals of savepoints and sorters would otherwise be files.
  db.pragma('temp_store = MEMORY');
}
