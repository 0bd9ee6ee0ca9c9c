import { Columns, type Fields } from './columns.ts';
import type { Bound, Db } from './database.ts';

export interface TableDescription<Row, Flat> {
  readonly table: string;
  readonly fields: Fields<Flat>;
  readonly orderBy: string;
  /** Only where a row is more than its fields. */
  readonly toFlat?: (row: Row) => Flat;
  readonly toRow?: (flat: Flat) => Row;
}

/** Statements on one connection. */
export abstract class Table {
  protected readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }
}

/** A table whose statements derive from the list of its fields. `id` is the key. */
export class RowTable<
  Row extends { readonly id: string },
  Flat extends object = Row,
> extends Table {
  readonly #description: TableDescription<Row, Flat>;
  readonly #columns: Columns<Flat>;
  readonly #put: string;

  constructor(db: Db, description: TableDescription<Row, Flat>) {
    super(db);
    this.#description = description;
    const columns = (this.#columns = new Columns(description.fields));
    const { fields } = columns;
    const names = fields.map((field) => columns.column(field));
    const changes = names.filter((name) => name !== 'id').map((it) => `${it} = excluded.${it}`);
    this.#put = `INSERT INTO ${description.table} (${names.join(', ')})
      VALUES (${fields.map((it) => `@${it}`).join(', ')})
      ON CONFLICT (id) DO UPDATE SET ${changes.join(', ')}`;
  }

  /** In the order of the description. */
  all(): Row[] {
    return this.select(`ORDER BY ${this.#description.orderBy}`);
  }

  byId(id: string): Row | null {
    return this.find('WHERE id = ?', [id]);
  }

  count(): number {
    return this.db.value<number>(`SELECT count(*) FROM ${this.#description.table}`) ?? 0;
  }

  /** Inserts the row, or replaces all of it. */
  put(row: Row): void {
    this.db.run(this.#put, this.#bound(row));
  }

  delete(id: string): boolean {
    return this.db.run(`DELETE FROM ${this.#description.table} WHERE id = ?`, [id]).changes === 1;
  }

  /** Returns whole rows; `rest` is what follows FROM. */
  protected select(rest: string, bound: Bound = []): Row[] {
    return this.db.all(this.#query(rest), bound, this.#row);
  }

  /** Returns the first of such rows; null when there is none. */
  protected find(rest: string, bound: Bound): Row | null {
    return this.db.get(this.#query(rest), bound, this.#row);
  }

  /** Updates some fields, or all, and does nothing unless the stored row meets `guard`. */
  protected update(
    row: Row,
    guard = '',
    { fields = this.#columns.fields, extra = {} }: Partial<UpdateOptions> = {},
  ): boolean {
    const changes = fields
      .filter((field) => field !== 'id')
      .map((field) => `${this.#columns.column(field)} = @${field}`);
    const sql = `UPDATE ${this.#description.table} SET ${changes.join(', ')} WHERE id = @id ${guard}`;
    return this.db.run(sql, { ...this.#bound(row), ...extra }).changes === 1;
  }

  #query(rest: string): string {
    return `SELECT ${this.#columns.list} FROM ${this.#description.table} ${rest}`;
  }

  #bound(row: Row): object {
    const { toFlat = (it) => it as unknown as Flat } = this.#description;
    return this.#columns.encode(toFlat(row));
  }

  readonly #row = (selected: object): Row => {
    const { toRow = (it) => it as unknown as Row } = this.#description;
    return toRow(this.#columns.decode(selected));
  };
}

interface UpdateOptions {
  readonly fields: readonly string[];
  /** The values that the guard compares with. */
  readonly extra: object;
}
