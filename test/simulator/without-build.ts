import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Vite's glob of a build, for Node alone: the text of the migrations. On one line, so that no line moves. */
const GLOB = [
  "import { readdirSync, readFileSync } from 'node:fs';",
  "const folder = new URL('./migrations/', import.meta.url);",
  "import.meta.glob = () => Object.fromEntries(readdirSync(folder).map((name) => ['./migrations/' + name, readFileSync(new URL(name, folder), 'utf8')]));",
].join(' ');

/** No build, so no flags of one. */
const ENV = 'import.meta.env = {};';

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    const isMigrations = url.endsWith('/main/store/migrations.ts');
    if (!isMigrations && !url.endsWith('/main/base/crash-point.ts')) return loaded;
    const source = readFileSync(fileURLToPath(url), 'utf8');
    return { ...loaded, source: `${isMigrations ? GLOB : ENV} ${source}` };
  },
});
