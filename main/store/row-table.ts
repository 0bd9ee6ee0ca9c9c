import type { Db } from './database.ts';
import type { Statement } from './statement.ts';

/** How a field is stored: as it is, a boolean as 0 or 1, or anything as JSON text. Null is NULL in each. */
type Codec = 'plain' | 'flag' | 'json';

export interface TableDescription<Row, Flat> {
  readonly table: string;
  /** Every field of a row. Its column has the same name in snake case unless `columns` gives another. */
  readonly fields: { readonly [Field in keyof Flat]-?: Codec };
  readonly columns?: { readonly [Field in keyof Flat]?: string };
  readonly orderBy: string;
  /** Only where a row is more than its fields. */
  readonly toFlat?: (row: Row) => Flat;
  readonly toRow?: (flat: Flat) => Row;
}

type Bindable = Readonly<Record<string, unknown>>;

const snakeCase = (field: string): string =>
  field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const encoded: Record<Codec, (value: unknown) => unknown> = {
  plain: (value) => value,
  flag: (value) => (value === null ? null : Number(value)),
  json: (value) => (value === null ? null : JSON.stringify(value)),
};

const decoded: Record<Codec, (value: unknown) => unknown> = {
  plain: (value) => value,
  flag: (value) => (value === null ? null : value === 1),
  json: (value) => (value === null ? null : (JSON.parse(value as string) as unknown)),
};

/** A table whose statements derive from the list of its fields. `id` is the key. */
export class RowTable<Row extends { readonly id: string }, Flat extends object = Row> {
  readonly #db: Db;
  readonly #description: TableDescription<Row, Flat>;
  readonly #codecs: readonly (readonly [field: string, codec: Codec])[];
  readonly #all: () => Row[];
  readonly #byId: (id: string) => Row[];
  readonly #count;
  readonly #put: Statement<[Bindable], unknown>;
  readonly #delete;

  constructor(db: Db, description: TableDescription<Row, Flat>) {
    const { table, orderBy } = description;
    this.#db = db;
    this.#description = description;
    this.#codecs = Object.entries<Codec>(description.fields);
    const fields = Object.keys(description.fields);
    const names = fields.map((field) => this.#column(field));
    const changes = names.filter((name) => name !== 'id').map((it) => `${it} = excluded.${it}`);
    this.#all = this.select(`ORDER BY ${orderBy}`);
    this.#byId = this.select<[string]>('WHERE id = ?');
    this.#count = db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck();
    this.#put = db.prepare<Bindable>(
      `INSERT INTO ${table} (${names.join(', ')}) VALUES (${fields.map((it) => `@${it}`).join(', ')})
       ON CONFLICT (id) DO UPDATE SET ${changes.join(', ')}`,
    );
    this.#delete = db.prepare<[string]>(`DELETE FROM ${table} WHERE id = ?`);
  }

  /** In the order of the description. */
  all(): Row[] {
    return this.#all();
  }

  byId(id: string): Row | null {
    return this.#byId(id)[0] ?? null;
  }

  count(): number {
    return this.#count.get() ?? 0;
  }

  /** Inserts the row, or replaces all of it. */
  put(row: Row): void {
    this.#put.run(this.#bound(row));
  }

  delete(id: string): boolean {
    return this.#delete.run(id).changes === 1;
  }

  /** Prepares a query of whole rows, of which `rest` is what follows FROM. */
  protected select<Bound extends unknown[]>(rest: string): (...bound: Bound) => Row[] {
    const columns = this.#codecs.map(([field]) => `${this.#column(field)} AS "${field}"`);
    const query = this.#db.prepare<Bound, Bindable>(
      `SELECT ${columns.join(', ')} FROM ${this.#description.table} ${rest}`,
    );
    return (...bound) => query.all(...bound).map((stored) => this.#row(stored));
  }

  /** Prepares an update of some fields, or all, which does nothing unless the stored row meets `guard`. */
  protected update(
    guard: string,
    fields: readonly (keyof Flat & string)[] | null = null,
  ): (row: Row, extra?: Bindable) => boolean {
    const changes = (fields ?? this.#codecs.map(([field]) => field))
      .filter((field) => field !== 'id')
      .map((field) => `${this.#column(field)} = @${field}`);
    const statement = this.#db.prepare<Bindable>(
      `UPDATE ${this.#description.table} SET ${changes.join(', ')} WHERE id = @id ${guard}`,
    );
    return (row, extra) => statement.run({ ...this.#bound(row), ...extra }).changes === 1;
  }

  #column(field: string): string {
    return this.#description.columns?.[field as keyof Flat] ?? snakeCase(field);
  }

  #bound(row: Row): Bindable {
    const { toFlat = (it) => it as unknown as Flat } = this.#description;
    const flat = toFlat(row) as Record<string, unknown>;
    return Object.fromEntries(
      this.#codecs.map(([field, codec]) => [field, encoded[codec](flat[field])]),
    );
  }

  #row(stored: Bindable): Row {
    const { toRow = (it) => it as unknown as Row } = this.#description;
    const flat = this.#codecs.map(([field, codec]) => [field, decoded[codec](stored[field])]);
    return toRow(Object.fromEntries(flat) as Flat);
  }
}
