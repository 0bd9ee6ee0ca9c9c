import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { beforeEach, describe, expect, it } from 'vitest';
import { BrowserMemory } from '../../../renderer/app/browser-memory.ts';
import { ThemeChoice, THEMES } from '../../../renderer/theme/theme.svelte.ts';

const SCRIPT = readFileSync(join(import.meta.dirname, '../../../renderer/public/theme.js'), 'utf8');
const { dataset } = document.documentElement;

/** Runs the script of the page, in a browser that wants more contrast or not. */
function load(wantsContrast = false): void {
  const matchMedia = () => ({ matches: wantsContrast, addEventListener: () => undefined });
  Object.assign(globalThis, { matchMedia });
  runInThisContext(SCRIPT);
}

const shown = (): string => `${dataset['scheme'] ?? 'system'} ${dataset['contrast'] ?? 'normal'}`;

const choice = () => new ThemeChoice(window, new BrowserMemory(() => localStorage));

describe('the theme', () => {
  beforeEach(() => {
    localStorage.clear();
    delete dataset['scheme'];
    delete dataset['contrast'];
  });

  it.each([
    ['system', 'system normal'],
    ['light', 'light normal'],
    ['dark', 'dark normal'],
    ['contrast', 'system more'],
  ] as const)('%s is shown at once, and after a reload', (theme, expected) => {
    load();
    choice().choose(theme);
    expect(shown()).toBe(expected);
    delete dataset['scheme'];
    delete dataset['contrast'];
    load();
    expect(shown()).toBe(expected);
    expect(choice().value).toBe(theme);
  });

  it('has more contrast where the system asks for it, unless a scheme was chosen', () => {
    load(true);
    expect(shown()).toBe('system more');
    choice().choose('light');
    expect(shown()).toBe('light normal');
  });

  it('is the system’s where the memory holds nothing that is known', () => {
    localStorage.setItem('belfry.theme', 'neon');
    load();
    expect(shown()).toBe('system normal');
    expect(choice().value).toBe('system');
    expect(THEMES).toContain('system');
  });
});
