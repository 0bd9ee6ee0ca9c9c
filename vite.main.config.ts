import { rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';
import { DESKTOP_METHOD_NAMES } from './main/contract/desktop-methods.ts';
import { METHOD_NAMES } from './main/contract/methods.ts';
import { thirdPartyNotices } from './resources/third-party-notices.ts';

const external = ['electron', 'better-sqlite3', ...builtinModules, /^node:/];

/** Only `test/crash` asks for these: moments at which the program ends itself. */
const CRASH_POINTS = process.env['BELFRY_CRASH_POINTS'] === 'on';

/**
 * Libraries load these parts of Node at their start, and Belfry asks them for little of it, or later: each
 * is loaded by its first use instead.
 */
const rareBuiltins = {
  name: 'belfry:rare-builtins',
  transform(code: string, id: string) {
    if (!/\/node_modules\/(?:fastify|ws)\//.test(id)) return null;
    const lazy = code.replace(
      /\brequire\('(?:node:)?(https|http2|tls)'\)/g,
      "new Proxy({}, { get: (_target, name) => process.getBuiltinModule('$1')[name] })",
    );
    return { code: lazy, map: null };
  },
};

/**
 * What `main/cli.ts` has cached belongs to the build before. The build with crash points leaves it alone: it
 * may be made while the usual one runs, and writes to it.
 */
const freshCompileCache = {
  name: 'belfry:fresh-compile-cache',
  closeBundle() {
    if (CRASH_POINTS) return;
    rmSync('out/compile-cache', { recursive: true, force: true, maxRetries: 3 });
  },
};

/** One configuration for what runs outside the window: `--mode main` (ESM) and `--mode preload` (one CJS file, as a sandboxed preload must be). */
export default defineConfig(({ mode }) => ({
  publicDir: false as const,
  plugins: [rareBuiltins, freshCompileCache, thirdPartyNotices(mode)],
  // The preload's allow-list comes from the contract, without its schema library.
  define: {
    BELFRY_CRASH_POINTS: JSON.stringify(CRASH_POINTS),
    ...(mode === 'preload'
      ? {
          BELFRY_METHOD_NAMES: JSON.stringify(METHOD_NAMES),
          BELFRY_DESKTOP_METHOD_NAMES: JSON.stringify(DESKTOP_METHOD_NAMES),
        }
      : {}),
  },
  ssr: { noExternal: true as const, external: ['electron', 'better-sqlite3'] },
  build: {
    ssr: true,
    target: 'node22',
    outDir: CRASH_POINTS ? 'out/crash-points' : `out/${mode}`,
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      external,
      input:
        mode === 'preload'
          ? { index: 'preload/index.ts' }
          : {
              index: 'main/index.ts',
              cli: 'main/cli.ts',
              'cluster-worker': 'main/cluster-worker.ts',
              'core-worker': 'main/core-worker.ts',
              'database-worker': 'main/database-worker.ts',
              'expression-worker': 'main/expression-worker.ts',
              'http-worker': 'main/http-worker.ts',
            },
      output:
        mode === 'preload'
          ? { format: 'cjs' as const, entryFileNames: '[name].cjs', codeSplitting: false }
          : {
              format: 'es' as const,
              comments: false,
              minify: {
                compress: true,
                mangle: false,
                codegen: { removeWhitespace: true, asciiOnly: true },
              },
              entryFileNames: '[name].js',
              // Only the command line imports at run time what others import at their start.
              chunkFileNames: ({ moduleIds }: { readonly moduleIds: readonly string[] }) =>
                moduleIds.length === 0
                  ? 'chunks/command-line-[name]-[hash].js'
                  : 'chunks/[name]-[hash].js',
            },
    },
  },
}));
