import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { KeyRing } from '../../main/base/key-ring.ts';
import { EntryCodec, PART_BYTES_MAX, partsOf } from '../../main/cluster/entry-codec.ts';
import type { LogEntry } from '../../main/store/shared-log.ts';

const KEY = Buffer.alloc(32, 1);
const OTHER_KEY = Buffer.alloc(32, 2);
const SCHEMA = 45;

const codecOf = (...keys: [Buffer, ...Buffer[]]): EntryCodec =>
  new EntryCodec(new KeyRing(keys), 'home', SCHEMA);

const INSERT = 'INSERT INTO work (id, filler) VALUES (?, ?)';

const entryOf = (...written: LogEntry['written'][number][]): LogEntry => ({
  number: 7,
  at: 1_700_000_000_000,
  previous: 'before',
  written,
});

const ENTRY = entryOf({ sql: INSERT, values: [1, 'secret words'] });

describe('an entry is read as it was written', () => {
  test.each([
    ['a whole number', 42],
    ['a negative fraction', -0.125],
    ['more than any number', Number.POSITIVE_INFINITY],
    ['less than any number', Number.NEGATIVE_INFINITY],
    ['the largest safe number', Number.MAX_SAFE_INTEGER],
    ['the largest integer of SQLite', 9_223_372_036_854_775_807n],
    ['the smallest integer of SQLite', -9_223_372_036_854_775_808n],
    ['a small bigint', 1n],
    ['an empty text', ''],
    ['a text of any script, with a NUL', 'Grüße 👋 \u0000 "quoted"'],
    ['bytes of every value', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ['no bytes', Buffer.alloc(0)],
    ['null', null],
  ])('with %s, by its position and by a name', (_what, value) => {
    const entry = entryOf(
      { sql: INSERT, values: [value, 'after'] },
      { sql: 'UPDATE work SET filler = @filler', values: { filler: value, id: 3 } },
    );
    const codec = codecOf(KEY);
    expect(codec.decode(7, codec.encode(entry))).toStrictEqual({
      ...entry,
      schema: SCHEMA,
      digest: expect.any(String) as string,
    });
  });

  test('with the order of its statements, also of those that are the same', () => {
    const other = 'DELETE FROM work';
    const entry = entryOf(
      { sql: INSERT, values: [1, null] },
      { sql: other, values: [] },
      { sql: INSERT, values: [2, null] },
      { sql: other, values: [] },
    );
    const codec = codecOf(KEY);
    expect(codec.decode(7, codec.encode(entry))?.written).toStrictEqual(entry.written);
  });

  test('with an earlier key of the ring, and by nobody who has only a later one', () => {
    const sealed = codecOf(KEY).encode(ENTRY);
    expect(codecOf(OTHER_KEY, KEY).decode(7, sealed)).toMatchObject(ENTRY);
    expect(codecOf(OTHER_KEY).decode(7, sealed)).toBeNull();
  });
});

describe('an entry that does not fit one message', () => {
  test('is cut into parts that do, and is the same when they are joined', () => {
    // Random bytes, since others would be compressed.
    const entry = entryOf({ sql: INSERT, values: [1, randomBytes(3_000_000)] });
    const codec = codecOf(KEY);
    const parts = partsOf(codec.encode(entry));
    expect(parts.length).toBeGreaterThan(3);
    expect(Math.max(...parts.map((part) => part.length))).toBe(PART_BYTES_MAX);
    expect(codec.decode(7, Buffer.concat(parts))).toMatchObject(entry);
    const [first, second, ...rest] = parts as [Buffer, Buffer, ...Buffer[]];
    expect(codec.decode(7, Buffer.concat([second, first, ...rest]))).toBeNull();
    expect(codec.decode(7, Buffer.concat([first, ...rest]))).toBeNull();
  });

  test.each([
    [1, 1],
    [PART_BYTES_MAX, 1],
    [PART_BYTES_MAX + 1, 2],
    [2 * PART_BYTES_MAX, 2],
  ])('of %i bytes has %i parts', (bytes, count) => {
    const parts = partsOf(Buffer.alloc(bytes));
    expect(parts).toHaveLength(count);
    expect(Buffer.concat(parts)).toHaveLength(bytes);
  });
});

describe('whoever has the log without the key', () => {
  test('reads nothing of it', () => {
    const sealed = codecOf(KEY).encode(ENTRY);
    expect(sealed.includes('secret words')).toBe(false);
    expect(sealed.includes('INSERT')).toBe(false);
    expect(codecOf(KEY).encode(ENTRY)).not.toEqual(sealed);
  });

  test('cannot pass an entry off as another one', () => {
    const sealed = codecOf(KEY).encode(ENTRY);
    expect(codecOf(KEY).decode(8, sealed)).toBeNull();
  });

  test('cannot pass it off as one of another cluster that has the same key', () => {
    const away = new EntryCodec(new KeyRing([KEY]), 'away', SCHEMA);
    expect(codecOf(KEY).decode(7, away.encode(ENTRY))).toBeNull();
  });

  test('cannot change a single bit', () => {
    const codec = codecOf(KEY);
    const sealed = codec.encode(ENTRY);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(codec.decode(7, changed), `bit ${bit}`).toBeNull();
    }
  });

  test('cannot cut it short', () => {
    const codec = codecOf(KEY);
    const sealed = codec.encode(ENTRY);
    for (let length = 0; length < sealed.length; length += 1) {
      expect(codec.decode(7, sealed.subarray(0, length))).toBeNull();
    }
  });
});
