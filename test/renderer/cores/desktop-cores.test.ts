import { describe, expect, it } from 'vitest';
import { LOCAL_CORE, type Core } from '../../../main/contract/desktop-core.ts';
import { fail, ok, type Result } from '../../../main/contract/result.ts';
import { coreInitial, coreName, coreSummary } from '../../../renderer/cores/core-labels.ts';
import { DesktopCores } from '../../../renderer/cores/desktop-cores.svelte.ts';

const core = (id: string, more: Partial<Core> = {}): Core => ({
  id,
  name: id === LOCAL_CORE ? null : id,
  url: id === LOCAL_CORE ? null : `https://${id}`,
  state: 'connected',
  reason: null,
  version: '1.0.0',
  alerts: { open: 0, worst: null },
  certificate: null,
  ...more,
});

function setup(items: readonly Core[], remembered: Record<string, string> = {}) {
  let answer: Result<unknown> = ok({ items, reason: null });
  const kept = new Map(Object.entries(remembered));
  const cores = new DesktopCores(
    { desktop: () => Promise.resolve(answer) },
    {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
    },
  );
  const shown: [string, string | null][] = [];
  cores.onShow((route) => shown.push([cores.shownId, route]));
  return { cores, shown, kept, answers: (next: Result<unknown>) => void (answer = next) };
}

describe('the core that a window shows', () => {
  it('is the local one at first, and the last one afterwards', async () => {
    const { cores, kept } = setup([core(LOCAL_CORE), core('nas')]);
    await cores.load();
    expect(cores.shownId).toBe(LOCAL_CORE);
    cores.show('nas', '#/alerts');
    const again = setup([core(LOCAL_CORE), core('nas')], Object.fromEntries(kept));
    await again.cores.load();
    expect(again.cores.shown?.id).toBe('nas');
    expect(again.shown).toEqual([]);
  });

  it('is another once it was removed or switched off', async () => {
    const { cores, shown, answers } = setup([core(LOCAL_CORE), core('nas')]);
    await cores.load();
    answers(ok({ items: [core(LOCAL_CORE, { state: 'off' }), core('nas')], reason: null }));
    await cores.load();
    expect(cores.choices.map(({ id }) => id)).toEqual(['nas']);
    answers(ok({ items: [core(LOCAL_CORE)], reason: null }));
    await cores.load();
    expect(shown).toEqual([
      ['nas', null],
      [LOCAL_CORE, null],
    ]);
    expect(cores.areSeveral).toBe(false);
  });

  it('stays where the list cannot be loaded', async () => {
    const { cores, shown, answers } = setup([core(LOCAL_CORE), core('nas')]);
    await cores.load();
    answers(fail('unavailable', 'gone'));
    await cores.load();
    expect(cores.failure?.message).toBe('gone');
    expect(cores.items).toHaveLength(2);
    expect(shown).toEqual([]);
  });
});

describe('what is said of a core', () => {
  it('is its name, its initial and its alerts, or why there are none', () => {
    expect([coreName(core(LOCAL_CORE)), coreInitial(core('äpfel'))]).toEqual([
      'This computer',
      'Ä',
    ]);
    expect(coreSummary(core('nas', { alerts: { open: 2, worst: 'info' } }))).toBe('2 open alerts');
    expect(coreSummary(core('nas', { state: 'unreachable' }))).toBe('No connection');
  });
});
