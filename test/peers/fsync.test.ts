import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServerProcess } from '../support/server-process.ts';
import { isWalSync, parseStrace, proveDurability } from './strace-log.ts';

const CALLS = 'read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,pwrite64,fsync,fdatasync';

let dir: string;
let running: ServerProcess[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'belfry-fsync-'));
  running = [];
});

afterEach(async () => {
  for (const server of running) await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** Under strace, which runs beside the server (-D), so that signals and exit code are the server's. */
async function startTraced(name: string, ...more: string[]): Promise<ServerProcess> {
  const options = ['-D', '-f', '-yy', '-s', '64', '-e', `trace=${CALLS}`, '-e', 'signal=none'];
  const server = await ServerProcess.start({
    dataDir: join(dir, name),
    adminToken: 'fsync-test-token',
    under: ['strace', ...options, ...more, '-o', join(dir, `${name}.log`)],
  });
  running.push(server);
  return server;
}

const readLog = (name: string): string => readFileSync(join(dir, `${name}.log`), 'utf8');

const post = async (server: ServerProcess, dedupKey: string): Promise<number> => {
  const event = { host: 'nas', kind: 'fsync', dedupKey, status: 'firing' };
  return (await server.call('POST', '/api/v1/events', event)).status;
};

describe('a 2xx', () => {
  it('is written only after a sync of the WAL returned', async () => {
    const server = await startTraced('honest');
    const statuses: number[] = [];
    for (let n = 0; n < 20; n += 1) statuses.push(await post(server, `alone-${n}`));
    // The first wave opens the connections, one after the other; the second arrives all at once.
    for (const wave of ['first', 'second']) {
      const together = Array.from({ length: 100 }, (_, n) => post(server, `${wave}-${n}`));
      statuses.push(...(await Promise.all(together)));
    }
    await server.stop();

    expect(statuses).toEqual(Array.from({ length: 220 }, () => 200));
    const calls = parseStrace(readLog('honest'));
    expect(proveDurability(calls)).toEqual({ answers: 220, unproven: [] });
    // Requests that arrive together share one sync, so there are fewer syncs than answers.
    expect(calls.filter(isWalSync).length).toBeLessThan(200);
  });

  it('is not written when the disk refuses the sync', async () => {
    await startTraced('counted');
    const wal = join(dir, 'failing', 'belfry.db-wal');
    // How many a start takes, so that the fault begins with the first event after it.
    const syncs = parseStrace(readLog('counted')).filter(isWalSync).length;
    const fault = `inject=fdatasync,fsync:error=EIO:when=${syncs + 1}+`;
    const server = await startTraced('failing', '-P', wal, '-e', fault);

    expect(await post(server, 'refused')).toBe(503);
    const { body } = await server.call('GET', '/api/v1/alerts');
    expect(body).toMatchObject({ items: [], total: 0 });
  });
});
