/** A square PNG and its edge in pixels. */
export interface Png {
  readonly edge: number;
  readonly data: Buffer;
}

/** Windows' icon container with PNG entries (read since Windows Vista): a 6-byte head, 16 bytes per entry, the images. */
export function ico(images: readonly Png[]): Buffer {
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  images.forEach(({ edge, data }, index) => {
    const at = 6 + 16 * index;
    // An edge of 256 is written as 0.
    head.writeUInt8(edge % 256, at);
    head.writeUInt8(edge % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(data.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += data.length;
  });
  return Buffer.concat([head, ...images.map(({ data }) => data)]);
}

/** The entries of Apple's icon container, each with its edge; the second ones are for doubled density. */
export const ICNS_TYPES: readonly (readonly [type: string, edge: number])[] = [
  ['icp4', 16],
  ['ic11', 32],
  ['icp5', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1_024],
];

/** Apple's icon container with PNG entries: `icns`, the length of all, then type, length and image of each. */
export function icns(entries: readonly (readonly [type: string, data: Buffer])[]): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.write(type, 0, 4, 'ascii');
    head.writeUInt32BE(data.length + 8, 4);
    return Buffer.concat([head, data]);
  };
  return chunk('icns', Buffer.concat(entries.map(([type, data]) => chunk(type, data))));
}
