import { shellWord } from '../base/shell-words.ts';
import type { LoginCommand } from '../transport/http/options.ts';
import { defaultDataDir } from './data-dir.ts';

/**
 * Returns the command that makes a sign-in link for an instance: that of the installed package, or that of
 * a checkout.
 */
export function loginCommand(dataDir: string, installed: boolean): LoginCommand {
  const plain = installed ? 'belfry login' : 'npm run login';
  if (dataDir === defaultDataDir(process.platform, process.env)) return { plain, here: plain };
  const option = `--data-dir ${shellWord(dataDir)}`;
  return { plain, here: installed ? `${plain} ${option}` : `${plain} -- ${option}` };
}

/** Returns the command that starts the core of a data directory, to which options can be added. */
export function serveCommand(dataDir: string, installed: boolean): string {
  const plain = installed ? 'belfry serve' : 'npm run serve --';
  const isUsual = dataDir === defaultDataDir(process.platform, process.env);
  return isUsual ? plain : `${plain} --data-dir ${shellWord(dataDir)}`;
}

/** Returns true if the program at a path was installed by npm, which puts its command on the PATH. */
export const isInstalled = (path: string): boolean =>
  /[\\/]node_modules[\\/]belfry[\\/]/.test(path);
