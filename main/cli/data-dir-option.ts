import { Option } from 'commander';
import { defaultDataDir } from './data-dir.ts';

export const dataDirOption = (): Option =>
  new Option('--data-dir <dir>', 'where everything is kept').env('BELFRY_DATA_DIR');

/** An empty word, as an unset variable in a compose file gives, counts as not given. */
export const dataDirOf = (flags: { readonly dataDir?: string }): string =>
  flags.dataDir || defaultDataDir(process.platform, process.env);
