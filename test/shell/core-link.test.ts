import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DesktopNotifier } from '../../main/channels/desktop-notifier.ts';
import type { PushMessage } from '../../main/contract/push.ts';
import { sent } from '../../main/domain/outcome.ts';
import { CoreLink } from '../../main/shell/core-link.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { crashDetail, crashNotice, type CoreCrash } from '../../main/shell/own-notices.ts';
import { keptLog } from './kept-log.ts';
import { ManualClock } from './manual-clock.ts';
import type { CoreScript } from './scripted-core.ts';

const SCRIPTED = join(import.meta.dirname, 'scripted-core.ts');

function setup(script: CoreScript = {}) {
  const clock = new ManualClock();
  const crashes: CoreCrash[] = [];
  const desktop = {
    show: vi.fn<DesktopNotifier['show']>(() => Promise.resolve(sent())),
    close: vi.fn<DesktopNotifier['close']>(),
  };
  const crashed = Promise.withResolvers<void>();
  const link = new CoreLink({
    spawn: () => new Worker(SCRIPTED, { workerData: script }),
    desktop,
    changeKeys: () => Promise.reject(new Error('scripted: no key file')),
    clock,
    logger: keptLog(),
    messages: () => messagesFor('en'),
    onCrash: (crash) => {
      crashes.push(crash);
      crashed.resolve();
    },
  });
  links.push(link);
  const messages: PushMessage[] = [];
  const listeners: (() => void)[] = [];
  /** Resolves once that many messages came. */
  const heard = async (count: number): Promise<PushMessage[]> => {
    while (messages.length < count) await new Promise<void>((next) => listeners.push(next));
    return messages;
  };
  const listener = (message: PushMessage): void => {
    messages.push(message);
    for (const next of listeners.splice(0)) next();
  };
  return { link, clock, desktop, crashes, crashed: crashed.promise, heard, listener };
}

const links: CoreLink[] = [];

afterEach(async () => {
  for (const link of links.splice(0)) await link.stop();
});

describe('the link to the core worker', () => {
  it('carries a call there and its answer back', async () => {
    const { link } = setup();
    await link.start();
    expect(await link.call('alerts.list', { limit: 5 })).toEqual({
      ok: true,
      value: { name: 'alerts.list', input: { limit: 5 } },
    });
  });

  it('answers unavailable while there is no core', async () => {
    const { link } = setup();
    expect(await link.call('alerts.list', {})).toMatchObject({ error: { code: 'unavailable' } });
    await link.start();
    await link.stop();
    expect(await link.call('alerts.list', {})).toMatchObject({ error: { code: 'unavailable' } });
  });

  it('rejects the start with the core’s own words', async () => {
    const { link, crashes } = setup({ failure: 'another instance has the data directory' });
    await expect(link.start()).rejects.toThrow('another instance has the data directory');
    expect(crashes).toEqual([]);
  });

  it('rejects an input that cannot be cloned, and goes on', async () => {
    const { link } = setup();
    await link.start();
    await expect(link.callUnchecked('alerts.list', { f: () => 1 })).rejects.toThrow(/clone/);
    expect((await link.call('alerts.list', {})).ok).toBe(true);
  });

  it('brings a crashed core back, answers what was open, and subscribes again', async () => {
    const { link, crashes, crashed, heard, listener } = setup();
    link.subscribe(listener);
    await link.start();
    await heard(1);
    const open = link.call('tokens.list', {});
    void link.call('system.status', {});
    await crashed;
    expect(await open).toMatchObject({ error: { code: 'unavailable' } });
    expect(crashes).toEqual([{ problem: 'scripted crash', damaged: false, returns: true }]);
    expect((await heard(2)).map(({ type }) => type)).toEqual(['hello', 'hello']);
    expect((await link.call('alerts.list', {})).ok).toBe(true);
  });

  it.each([
    ['crashed', false, /^Nothing that was accepted is lost/],
    ['found its database damaged', true, /^The database is damaged.*what is missing/],
  ])('says what is true of a core that %s', async (_what, damages, words) => {
    const { link, crashes, crashed } = setup();
    await link.start();
    void link.call(damages ? 'backups.create' : 'system.status', {});
    await crashed;
    const [crash] = crashes;
    if (!crash) throw new Error('Nothing crashed');
    expect(crash.damaged).toBe(damages);
    expect(crashNotice(messagesFor('en'), crash).body).toMatch(words);
    expect(
      crashDetail(messagesFor('en'), crash).includes('Nothing that was accepted is lost'),
    ).toBe(!damages);
  });

  it('gives up after three returns within two minutes', async () => {
    const { link, crashes, heard, listener } = setup();
    link.subscribe(listener);
    await link.start();
    for (let crash = 1; crash <= 4; crash += 1) {
      await heard(crash);
      await link.call('system.status', {});
    }
    expect(crashes.map(({ returns }) => returns)).toEqual([true, true, true, false]);
  });

  it('shows and closes notices for the core, and tells it the outcome', async () => {
    const { link, desktop, heard, listener } = setup();
    link.subscribe(listener);
    await link.start();
    await link.call('channels.test', { id: 'c' });
    const messages = await heard(2);
    expect(desktop.show.mock.calls[0]?.[0]).toMatchObject({ tag: 'a1', title: 't' });
    expect(desktop.close).toHaveBeenCalledWith('a2');
    expect(messages[1]).toEqual({ type: 'open', route: '{"kind":"sent"}' });
  });

  it('ends a core that does not drain, after its limit', async () => {
    const { link, clock } = setup({ hangs: true });
    await link.start();
    const stopped = link.stop();
    clock.advance(20_000);
    await stopped;
    expect(clock.waiting).toBe(0);
  });

  it('stops only once, however often it is asked', async () => {
    const { link } = setup();
    await link.start();
    await Promise.all([link.stop(), link.stop()]);
    await link.stop();
  });
});
