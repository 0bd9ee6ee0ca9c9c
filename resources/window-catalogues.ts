import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

/** The messages that only the command line, the launcher, the tray, the menus and the offline page say. */
const ELSEWHERE = /^(cli|launch|menu|offline|startup|tray)\./;
const CATALOGUE = /[\\/]main[\\/]messages[\\/]\w+\.json(\?empty)?$/;
const MESSAGES = /[\\/]main[\\/]messages[\\/]messages\.ts$/;

/**
 * Makes the window's catalogues small: without what other places say, and German in a file that is loaded
 * where it is read (`renderer/messages/catalogues.ts`).
 */
export const windowCatalogues = (): Plugin => ({
  name: 'belfry:window-catalogues',
  enforce: 'pre',
  resolveId(source, importer) {
    if (source !== './de.json' || importer === undefined || !MESSAGES.test(importer)) return null;
    return `${join(dirname(importer), source)}?empty`;
  },
  transform(code, id) {
    const found = CATALOGUE.exec(id);
    if (!found) return null;
    if (found[1] !== undefined) return { code: 'export default {};', moduleType: 'js' };
    const all = Object.entries(JSON.parse(code) as Record<string, string>);
    return JSON.stringify(Object.fromEntries(all.filter(([key]) => !ELSEWHERE.test(key))));
  },
});
