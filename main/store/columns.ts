/** How a field is stored: as it is, a boolean as 0 or 1, or anything as JSON text. Null is NULL in each. */
type Codec = 'plain' | 'flag' | 'json';

/** Every field of a row. Its column has the same name in snake case unless a column, or an expression, is given. */
export type Fields<Row> = {
  readonly [Field in keyof Row]-?: Codec | readonly [codec: Codec, column: string];
};

type Stored = Record<string, unknown>;

export const snakeCase = (field: string): string =>
  field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The columns of a table as the fields of a row. */
export class Columns<Row extends object> {
  /** Each column under the name of its field; for SELECT and RETURNING. */
  readonly list: string;
  readonly fields: readonly string[];
  readonly #columns: ReadonlyMap<string, string>;
  readonly #flags: readonly string[];
  readonly #json: readonly string[];

  constructor(fields: Fields<Row>) {
    const entries = Object.entries(fields as Fields<Stored>).map(([field, it]) => {
      const [codec, column] = typeof it === 'string' ? [it, snakeCase(field)] : it;
      return { field, codec, column };
    });
    const coded = (codec: Codec) => entries.filter((it) => it.codec === codec);
    this.fields = entries.map(({ field }) => field);
    this.list = entries.map(({ field, column }) => `${column} AS "${field}"`).join(', ');
    this.#columns = new Map(entries.map(({ field, column }) => [field, column]));
    this.#flags = coded('flag').map(({ field }) => field);
    this.#json = coded('json').map(({ field }) => field);
  }

  column(field: string): string {
    return this.#columns.get(field) ?? snakeCase(field);
  }

  /** Makes a row of what `list` selected, in place. */
  readonly decode = (selected: object): Row => {
    const row = selected as Stored;
    for (const field of this.#flags) if (row[field] !== null) row[field] = row[field] === 1;
    for (const field of this.#json) {
      if (row[field] !== null) row[field] = JSON.parse(row[field] as string) as unknown;
    }
    return row as Row;
  };

  /** Returns a copy of a row, or of some of its fields and others, to bind by their names. */
  encode(row: object): object {
    const bound = { ...row } as Stored;
    for (const field of this.#flags) {
      if (typeof bound[field] === 'boolean') bound[field] = Number(bound[field]);
    }
    for (const field of this.#json) {
      const value = bound[field];
      if (value !== null && value !== undefined) bound[field] = JSON.stringify(value);
    }
    return bound;
  }
}

/** A LIKE pattern (ESCAPE '\') that finds the words anywhere; null when there is nothing to search for. */
export const likePattern = (words: string | undefined): string | null =>
  words === undefined || words === '' ? null : `%${words.replace(/[\\%_]/g, '\\$&')}%`;
