import type { PictureFailure, PictureType } from '../contract/alert-picture.ts';

export interface PictureFormat {
  readonly type: PictureType;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

export interface Picture extends PictureFormat {
  readonly bytes: Buffer;
}

/** The result of fetching a picture. */
export type FetchedPicture =
  ({ readonly failure: null } & Picture) | { readonly failure: PictureFailure };

const latin1 = (bytes: Buffer, from: number, to: number): string =>
  bytes.toString('latin1', from, to);

const PNG_SIGNATURE = '\x89PNG\r\n\x1a\n';

function pngFormat(bytes: Buffer): PictureFormat | null {
  if (bytes.length < 24 || latin1(bytes, 0, 8) !== PNG_SIGNATURE) return null;
  if (latin1(bytes, 12, 16) !== 'IHDR') return null;
  return { type: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

function gifFormat(bytes: Buffer): PictureFormat | null {
  if (bytes.length < 10 || !/^GIF8[79]a$/.test(latin1(bytes, 0, 6))) return null;
  return { type: 'image/gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
}

/** Markers of the segment with the size: SOF0 to SOF15 without DHT, JPG and DAC (ITU T.81, table B.1). */
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

function jpegFormat(bytes: Buffer): PictureFormat | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xff_d8) return null;
  let at = 2;
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (isFrameHeader(marker)) {
      const [height, width] = [bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7)];
      return { type: 'image/jpeg', width, height };
    }
    // A byte that fills, before the marker itself, or a whole segment.
    at += marker === 0xff ? 1 : 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  }
  return null;
}

/** The container of RFC 9649: lossy, lossless or extended. */
function webpFormat(bytes: Buffer): PictureFormat | null {
  if (bytes.length < 30 || latin1(bytes, 0, 4) !== 'RIFF') return null;
  const type = 'image/webp';
  switch (latin1(bytes, 8, 16)) {
    case 'WEBPVP8 ':
      if (bytes.readUIntBE(23, 3) !== 0x9d_01_2a) return null;
      return {
        type,
        width: bytes.readUInt16LE(26) & 0x3f_ff,
        height: bytes.readUInt16LE(28) & 0x3f_ff,
      };
    case 'WEBPVP8L': {
      if (bytes[20] !== 0x2f) return null;
      const bits = bytes.readUInt32LE(21);
      return { type, width: (bits & 0x3f_ff) + 1, height: ((bits >>> 14) & 0x3f_ff) + 1 };
    }
    case 'WEBPVP8X':
      return { type, width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    default:
      return null;
  }
}

/** Returns the format of a picture by its own bytes, whatever its sender calls it; null if it is none. */
export const pictureFormat = (bytes: Buffer): PictureFormat | null =>
  pngFormat(bytes) ?? gifFormat(bytes) ?? jpegFormat(bytes) ?? webpFormat(bytes);

/** Returns a name for a picture where one is needed. */
export const pictureFileName = (type: PictureType): string =>
  `picture.${type.slice('image/'.length)}`;
