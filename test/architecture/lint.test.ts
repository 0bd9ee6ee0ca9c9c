/** @module-tag slow */
import { resolve } from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** The project's own rules, less those that need a file on disk to know its types. */
const linter = new ESLint({
  cwd: ROOT,
  overrideConfig: [
    ts.configs.disableTypeChecked,
    { languageOptions: { parserOptions: { projectService: false, project: false } } },
  ],
});

const rulesBroken = async (path: string, code: string): Promise<(string | null)[]> => {
  const [result] = await linter.lintText(code, { filePath: resolve(ROOT, path) });
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
};

describe('the clock rule', () => {
  it.each([
    ['no-restricted-properties', 'export const at = Date.now();'],
    ['no-restricted-properties', 'export const luck = Math.random();'],
    ['no-restricted-properties', 'export const limit = AbortSignal.timeout(1);'],
    ['no-restricted-syntax', 'export const at = new Date();'],
    ['no-restricted-globals', 'export const at = performance.now();'],
    ['no-restricted-globals', 'setTimeout(() => {}, 1);'],
    ['no-restricted-globals', 'setInterval(() => {}, 1);'],
    ['no-restricted-imports', "export { setTimeout } from 'node:timers/promises';"],
  ])('%s objects to %s in main/', async (rule, code) => {
    expect(await rulesBroken('main/domain/canary.ts', code)).toContain(rule);
  });

  it('lets a date be made from a number', async () => {
    expect(await rulesBroken('main/domain/canary.ts', 'export const at = new Date(0);')).toEqual(
      [],
    );
  });

  it('leaves the clock itself alone', async () => {
    expect(await rulesBroken('main/base/clock.ts', 'export const at = Date.now();')).toEqual([]);
  });
});

describe('the size limits', () => {
  const lines = (count: number): string => 'void 0;\n'.repeat(count);

  it.each([
    ['main/domain/canary.ts', lines(451)],
    ['renderer/canary.svelte.ts', lines(451)],
    ['renderer/Canary.svelte', `<script lang="ts">\n${lines(451)}</script>\n`],
    ['renderer/Canary.svelte', '<p>a line of markup</p>\n'.repeat(451)],
  ])('max-lines objects to a longer %s', async (path, code) => {
    expect(await rulesBroken(path, code)).toContain('max-lines');
  });

  it('max-lines-per-function objects to a longer function', async () => {
    const code = `export function long(): void {\n${lines(70)}}\n`;
    expect(await rulesBroken('main/domain/canary.ts', code)).toContain('max-lines-per-function');
  });
});

describe('the rule for text', () => {
  const svelte = 'renderer/messages/Canary.svelte';
  const script = 'renderer/messages/canary.ts';

  it.each([
    [svelte, '<p>Saved</p>'],
    [svelte, '<p>{count} alerts</p>'],
    [svelte, '<input placeholder="Search alerts" />'],
    [svelte, '<button title="Remove">×</button>'],
    [svelte, "<button aria-label={open ? 'close' : text('common.open')}>×</button>"],
    [svelte, "<p>{count === 1 ? 'one' : text('common.none')}</p>"],
    [svelte, '<p>{`${count} left`}</p>'],
    [svelte, "<Field label='Name' />"],
    [svelte, "<Rows empty={{ icon: 'search', title: 'Nothing here' }} />"],
    [script, "export const label = 'Saved';"],
    [script, "notices.done('could not save it');"],
    [script, 'notices.done(`${name} is gone`);'],
    [script, "const LABELS = { open: 'Open' };"],
  ])('objects in %s to %s', async (path, code) => {
    expect(await rulesBroken(path, code)).toContain('belfry/literal-text');
  });

  it.each([
    [svelte, "<p class='quiet text' data-tone='bad'>{text('common.save')}</p>"],
    [svelte, '<p>{text(`common.severity.${severity}`)} · {count}</p>'],
    [svelte, '<p>Belfry <code>npm run serve</code></p>'],
    [svelte, "{#if state === 'open'}{name}{/if}"],
    [svelte, "<a href={formatRoute('alerts')}>{name}</a>"],
    [svelte, "<Banner tone={count > 0 ? 'critical' : 'quiet'} />"],
    [
      svelte,
      "<input placeholder='https://ntfy.sh' onkeydown={(event) => event.key === 'Enter'} />",
    ],
    [svelte, "<Rows empty={{ icon: 'search', title: text('common.none') }} />"],
    [script, "throw new Error('This cannot be');"],
    [script, "export const key = 'common.save';"],
    [script, "if (event.key === 'Escape') close();"],
  ])('lets pass in %s %s', async (path, code) => {
    expect(await rulesBroken(path, code)).not.toContain('belfry/literal-text');
  });
});
