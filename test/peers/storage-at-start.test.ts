import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerProcess } from '../support/server-process.ts';
import {
  ballast,
  post,
  readOnlyFile,
  smallDisk,
  startServer,
  statusOf,
  storedKeys,
} from './amputations.ts';

/** True if a disk can be mounted, as each test needs; else disk-error.test.ts shows at least the wording. */
const canMount = (() => {
  using disk = smallDisk(2);
  return disk !== null;
})();

let dir: string;
let running: ServerProcess[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'belfry-storage-'));
  running = [];
});

afterEach(async () => {
  for (const server of running) await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function start(where: string): Promise<ServerProcess> {
  const server = await startServer(where);
  running.push(server);
  return server;
}

describe.runIf(canMount)('a disk that is full already when the program starts', () => {
  const words =
    /ended with 1 before.*The disk is full.*room left to write to .*Free some space, then start/s;

  it('is named, with what to do, and nothing is damaged', async () => {
    using disk = smallDisk(4);
    if (disk === null) throw new Error('mounting worked a moment ago');
    const server = await start(disk.path);
    expect(await post(server, 'kept')).toBe(200);
    await server.stop();
    {
      using _ballast = ballast(disk.path);
      await expect(start(disk.path)).rejects.toThrow(words);
    }
    const again = await start(disk.path);
    expect(await storedKeys(again)).toEqual(new Set(['kept']));
    expect((await statusOf(again)).recovery).toBeNull();
    await again.stop();
  });

  it('leaves nothing behind that would keep a later first start from succeeding', async () => {
    using disk = smallDisk(4);
    if (disk === null) throw new Error('mounting worked a moment ago');
    {
      using _ballast = ballast(disk.path);
      await expect(start(disk.path)).rejects.toThrow(words);
    }
    const server = await start(disk.path);
    expect(await post(server, 'kept')).toBe(200);
    await server.stop();
  });
});

describe.runIf(canMount)('a database file that is read-only', () => {
  it('keeps the program from starting, which says so and leaves the file as it is', async () => {
    const dataDir = join(dir, 'data');
    const server = await start(dataDir);
    expect(await post(server, 'kept')).toBe(200);
    await server.stop();
    const path = join(dataDir, 'belfry.db');
    const before = readFileSync(path);
    {
      using _readOnly = readOnlyFile(path);
      await expect(start(dataDir)).rejects.toThrow(
        /is read-only\. Check its permissions.*, then start Belfry again/s,
      );
    }
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(await storedKeys(await start(dataDir))).toEqual(new Set(['kept']));
  });
});
