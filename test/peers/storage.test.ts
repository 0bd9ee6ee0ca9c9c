import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
  closeSync,
  renameSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerProcess } from '../support/server-process.ts';
import {
  ballast,
  eventually,
  post,
  smallDisk,
  startServer,
  statusOf,
  storedKeys,
} from './amputations.ts';
import { Program } from './program.ts';

let dir: string;
let dataDir: string;
let running: ServerProcess[];
let programs: Program[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'belfry-storage-'));
  dataDir = join(dir, 'data');
  running = [];
  programs = [];
});

afterEach(async () => {
  for (const program of programs) await program.stop();
  for (const server of running) await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function start(where = dataDir): Promise<ServerProcess> {
  const server = await startServer(where);
  running.push(server);
  return server;
}

/** Posts events until the disk refuses one; the keys of those that were accepted. */
async function fillWithEvents(server: ServerProcess): Promise<Set<string>> {
  const accepted = new Set<string>();
  for (let n = 0; n < 20_000; n += 1) {
    const status = await post(server, `fill-${n}`);
    if (status !== 200) return accepted;
    accepted.add(`fill-${n}`);
  }
  throw new Error('The disk took everything');
}

const canMount = (() => {
  using disk = smallDisk(2);
  return disk !== null;
})();

describe.runIf(canMount)('a disk that is full (a tmpfs of 4 MiB)', () => {
  it('is said everywhere; nothing accepted is lost, and all goes on once there is room', async () => {
    using disk = smallDisk(4);
    if (disk === null) throw new Error('mounting worked a moment ago');
    const server = await start(disk.path);
    let accepted: Set<string>;
    {
      using _ballast = ballast(disk.path);
      accepted = await fillWithEvents(server);
      expect(await post(server, 'refused')).toBe(503);
      expect((await server.call('GET', '/readyz')).status).toBe(503);
      expect((await server.call('GET', '/healthz')).status).toBe(200);
      const { storage } = await statusOf(server);
      expect(storage.writable).toBe(false);
      expect(storage.problem).toContain('The disk is full');
    }
    await eventually(async () => (await statusOf(server)).storage.writable, 'it writes again');
    expect((await server.call('GET', '/readyz')).status).toBe(200);
    expect(await post(server, 'afterwards')).toBe(200);
    const keys = await storedKeys(server);
    expect(keys).toEqual(new Set([...accepted, 'afterwards']));
    await server.kill();
    expect(await storedKeys(await start(disk.path))).toEqual(keys);
    for (const each of running.splice(0)) await each.stop();
  });
});

describe.skipIf(canMount)(
  'a disk that is full (cannot be shown here: this user may not mount)',
  () => {
    it('is shown by test/store/write-failures.test.ts with max_page_count as a stand-in', () => {
      expect(existsSync(join(import.meta.dirname, '../store/write-failures.test.ts'))).toBe(true);
    });
  },
);

describe('a disk that fails for a while', () => {
  /** strace makes system calls of the running server fail until it is asked to stop. */
  async function fault(server: ServerProcess, call: string, error: string): Promise<Program> {
    const inject = `inject=${call}:error=${error}`;
    const wal = join(dataDir, 'belfry.db-wal');
    const pid = String(server.child.pid);
    const strace = new Program('strace', ['-f', '-P', wal, '-e', inject, '-p', pid]);
    programs.push(strace);
    await eventually(async () => {
      await new Promise(setImmediate);
      return strace.output.includes('attached');
    }, `strace is attached: ${strace.output}`);
    return strace;
  }

  it.each([
    ['fdatasync,fsync', 'EIO', 'The disk fails'],
    ['pwrite64', 'EROFS', ''],
  ])(
    '%s with %s: 503 and nothing stored; then all goes on without help',
    async (call, error, words) => {
      const server = await start();
      expect(await post(server, 'before')).toBe(200);
      const strace = await fault(server, call, error);
      expect(await post(server, 'refused')).toBe(503);
      expect(await post(server, 'refused too')).toBe(503);
      const { storage } = await statusOf(server);
      expect(storage.writable).toBe(false);
      expect(storage.problem).toContain(words);
      expect(await storedKeys(server)).toEqual(new Set(['before']));
      const detached = once(strace.child, 'exit');
      strace.child.kill('SIGINT');
      await detached;
      await eventually(async () => (await statusOf(server)).storage.writable, 'it writes again');
      expect(await post(server, 'after')).toBe(200);
      const keys = new Set(['before', 'after']);
      expect(await storedKeys(server)).toEqual(keys);
      await server.kill();
      expect(await storedKeys(await start())).toEqual(keys);
    },
  );
});

/** Overwrites pages in the middle, as a dying disk does; the first page stays. */
function corrupt(path: string, fromPage = 1): void {
  const pages = statSync(path).size / 4_096;
  const file = openSync(path, 'r+');
  for (let page = fromPage; page < pages; page += 1) {
    writeSync(file, Buffer.alloc(4_096, 0xa5), 0, 4_096, page * 4_096);
  }
  closeSync(file);
}

describe('a damaged database', () => {
  it('is put aside, the newest good backup takes its place, and what is missing is shown', async () => {
    const first = await start();
    expect(await post(first, 'in the backup')).toBe(200);
    expect((await first.call('POST', '/api/v1/backups')).status).toBe(201);
    for (const key of ['lost 1', 'lost 2']) expect(await post(first, key)).toBe(200);
    await first.stop();
    corrupt(join(dataDir, 'belfry.db'));

    const second = await start();
    expect(await storedKeys(second)).toEqual(new Set(['in the backup']));
    const { recovery } = await statusOf(second);
    expect(recovery).toMatchObject({ cause: 'damaged' });
    expect(recovery?.backup).toMatch(/^belfry-.*\.db$/);
    expect(recovery?.commits).toBeGreaterThanOrEqual(2);
    expect(existsSync(join(recovery?.aside ?? '', 'belfry.db'))).toBe(true);
    // It stays until somebody takes note of it, also over a restart.
    await second.stop();
    const third = await start();
    expect((await statusOf(third)).recovery?.text).toBe(recovery?.text);
    expect((await third.call('POST', '/api/v1/recovery/dismiss')).status).toBe(200);
    expect((await statusOf(third)).recovery).toBeNull();
    expect((await third.call('POST', '/api/v1/recovery/dismiss')).status).toBe(404);
  });

  it('passes over a backup that is bad itself, and begins empty without any', async () => {
    const first = await start();
    expect(await post(first, 'first')).toBe(200);
    expect((await first.call('POST', '/api/v1/backups')).status).toBe(201);
    await first.stop();
    const backups = join(dataDir, 'backups');
    const [good = ''] = readdirSync(backups);
    const older = 'belfry-20260101T000000Z.db';
    renameSync(join(backups, good), join(backups, older));
    const second = await start();
    expect((await second.call('POST', '/api/v1/backups')).status).toBe(201);
    await second.stop();
    for (const name of readdirSync(backups)) if (name !== older) corrupt(join(backups, name));
    corrupt(join(dataDir, 'belfry.db'));
    const third = await start();
    expect((await statusOf(third)).recovery?.backup).toBe(older);
    expect(await storedKeys(third)).toEqual(new Set(['first']));
    await third.stop();

    corrupt(join(backups, older));
    corrupt(join(dataDir, 'belfry.db'), 0);
    const fourth = await start();
    const { recovery } = await statusOf(fourth);
    expect(recovery).toMatchObject({ cause: 'damaged', backup: null });
    expect(recovery?.text).toContain('starts with an empty database');
    expect(await storedKeys(fourth)).toEqual(new Set());
    expect(await post(fourth, 'again')).toBe(200);
  });

  it('that is found while running is healed by a restart at the same address', async () => {
    const server = await start();
    for (let n = 0; n < 50; n += 1) expect(await post(server, `kept ${n}`)).toBe(200);
    // The backup leaves nothing in the WAL of which a page could still be read.
    expect((await server.call('POST', '/api/v1/backups')).status).toBe(201);
    await server.stop();
    const again = await start();
    const before = await storedKeys(again);
    corrupt(join(dataDir, 'belfry.db'));
    await eventually(async () => {
      try {
        await post(again, 'on damaged ground');
        return (await statusOf(again)).recovery !== null;
      } catch {
        // While it restarts nobody listens.
        return false;
      }
    }, 'it has healed');
    expect((await statusOf(again)).recovery).toMatchObject({ cause: 'damaged' });
    const after = await storedKeys(again);
    for (const key of before) expect(after).toContain(key);
    expect(await post(again, 'healed')).toBe(200);
  });
});

describe('a write-ahead log that is gone', () => {
  it('is noticed, and how much is missing is shown; what remains is consistent', async () => {
    const first = await start();
    expect(await post(first, 'checkpointed')).toBe(200);
    await first.stop();
    const second = await start();
    for (const key of ['lost 1', 'lost 2', 'lost 3']) expect(await post(second, key)).toBe(200);
    await second.kill();
    rmSync(join(dataDir, 'belfry.db-wal'));

    const third = await start();
    const { recovery } = await statusOf(third);
    expect(recovery).toMatchObject({ cause: 'commits_lost', aside: null });
    expect(recovery?.commits).toBeGreaterThanOrEqual(3);
    expect(await storedKeys(third)).toEqual(new Set(['checkpointed']));
    expect(await post(third, 'lost 1')).toBe(200);
    await third.stop();
    // It is shown once: the loss is not found again at each start.
    expect((await (await start()).call('POST', '/api/v1/recovery/dismiss')).status).toBe(200);
    for (const server of running) await server.stop();
    expect((await statusOf(await start())).recovery).toBeNull();
  });

  it('is no loss after a clean stop, and a crash alone is none either', async () => {
    const first = await start();
    expect(await post(first, 'one')).toBe(200);
    await first.kill();
    const second = await start();
    expect((await statusOf(second)).recovery).toBeNull();
    await second.stop();
    rmSync(join(dataDir, 'belfry.db-wal'), { force: true });
    const third = await start();
    expect((await statusOf(third)).recovery).toBeNull();
    expect(await storedKeys(third)).toEqual(new Set(['one']));
  });
});
