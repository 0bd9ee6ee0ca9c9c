import { Option } from 'commander';
import type { Messages } from '../messages/messages.ts';
import { defaultDataDir } from './data-dir.ts';

export const dataDirOption = (messages: Messages): Option =>
  new Option('--data-dir <dir>', messages.text('cli.option.dataDir')).env('BELFRY_DATA_DIR');

/** Returns the data directory. An empty value, as an unset variable in a compose file gives, counts as not given. */
export const dataDirOf = (flags: { readonly dataDir?: string }): string =>
  flags.dataDir || defaultDataDir(process.platform, process.env);
