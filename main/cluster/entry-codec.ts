import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import type { KeyRing } from '../base/key-ring.ts';
import type { LogEntry } from '../store/shared-log.ts';
import type { StoredValue, Written } from '../store/written.ts';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** A message of NATS holds 1 MiB unless its server allows more; the rest is for headers. */
export const PART_BYTES_MAX = 1_000_000;
/** No transaction is larger: jobs, and what each may hold, are bounded. */
const ENTRY_BYTES_MAX = 256 * 1_024 * 1_024;
/** Most of an entry is text that repeats, and it is on its way while its sender waits. */
const COMPRESSION_LEVEL = 1;

const encodedValue = z.union([
  z.number(),
  z.string(),
  z.null(),
  z.strictObject({ bytes: z.base64() }),
  z.strictObject({ integer: z.string() }),
]);
type EncodedValue = z.infer<typeof encodedValue>;

const encodedEntry = z.strictObject({
  number: z.int().positive(),
  at: z.int(),
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
  return value;
}

function valueOf(value: EncodedValue): StoredValue {
  if (value === null || typeof value !== 'object') return value;
  return 'bytes' in value ? Buffer.from(value.bytes, 'base64') : BigInt(value.integer);
}

const derived = (key: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, '', purpose, KEY_BYTES));

const mapped = <From, To>(
  values: readonly From[] | Readonly<Record<string, From>>,
  change: (value: From) => To,
): To[] | Record<string, To> =>
  Array.isArray(values)
    ? (values as readonly From[]).map(change)
    : Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));

/**
 * Writes and reads entries of the log as sealed bytes (AES-256-GCM, with a key derived from the data key), so
 * that whoever can read or write the log without that key learns nothing and forges nothing. An entry is
 * bound to its cluster and its number.
 */
export class EntryCodec {
  readonly #keys: KeyRing;
  readonly #cluster: string;
  /** The version of the schema that entries are for. */
  readonly #schema: number;

  constructor(keys: KeyRing, cluster: string, schema: number) {
    this.#keys = keys;
    this.#cluster = cluster;
    this.#schema = schema;
  }

  encode({ number, at, written }: LogEntry): Buffer {
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
      schema: this.#schema,
      written: written.map(({ sql, values }) => [indexOf(sql), mapped(values, encodedOf)]),
      statements,
    };
    const plain = deflateRawSync(JSON.stringify(entry), { level: COMPRESSION_LEVEL });
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#keyFrom(this.#keys.current), nonce);
    cipher.setAAD(this.#context(number));
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  /** Returns the entry with a number. Throws where the bytes are not that entry, sealed with one of the keys. */
  decode(number: number, bytes: Buffer): LogEntry & { readonly schema: number } {
    const plain = this.#opened(number, bytes);
    const text = inflateRawSync(plain, { maxOutputLength: ENTRY_BYTES_MAX }).toString('utf8');
    const { statements, written, ...entry } = encodedEntry.parse(JSON.parse(text));
    return {
      ...entry,
      written: written.map(([index, values]): Written => {
        const sql = statements[index];
        if (sql === undefined) throw new Error(`entry ${number} lacks statement ${index}`);
        return { sql, values: mapped(values, valueOf) };
      }),
    };
  }

  #opened(number: number, bytes: Buffer): Buffer {
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const sealed = bytes.subarray(NONCE_BYTES + TAG_BYTES);
    for (const key of this.#keys.all) {
      try {
        const decipher = createDecipheriv(CIPHER, this.#keyFrom(key), nonce);
        decipher.setAAD(this.#context(number));
        decipher.setAuthTag(tag);
        return Buffer.concat([decipher.update(sealed), decipher.final()]);
      } catch {
        // It may be sealed with an earlier key.
      }
    }
    throw new Error(`entry ${number} is not sealed with a key of this cluster`);
  }

  #keyFrom(key: Buffer): Buffer {
    return derived(key, 'belfry cluster log');
  }

  #context(number: number): Buffer {
    return Buffer.from(`${this.#cluster}\n${number}`);
  }
}

/** Returns the keys of snapshots, derived from the data keys, the current one first. */
export const snapshotKeysOf = (keys: KeyRing): Uint8Array[] =>
  keys.all.map((key) => derived(key, 'belfry cluster snapshot'));

/** Cuts an entry into parts that a message holds. */
export const partsOf = (bytes: Buffer): Buffer[] =>
  Array.from({ length: Math.max(1, Math.ceil(bytes.length / PART_BYTES_MAX)) }, (_, index) =>
    bytes.subarray(index * PART_BYTES_MAX, (index + 1) * PART_BYTES_MAX),
  );
