import { shellWord } from '../base/shell-words.ts';
import type { LoginCommand } from '../transport/http/options.ts';
import { defaultDataDir } from './data-dir.ts';

/**
 * Returns the command that makes a sign-in link for an instance, by npm if that has started us or if
 * there is no command line of the app.
 */
export function loginCommand(dataDir: string, byNpm: boolean): LoginCommand {
  const plain = byNpm ? 'npm run login' : 'belfry login';
  if (dataDir === defaultDataDir(process.platform, process.env)) return { plain, here: plain };
  const option = `--data-dir ${shellWord(dataDir)}`;
  return { plain, here: byNpm ? `${plain} -- ${option}` : `${plain} ${option}` };
}

export const isStartedByNpm = (env: NodeJS.ProcessEnv): boolean =>
  env['npm_lifecycle_event'] !== undefined;
