/** What a write did. */
export interface RunResult {
  readonly changes: number;
  readonly lastInsertRowid: number | bigint;
}

/** A statement of the library that is bound to one connection. */
export interface NativeStatement {
  run(...bound: unknown[]): RunResult;
  get(...bound: unknown[]): unknown;
  all(...bound: unknown[]): unknown[];
  pluck(): unknown;
}

/** The connection that statements run on; another one after it had to be opened anew. */
export interface Connection {
  /** Changes with every connection. */
  readonly generation: number;
  /** Throws StoreUnavailable while there is none. */
  prepareNative(sql: string): NativeStatement;
  /** To be told of everything that SQLite throws. */
  failed(error: unknown): void;
}

/**
 * A prepared statement that outlives its connection: it is prepared again when the database had to be
 * opened anew. What that costs on the hot path is the comparison of two numbers.
 */
export class Statement<Bound extends unknown[], Row> {
  readonly #connection: Connection;
  readonly #sql: string;
  #plucks = false;
  #native: NativeStatement;
  #generation: number;

  constructor(connection: Connection, sql: string) {
    this.#connection = connection;
    this.#sql = sql;
    this.#generation = connection.generation;
    this.#native = connection.prepareNative(sql);
  }

  run(...bound: Bound): RunResult {
    try {
      return this.#current().run(...bound);
    } catch (error) {
      this.#connection.failed(error);
      throw error;
    }
  }

  /** The first row; undefined when there is none. */
  get(...bound: Bound): Row | undefined {
    try {
      return this.#current().get(...bound) as Row | undefined;
    } catch (error) {
      this.#connection.failed(error);
      throw error;
    }
  }

  all(...bound: Bound): Row[] {
    try {
      return this.#current().all(...bound) as Row[];
    } catch (error) {
      this.#connection.failed(error);
      throw error;
    }
  }

  /** From now on a row is the value of its first column. */
  pluck(): this {
    this.#plucks = true;
    this.#native.pluck();
    return this;
  }

  #current(): NativeStatement {
    if (this.#generation === this.#connection.generation) return this.#native;
    this.#native = this.#connection.prepareNative(this.#sql);
    this.#generation = this.#connection.generation;
    if (this.#plucks) this.#native.pluck();
    return this.#native;
  }
}
