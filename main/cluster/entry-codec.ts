import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import type { KeyRing } from '../base/key-ring.ts';
import type { PlacedEntry } from '../store/replica.ts';
import type { LogEntry } from '../store/shared-log.ts';
import type { StoredValue, Written } from '../store/written.ts';
import { digestOf, keysFor, Seal } from './seal.ts';

/** A message of NATS holds 1 MiB unless its server allows more; the rest is for headers. */
export const PART_BYTES_MAX = 1_000_000;
/** No transaction is larger: jobs, and what each may hold, are bounded. */
const ENTRY_BYTES_MAX = 256 * 1_024 * 1_024;
export const PARTS_MAX = Math.ceil(ENTRY_BYTES_MAX / PART_BYTES_MAX);
/** Most of an entry is text that repeats, and it is on its way while its sender waits. */
const COMPRESSION_LEVEL = 1;

/** JSON has no infinite numbers; SQLite has. */
const INFINITE = { '+': Number.POSITIVE_INFINITY, '-': Number.NEGATIVE_INFINITY } as const;

const encodedValue = z.union([
  z.number(),
  z.string(),
  z.null(),
  z.strictObject({ bytes: z.base64() }),
  z.strictObject({ integer: z.string() }),
  z.strictObject({ infinite: z.enum(['+', '-']) }),
]);
type EncodedValue = z.infer<typeof encodedValue>;

const encodedEntry = z.strictObject({
  number: z.int().positive(),
  at: z.int(),
  previous: z.string(),
  schema: z.int(),
  statements: z.array(z.string()),
  /** A statement by its index, and its values. */
  written: z.array(
    z.tuple([
      z.int().nonnegative(),
      z.union([z.array(encodedValue), z.record(z.string(), encodedValue)]),
    ]),
  ),
});

function encodedOf(value: StoredValue): EncodedValue {
  if (typeof value === 'bigint') return { integer: String(value) };
  if (Buffer.isBuffer(value)) return { bytes: value.toString('base64') };
  if (value === INFINITE['+']) return { infinite: '+' };
  if (value === INFINITE['-']) return { infinite: '-' };
  return value;
}

function valueOf(value: EncodedValue): StoredValue {
  if (value === null || typeof value !== 'object') return value;
  if ('infinite' in value) return INFINITE[value.infinite];
  return 'bytes' in value ? Buffer.from(value.bytes, 'base64') : BigInt(value.integer);
}

const mapped = <From, To>(
  values: readonly From[] | Readonly<Record<string, From>>,
  change: (value: From) => To,
): To[] | Record<string, To> =>
  Array.isArray(values)
    ? (values as readonly From[]).map(change)
    : Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));

/**
 * Writes and reads entries of the log as sealed bytes, with a key derived from the data key, so that whoever can
 * read or write the log without that key learns nothing and forges nothing. An entry is bound to its cluster and
 * its number.
 */
export class EntryCodec {
  readonly #seal: Seal;
  readonly #cluster: string;
  /** The version of the schema that entries are for. */
  readonly #schema: number;

  constructor(keys: KeyRing, cluster: string, schema: number) {
    this.#seal = new Seal(keysFor(keys, 'belfry cluster log'));
    this.#cluster = cluster;
    this.#schema = schema;
  }

  encode({ number, at, previous, written }: LogEntry): Buffer {
    const statements: string[] = [];
    const indexes = new Map<string, number>();
    const indexOf = (sql: string): number => {
      const known = indexes.get(sql);
      if (known !== undefined) return known;
      indexes.set(sql, statements.length);
      return statements.push(sql) - 1;
    };
    const entry: z.infer<typeof encodedEntry> = {
      number,
      at,
      previous,
      schema: this.#schema,
      written: written.map(({ sql, values }) => [indexOf(sql), mapped(values, encodedOf)]),
      statements,
    };
    const plain = deflateRawSync(JSON.stringify(entry), { level: COMPRESSION_LEVEL });
    return this.#seal.close(this.#context(number), plain);
  }

  /** Returns the entry with a number; null for bytes that nobody with a key of this cluster has sealed as that entry. */
  decode(number: number, bytes: Buffer): Omit<PlacedEntry, 'place'> | null {
    const plain = this.#seal.open(this.#context(number), bytes);
    if (plain === null) return null;
    const text = inflateRawSync(plain, { maxOutputLength: ENTRY_BYTES_MAX }).toString('utf8');
    const { statements, written, ...entry } = encodedEntry.parse(JSON.parse(text));
    return {
      ...entry,
      digest: digestOf(bytes),
      written: written.map(([index, values]): Written => {
        const sql = statements[index];
        if (sql === undefined) throw new Error(`entry ${number} lacks statement ${index}`);
        return { sql, values: mapped(values, valueOf) };
      }),
    };
  }

  #context(number: number): string {
    return `${this.#cluster}\n${number}`;
  }
}

/** Cuts an entry into parts that a message holds. */
export const partsOf = (bytes: Buffer): Buffer[] =>
  Array.from({ length: Math.max(1, Math.ceil(bytes.length / PART_BYTES_MAX)) }, (_, index) =>
    bytes.subarray(index * PART_BYTES_MAX, (index + 1) * PART_BYTES_MAX),
  );
