import { crc32 } from 'node:zlib';

const EXECUTABLE = 0o100755;
const MADE_BY_UNIX = 3 << 8;

/** Writes little-endian fields: each a value and its size in bytes. */
const record = (...fields: readonly (readonly [value: number, bytes: number])[]): Buffer =>
  Buffer.concat(
    fields.map(([value, bytes]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  );

/** Returns a ZIP archive of executable files, stored without compression (APPNOTE.TXT 4.3). */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text);
    const common = [
      ...([
        [20, 2],
        [0, 2],
        [0, 2],
        [0, 4],
      ] as const),
      ...([
        [crc32(content), 4],
        [content.length, 4],
        [content.length, 4],
      ] as const),
      ...([
        [name.length, 2],
        [0, 2],
      ] as const),
    ] as const;
    const local = Buffer.concat([record([0x04034b50, 4], ...common), Buffer.from(name), content]);
    const attributes = [
      [0, 2],
      [0, 2],
      [0, 2],
      [EXECUTABLE * 0x10000, 4],
      [offset, 4],
    ] as const;
    central.push(
      record([0x02014b50, 4], [MADE_BY_UNIX + 20, 2], ...common, ...attributes),
      Buffer.from(name),
    );
    locals.push(local);
    offset += local.length;
  }
  const bytes = central.reduce((sum, { length }) => sum + length, 0);
  const count = Object.keys(files).length;
  const end = record(
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [count, 2],
    [count, 2],
    [bytes, 4],
    [offset, 4],
    [0, 2],
  );
  return Buffer.concat([...locals, ...central, end]);
}
