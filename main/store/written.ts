/** A value that SQLite stores. */
export type StoredValue = number | bigint | string | Buffer | null;

/** A statement that wrote, and the values that were bound to it: in order for `?`, by name for `@name`. */
export interface Written {
  readonly sql: string;
  readonly values: readonly StoredValue[] | Readonly<Record<string, StoredValue>>;
}

const NAMES = /@(\w+)/g;

/** By the text of a statement; statements are few. */
const namesIn = new Map<string, readonly string[]>();

function namesOf(sql: string): readonly string[] {
  let names = namesIn.get(sql);
  if (!names) {
    names = [...new Set([...sql.matchAll(NAMES)].map(([, name = '']) => name))];
    namesIn.set(sql, names);
  }
  return names;
}

/** Returns the values that a statement takes of what it was given, which may have other fields. */
function takenFrom(sql: string, bound: object): Written['values'] {
  if (Array.isArray(bound)) return [...(bound as StoredValue[])];
  const given = bound as Readonly<Record<string, StoredValue | undefined>>;
  const taken: Record<string, StoredValue> = {};
  for (const name of namesOf(sql)) {
    const value = given[name];
    if (value !== undefined) taken[name] = value;
  }
  return taken;
}

/** Keeps the statements of one transaction that wrote, in order. */
export class Recording {
  readonly #written: Written[] = [];

  get written(): readonly Written[] {
    return this.#written;
  }

  note(sql: string, bound: object): void {
    this.#written.push({ sql, values: takenFrom(sql, bound) });
  }

  /** Returns where it stands, for `backTo`. */
  get mark(): number {
    return this.#written.length;
  }

  /** Forgets what was noted since a mark, as SQLite does at a rollback to a savepoint. */
  backTo(mark: number): void {
    this.#written.length = mark;
  }
}
