import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { guardDataDirectory } from '../store/files/guarded-directory.ts';
import type { Logger } from '../base/logger.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the usual data directory of this platform (XDG Base Directory on Linux). */
export function defaultDataDir(
  platform: NodeJS.Platform,
  env: Environment,
  home: string = homedir(),
): string {
  if (platform === 'win32') {
    return join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'Belfry');
  }
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Belfry');
  return join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'belfry');
}

/** Creates the directory for its owner alone, or makes sure that nobody else may write to it. Returns its absolute path. */
export function prepareDataDir(dataDir: string, logger: Logger): string {
  const path = resolve(dataDir);
  guardDataDirectory(path, logger);
  return path;
}

/** Returns the data directory that options name. An empty value, as an unset variable in a compose file gives, counts as not given. */
export const dataDirOf = (flags: { readonly dataDir?: string | undefined }): string =>
  flags.dataDir || defaultDataDir(process.platform, process.env);

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
