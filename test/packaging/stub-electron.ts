import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** How Electron marks the place of its fuses (@electron/fuses): the sentinel, version 1, nine fuses. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES_AS_SHIPPED = '101100111';

const PROGRAM = Buffer.concat([
  Buffer.from(`stub${FUSE_SENTINEL}`),
  Buffer.from([1, FUSES_AS_SHIPPED.length]),
  Buffer.from(FUSES_AS_SHIPPED),
]);

/** More languages than the app has, as Electron ships them. */
const LANGUAGES = ['de', 'en', 'en-GB', 'en-US', 'fr', 'pt-BR'];

const plist = (name: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>CFBundleExecutable</key><string>${name}</string>
<key>CFBundleName</key><string>${name}</string>
<key>CFBundleIdentifier</key><string>com.github.Electron</string>
<key>NSMainNibFile</key><string>MainMenu</string>
</dict></plist>
`;

class StubFiles {
  readonly dist = mkdtempSync(join(tmpdir(), 'belfry-electron-stub-'));

  file(path: string, content: string | Buffer = 'stub'): void {
    mkdirSync(dirname(join(this.dist, path)), { recursive: true });
    writeFileSync(join(this.dist, path), content);
  }

  program(path: string): void {
    this.file(path, PROGRAM);
    chmodSync(join(this.dist, path), 0o755);
  }
}

/**
 * Makes a folder that electron-builder takes for Electron's distribution for Linux, so that packing can
 * be tested where the real one cannot be had: files of the right names, and a wire of fuses that can be
 * flipped.
 */
export function makeStubElectron(): string {
  const files = new StubFiles();
  mkdirSync(join(files.dist, 'resources'));
  for (const name of ['version', 'LICENSE', 'LICENSES.chromium.html']) files.file(name);
  for (const language of LANGUAGES) files.file(`locales/${language}.pak`);
  for (const name of ['electron', 'chrome-sandbox', 'chrome_crashpad_handler']) files.program(name);
  return files.dist;
}

/** As `makeStubElectron`, for macOS. */
export function makeStubMacElectron(): string {
  const files = new StubFiles();
  for (const name of ['version', 'LICENSE', 'LICENSES.chromium.html']) files.file(name);
  const contents = 'Electron.app/Contents';
  files.file(`${contents}/Info.plist`, plist('Electron'));
  files.program(`${contents}/MacOS/Electron`);
  files.file(`${contents}/Resources/electron.icns`);
  const framework = `${contents}/Frameworks/Electron Framework.framework`;
  files.program(`${framework}/Electron Framework`);
  for (const language of LANGUAGES) {
    files.file(`${contents}/Resources/${language.replace('-', '_')}.lproj/locale.pak`);
    files.file(`${framework}/Versions/A/Resources/${language.replace('-', '_')}.lproj/locale.pak`);
  }
  for (const suffix of ['', ' (Renderer)', ' (GPU)', ' (Plugin)']) {
    const name = `Electron Helper${suffix}`;
    files.file(`${contents}/Frameworks/${name}.app/Contents/Info.plist`, plist(name));
    files.program(`${contents}/Frameworks/${name}.app/Contents/MacOS/${name}`);
  }
  return files.dist;
}
