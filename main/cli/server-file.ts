import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const serverFile = z.object({ url: z.url(), pid: z.int() });

const pathIn = (dataDir: string): string => join(dataDir, 'server.json');

/** Writes where the running instance listens, for commands on the same machine. The file may outlive a crash. */
export function writeServerFile(dataDir: string, url: string): void {
  const content = { url, pid: process.pid } satisfies z.infer<typeof serverFile>;
  writeFileSync(pathIn(dataDir), `${JSON.stringify(content)}\n`, { mode: 0o600 });
}

export function removeServerFile(dataDir: string): void {
  rmSync(pathIn(dataDir), { force: true });
}

/** Returns the address of the instance that runs on this data directory, by its file; else null. */
export function runningUrl(dataDir: string): string | null {
  const path = pathIn(dataDir);
  if (!existsSync(path)) return null;
  return serverFile.parse(JSON.parse(readFileSync(path, 'utf8'))).url;
}
