import { describe, expect, it, vi } from 'vitest';
import type { Client } from '../../main/contract/client.ts';
import type { PushMessage } from '../../main/contract/push.ts';
import { fail, ok, type Result } from '../../main/contract/result.ts';
import { CoreWatch, type CoreState } from '../../main/shell/core-watch.ts';
import { ManualClock } from './manual-clock.ts';

function setup() {
  const clock = new ManualClock();
  const states: CoreState[] = [];
  const calls: string[] = [];
  const answers: Record<string, Result<unknown>> = {
    'system.status': ok({ pausedUntil: null }),
    'channels.list': ok({ items: [{ id: 'c', attention: { holds: true } }, { id: 'd' }] }),
    'alerts.list': ok({ items: [{ id: 'a' }] }),
  };
  let push: (message: PushMessage) => void = () => undefined;
  const core = {
    call: async (name: string) => {
      calls.push(name);
      return answers[name];
    },
    subscribe: (listener: typeof push) => {
      push = listener;
      return () => undefined;
    },
  } as unknown as Client;
  new CoreWatch(core, clock, (state) => states.push(state));
  const changed = (...changes: unknown[]) => push({ type: 'batch', changes } as never);
  return {
    clock,
    states,
    calls,
    answers,
    changed,
    push: (message: unknown) => push(message as never),
  };
}

describe('what the tray follows of a core', () => {
  it('is asked for at the start, and again after a gap', async () => {
    const it = setup();
    it.push({ type: 'hello' });
    await vi.waitFor(() => expect(it.states).toHaveLength(1));
    expect(it.states[0]).toMatchObject({ attention: [{ id: 'c' }], newest: [{ id: 'a' }] });
    it.push({ type: 'resync' });
    await vi.waitFor(() => expect(it.states).toHaveLength(2));
  });

  it('is not shown while the core does not answer', async () => {
    const it = setup();
    it.answers['system.status'] = fail('unavailable', 'not yet');
    it.push({ type: 'hello' });
    await vi.waitFor(() => expect(it.calls).toHaveLength(3));
    it.changed({ entity: 'channel', id: 'c', value: null });
    expect(it.states).toEqual([]);
  });

  it('takes status and channels from the pushes', async () => {
    const it = setup();
    it.push({ type: 'hello' });
    await vi.waitFor(() => expect(it.states).toHaveLength(1));
    it.changed(
      { entity: 'status', value: { pausedUntil: 1 } },
      { entity: 'channel', id: 'c', value: null },
    );
    expect(it.states.at(-1)).toMatchObject({ status: { pausedUntil: 1 }, attention: [] });
    expect(it.calls).toHaveLength(3);
  });

  it('asks for the newest alerts twice a second at most, however many change', async () => {
    const it = setup();
    it.push({ type: 'hello' });
    await vi.waitFor(() => expect(it.states).toHaveLength(1));
    it.answers['alerts.list'] = ok({ items: [{ id: 'b' }] });
    for (let n = 0; n < 10; n += 1) it.changed({ entity: 'alert', id: 'b', value: {} });
    expect(it.clock.waiting).toBe(1);
    it.clock.advance(500);
    await vi.waitFor(() => expect(it.states).toHaveLength(2));
    expect(it.states.at(-1)?.newest).toEqual([{ id: 'b' }]);
    expect(it.calls.filter((name) => name === 'alerts.list')).toHaveLength(2);
  });
});
