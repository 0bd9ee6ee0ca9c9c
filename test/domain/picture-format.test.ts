import { describe, expect, test } from 'vitest';
import { pictureFormat } from '../../main/domain/picture-format.ts';
import { pictureFile, PNG } from '../support/picture-host.ts';

const FILES = {
  'small.png': 'image/png',
  'small.jpg': 'image/jpeg',
  'progressive.jpg': 'image/jpeg',
  'small.gif': 'image/gif',
  'lossy.webp': 'image/webp',
  'lossless.webp': 'image/webp',
  'extended.webp': 'image/webp',
} as const;

describe.each(Object.entries(FILES))('%s', (name, type) => {
  const bytes = pictureFile(name);

  test('is recognised with its size', () => {
    expect(pictureFormat(bytes)).toEqual({ type, width: 24, height: 10 });
  });

  test('is never anything else, wherever it ends', () => {
    for (let length = 0; length < bytes.length; length++) {
      const found = pictureFormat(bytes.subarray(0, length));
      if (found !== null) expect(found).toEqual({ type, width: 24, height: 10 });
    }
    expect(pictureFormat(bytes.subarray(0, 9))).toBeNull();
  });
});

test.each([
  ['nothing', ''],
  ['HTML', '<!doctype html><img src=a.png>'],
  ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
  ['PDF', '%PDF-1.7\n%âãÏÓ'],
  ['a PNG without a header', PNG.toString('latin1', 0, 8) + '<script>'.repeat(8)],
  ['a JPEG whose segments never end', '\xff\xd8' + '\xff\xe0\x00\x00'.repeat(1_000)],
  ['a JPEG of nothing but fill', '\xff\xd8' + '\xff'.repeat(10_000)],
])('%s is no picture', (_, text) => {
  expect(pictureFormat(Buffer.from(text, 'latin1'))).toBeNull();
});
