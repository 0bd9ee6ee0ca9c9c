/** @module-tag slow */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const ROOT = resolve(import.meta.dirname, '../..');
const DEPCRUISE = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
const CONFIG = '.dependency-cruiser.cjs';
const FOLDERS = ['main', 'preload', 'renderer', 'test'];

const report = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
    totalCruised: z.int(),
  }),
});

/** Files that a planted import may point at; each stands for its folder. */
const TARGETS = [
  'main/index.ts',
  'main/app.ts',
  'main/contract/target.ts',
  'main/base/target.ts',
  'main/messages/target.ts',
  'main/domain/target.ts',
  'main/store/target.ts',
  'main/channels/channel-adapter.ts',
  'main/channels/target.ts',
  'main/queue/target.ts',
  'main/ingest/target.ts',
  'main/transport/target.ts',
  'main/transport/ipc.ts',
  'main/dbus/target.ts',
  'main/shell/target.ts',
  'preload/target.ts',
  'renderer/target.ts',
  'test/target.ts',
];

/** One planted import for each rule, from the file that must not hold it. */
const FORBIDDEN: readonly [rule: string, from: string, to: string][] = [
  ['contract-is-a-leaf', 'main/contract/canary.ts', 'main/base/target.ts'],
  ['base-is-a-leaf', 'main/base/canary.ts', 'main/contract/target.ts'],
  ['messages-import-the-contract', 'main/messages/canary.ts', 'main/domain/target.ts'],
  ['domain-is-pure', 'main/domain/canary.ts', 'main/store/target.ts'],
  ['domain-does-no-io', 'main/domain/canary.ts', 'node:fs'],
  ['store-imports-down', 'main/store/canary.ts', 'main/queue/target.ts'],
  ['channels-import-down', 'main/channels/canary.ts', 'main/store/target.ts'],
  ['ingest-imports-down', 'main/ingest/canary.ts', 'main/store/target.ts'],
  ['services-import-down', 'main/queue/canary.ts', 'main/channels/target.ts'],
  ['services-import-down', 'main/alerts/canary.ts', 'main/transport/target.ts'],
  ['transport-imports-services', 'main/transport/canary.ts', 'main/store/target.ts'],
  ['transport-imports-services', 'main/transport/canary.ts', 'main/channels/target.ts'],
  ['dbus-imports-down', 'main/dbus/canary.ts', 'main/transport/target.ts'],
  ['shell-is-a-guest', 'main/shell/canary.ts', 'main/store/target.ts'],
  ['app-knows-no-host', 'main/app.ts', 'main/shell/target.ts'],
  ['app-knows-no-host', 'main/core.ts', 'main/shell/target.ts'],
  ['app-knows-no-ipc', 'main/app.ts', 'main/transport/ipc.ts'],
  ['hosts-run-the-app', 'main/cli.ts', 'main/shell/target.ts'],
  ['hosts-run-the-app', 'main/cli/canary.ts', 'main/shell/target.ts'],
  ['http-has-no-core', 'main/http-worker.ts', 'main/store/target.ts'],
  ['app-knows-no-host', 'main/app.ts', 'main/cli/canary.ts'],
  ['cluster-runs-the-app', 'main/cluster-worker.ts', 'main/shell/target.ts'],
  ['cluster-runs-the-app', 'main/cluster/canary.ts', 'main/shell/target.ts'],
  ['launch-stands-alone', 'main/launch.ts', 'main/app.ts'],
  ['main-has-no-other-folders', 'main/app.ts', 'main/elsewhere/target.ts'],
  ['main-knows-no-window', 'main/app.ts', 'renderer/target.ts'],
  ['window-knows-the-contract', 'renderer/canary.ts', 'main/base/target.ts'],
  ['window-knows-the-contract', 'renderer/Canary.svelte', 'main/base/target.ts'],
  ['window-runs-in-a-browser', 'renderer/canary.ts', 'node:fs'],
  ['preload-knows-the-contract', 'preload/canary.ts', 'main/domain/target.ts'],
  ['electron-stays-in-the-shell', 'main/core-worker.ts', 'electron'],
  ['electron-stays-in-the-shell', 'renderer/canary.ts', 'electron'],
  ['sqlite-stays-in-the-store', 'main/store/canary.ts', 'better-sqlite3'],
  ['the-bus-is-spoken-in-one-place', 'main/dbus/canary.ts', 'dbus-native'],
  ['sqlite-of-node-is-for-tests', 'main/store/canary.ts', 'node:sqlite'],
  ['no-circular', 'main/domain/left.ts', 'main/domain/right.ts'],
  ['no-unresolvable', 'main/app.ts', 'main/nowhere.ts'],
];

/** The lawful neighbours of the above: a checker that objects to everything proves nothing either. */
const ALLOWED: readonly [from: string, to: string][] = [
  ['main/messages/canary.ts', 'main/contract/target.ts'],
  ['main/domain/canary.ts', 'main/contract/target.ts'],
  ['main/domain/canary.ts', 'main/messages/target.ts'],
  ['main/store/canary.ts', 'main/domain/target.ts'],
  ['main/store/database.ts', 'better-sqlite3'],
  ['main/queue/canary.ts', 'main/channels/channel-adapter.ts'],
  ['main/transport/canary.ts', 'main/queue/target.ts'],
  ['main/transport/ipc.ts', 'electron'],
  ['main/shell/canary.ts', 'electron'],
  ['main/shell/canary.ts', 'main/dbus/target.ts'],
  ['main/dbus/bus.ts', 'dbus-native'],
  ['main/cli.ts', 'main/app.ts'],
  ['main/app.ts', 'main/core.ts'],
  ['main/core.ts', 'main/store/target.ts'],
  ['main/cli.ts', 'main/cli/target.ts'],
  ['main/cli/target.ts', 'main/app.ts'],
  ['main/index.ts', 'main/shell/target.ts'],
  ['preload/canary.ts', 'electron'],
  ['renderer/canary.ts', 'main/contract/target.ts'],
  ['renderer/canary.ts', 'main/messages/target.ts'],
  ['test/canary.ts', 'main/store/target.ts'],
];

/** A small separate tree under the same rules, so that no canary is ever left in the real one. */
function plantTree(imports: readonly (readonly [from: string, to: string])[]): string {
  const tree = mkdtempSync(join(tmpdir(), 'belfry-imports-'));
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  };
  for (const name of [CONFIG, 'tsconfig.json']) cpSync(join(ROOT, name), join(tree, name));
  for (const name of ['electron', 'better-sqlite3', 'dbus-native']) {
    put(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
    put(`node_modules/${name}/index.js`, '');
  }
  const texts = new Map(TARGETS.map((target) => [target, 'export {};\n']));
  for (const [from, to] of imports) {
    const up = '../'.repeat(from.split('/').length - 1);
    const specifier = /^(main|preload|renderer|test)\//.test(to) ? up + to : to;
    texts.set(from, `${texts.get(from) ?? ''}import '${specifier}';\n`);
  }
  for (const [path, text] of texts) {
    put(path, path.endsWith('.svelte') ? `<script lang="ts">\n${text}</script>\n` : text);
  }
  return tree;
}

/** Returns the checker's objections, as `rule: from`. */
function violations(tree: string): Set<string> {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [DEPCRUISE, '--config', CONFIG, '-T', 'json', ...FOLDERS],
    { cwd: tree, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  expect(stderr).toBe('');
  const { summary } = report.parse(JSON.parse(stdout));
  expect(summary.totalCruised).toBeGreaterThanOrEqual(TARGETS.length);
  return new Set(summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`));
}

describe('the import table', () => {
  const inTree = (imports: readonly (readonly [from: string, to: string])[]): Set<string> => {
    const tree = plantTree(imports);
    try {
      return violations(tree);
    } finally {
      rmSync(tree, { recursive: true, force: true });
    }
  };

  describe('objects to', () => {
    let found: Set<string>;

    beforeAll(() => {
      const planted = FORBIDDEN.map(([, from, to]) => [from, to] as const);
      found = inTree([
        ...planted,
        ['main/domain/right.ts', 'main/domain/left.ts'],
        ['main/elsewhere/target.ts', 'main/base/target.ts'],
      ]);
    });

    it.each(FORBIDDEN)('%s: %s imports %s', (rule, from) => {
      expect(found).toContain(`${rule}: ${from}`);
    });
  });

  it('has a canary for every rule', () => {
    const { forbidden } = createRequire(import.meta.url)(join(ROOT, CONFIG)) as {
      forbidden: { name: string }[];
    };
    const canaries = new Set(FORBIDDEN.map(([rule]) => rule));
    expect(forbidden.map(({ name }) => name).filter((name) => !canaries.has(name))).toEqual([]);
  });

  it('lets every lawful import pass', () => {
    expect([...inTree(ALLOWED)]).toEqual([]);
  });

  it('holds in the tree as it is', () => {
    expect([...violations(ROOT)]).toEqual([]);
  });
});
