import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TRAY_ICONS } from '../../main/shell/tray-view.ts';
import { drawIcons } from '../../resources/icons.ts';

const ROOT = join(import.meta.dirname, '..', '..');

describe('icons', () => {
  it('are what the one source gives', () => {
    const icons = drawIcons();
    expect(icons.size).toBeGreaterThan(40);
    for (const [path, data] of icons) {
      expect(readFileSync(join(ROOT, path)).equals(data), `${path}: run npm run icons`).toBe(true);
    }
  });

  it('exist for every state of the tray, each looking different', () => {
    const icons = drawIcons();
    for (const suffix of ['.png', '@2x.png', '.ico', 'Template.png', 'Template@2x.png']) {
      const images = TRAY_ICONS.map((name) => icons.get(`resources/tray/${name}${suffix}`));
      expect(new Set(images.map((image) => image?.toString('base64'))).size).toBe(
        TRAY_ICONS.length,
      );
    }
  });

  it('pack every size into the Windows container, each entry a PNG at its offset', () => {
    const ico = drawIcons().get('resources/icons/icon.ico') ?? Buffer.alloc(0);
    const edges = Array.from({ length: ico.readUInt16LE(4) }, (_, index) => {
      const at = 6 + 16 * index;
      const png = ico.subarray(ico.readUInt32LE(at + 12));
      expect(png.subarray(1, 4).toString()).toBe('PNG');
      expect(png.readUInt32BE(16)).toBe(ico.readUInt8(at) || 256);
      return ico.readUInt8(at) || 256;
    });
    expect(edges).toEqual([16, 24, 32, 48, 64, 128, 256]);
  });

  it('pack every size into the Apple container, whose lengths add up', () => {
    const icns = drawIcons().get('resources/icons/icon.icns') ?? Buffer.alloc(0);
    expect(icns.subarray(0, 4).toString()).toBe('icns');
    expect(icns.readUInt32BE(4)).toBe(icns.length);
    const types: string[] = [];
    for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) {
      types.push(icns.subarray(at, at + 4).toString());
    }
    expect(types).toContain('ic10');
    expect(types).toHaveLength(10);
  });
});
