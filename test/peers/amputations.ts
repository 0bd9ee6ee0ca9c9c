import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ServerProcess } from '../support/server-process.ts';

export const TOKEN = 'amputation-test-token';

/** A separate file system in memory; null where this user may not mount one. */
export function smallDisk(sizeMiB: number): ({ readonly path: string } & Disposable) | null {
  const path = mkdtempSync(join(tmpdir(), 'belfry-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', path], {
      stdio: 'ignore',
    });
  } catch {
    // Mounting needs root; the test says by its name which way it went.
    rmSync(path, { recursive: true });
    return null;
  }
  return {
    path,
    [Symbol.dispose]: () => {
      execFileSync('umount', [path]);
      rmSync(path, { recursive: true });
    },
  };
}

/** Mounts the file over itself, read-only, so that nobody can write it whoever they are. */
export function readOnlyFile(path: string): Disposable {
  execFileSync('mount', ['--bind', path, path]);
  execFileSync('mount', ['-o', 'remount,bind,ro', path]);
  return { [Symbol.dispose]: () => void execFileSync('umount', [path]) };
}

/** Fills a file system to its last page; removing the file gives the room back. */
export function ballast(dir: string): Disposable {
  const path = join(dir, 'ballast');
  const { bavail, bsize } = statfsSync(dir);
  writeFileSync(path, Buffer.alloc(bavail * bsize));
  return { [Symbol.dispose]: () => rmSync(path) };
}

export const startServer = (dataDir: string): Promise<ServerProcess> => {
  if (!existsSync(dataDir)) mkdirSync(dataDir, { mode: 0o700 });
  return ServerProcess.start({ dataDir, adminToken: TOKEN });
};

/** The status of one event's answer. */
export async function post(server: ServerProcess, dedupKey: string): Promise<number> {
  const event = { host: 'nas', kind: 'amputation', dedupKey, status: 'firing' };
  return (await server.call('POST', '/api/v1/events', event)).status;
}

const alertPage = z.object({
  items: z.array(z.object({ dedupKey: z.string() })),
  nextCursor: z.string().nullable(),
});

/** The dedup keys of every alert that is stored. */
export async function storedKeys(server: ServerProcess): Promise<Set<string>> {
  const keys = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = alertPage.parse(
      (await server.call('GET', `/api/v1/alerts?limit=200${query}`)).body,
    );
    for (const { dedupKey } of page.items) keys.add(dedupKey);
    cursor = page.nextCursor;
  }
  return keys;
}

const storageStatus = z.object({
  storage: z.object({ writable: z.boolean(), problem: z.string().nullable() }),
  backup: z.object({ problem: z.string().nullable() }),
  recovery: z
    .object({
      cause: z.string(),
      backup: z.string().nullable(),
      commits: z.number().nullable(),
      alerts: z.number().nullable(),
      aside: z.string().nullable(),
      text: z.string(),
    })
    .nullable(),
});

export const statusOf = async (server: ServerProcess) =>
  storageStatus.parse((await server.call('GET', '/api/v1/status')).body);

/** Asks again until the answer is the wanted one, for ten seconds; each ask is a separate request. */
export async function eventually(ask: () => Promise<boolean>, what: string): Promise<void> {
  const began = performance.now();
  while (!(await ask())) {
    if (performance.now() - began > 10_000) throw new Error(`Did not happen: ${what}`);
  }
}
