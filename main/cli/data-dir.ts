import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { makePrivateDirectory } from '../base/private-directory.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a user's data belongs on this platform (XDG Base Directory on Linux). */
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

/** Makes the directory for its owner alone, and answers its absolute path. */
export function prepareDataDir(dataDir: string): string {
  const path = resolve(dataDir);
  makePrivateDirectory(path);
  return path;
}
