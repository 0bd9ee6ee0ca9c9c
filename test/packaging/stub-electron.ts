import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How Electron marks the place of its fuses (@electron/fuses): the sentinel, version 1, nine fuses. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES_AS_SHIPPED = '101100111';

/**
 * A folder that electron-builder takes for Electron's distribution, so that packing can be tested where
 * the real one cannot be had: files of the right names, and a wire of fuses that can be flipped.
 */
export function makeStubElectron(): string {
  const dist = mkdtempSync(join(tmpdir(), 'belfry-electron-stub-'));
  const wire = Buffer.concat([
    Buffer.from(FUSE_SENTINEL),
    Buffer.from([1, FUSES_AS_SHIPPED.length]),
    Buffer.from(FUSES_AS_SHIPPED),
  ]);
  for (const folder of ['locales', 'resources']) mkdirSync(join(dist, folder));
  for (const file of ['version', 'LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak']) {
    writeFileSync(join(dist, file), 'stub');
  }
  for (const program of ['electron', 'chrome-sandbox', 'chrome_crashpad_handler']) {
    writeFileSync(join(dist, program), Buffer.concat([Buffer.from('stub'), wire]));
    chmodSync(join(dist, program), 0o755);
  }
  return dist;
}
