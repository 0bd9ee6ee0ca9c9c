import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { IPC } from '../../main/contract/ipc-channels.ts';
import type { PushMessage } from '../../main/contract/push.ts';
import { ok } from '../../main/contract/result.ts';
import { IpcTransport } from '../../main/transport/ipc.ts';
import { app } from '../support/electron/app.ts';
import { invokeFrom, sendFrom } from '../support/electron/ipc-main.ts';
import { stage } from '../support/electron/stage.ts';
import { BrowserWindow, StandInFrame } from '../support/electron/window.ts';

// A separate stand-in, in the state of a program that has just started.
vi.hoisted(() => vi.resetModules());
vi.mock('electron', () => import('../support/electron/index.ts'));

const hello: PushMessage = { type: 'hello', epoch: 'e', seq: 1 };
const listeners = new Set<(message: PushMessage) => void>();
const calls: unknown[][] = [];
/** The real core answers from its worker, and so a moment later. */
let greetsAtOnce = true;
const core = {
  callUnchecked: async (...call: unknown[]) => {
    calls.push(call);
    return ok('answer');
  },
  subscribe: (listener: (message: PushMessage) => void) => {
    listeners.add(listener);
    if (greetsAtOnce) listener(hello);
    return () => listeners.delete(listener);
  },
};

const desktop = async (...asked: unknown[]) => {
  calls.push(['desktop', ...asked]);
  return ok('answer');
};

let window: BrowserWindow;
let ipc: IpcTransport;
let sent: { channel: string; args: unknown[] }[];
const keep = ({ channel, args }: { channel: string; args: unknown[] }) =>
  sent.push({ channel, args });

beforeAll(() => app.whenReady());

beforeEach(() => {
  window = new BrowserWindow({});
  window.webContents.mainFrame = new StandInFrame('belfry://app/');
  ipc = new IpcTransport(
    { cores: core, desktop },
    'belfry://app',
    (contents) => contents === (window.webContents as never),
  );
  ipc.start();
  greetsAtOnce = true;
  sent = [];
  calls.length = 0;
  stage.on('send', keep);
});

afterEach(() => {
  ipc.stop();
  stage.off('send', keep);
  expect(listeners.size).toBe(0);
});

const call = (...args: Parameters<typeof invokeFrom>) => invokeFrom(...args);

describe('a call from the window', () => {
  it('reaches the core', async () => {
    const answer = await call(window.webContents, IPC.call, ['alerts.list', { limit: 1 }]);
    expect(answer).toEqual(ok('answer'));
    expect(calls).toEqual([['alerts.list', { limit: 1 }, 'local']]);
  });

  it('goes to the core that it names, or to the desktop', async () => {
    await call(window.webContents, IPC.call, ['alerts.list', {}, 'another']);
    await call(window.webContents, IPC.call, ['alerts.list', {}, 7]);
    await call(window.webContents, IPC.desktop, ['cores.list', {}]);
    expect(calls).toEqual([
      ['alerts.list', {}, 'another'],
      ['alerts.list', {}, ''],
      ['desktop', 'cores.list', {}],
    ]);
    calls.length = 0;
    const answer = await call(window.webContents, IPC.desktop, ['alerts.list', {}]);
    expect(answer).toMatchObject({ error: { code: 'invalid_input' } });
    expect(calls).toEqual([]);
  });

  it.each([['constructor'], ['__proto__'], ['no.such'], [7], [null], [['alerts.list']]])(
    'is refused for the method %j',
    async (name) => {
      const answer = await call(window.webContents, IPC.call, [name, {}]);
      expect(answer).toMatchObject({ error: { code: 'invalid_input' } });
      expect(calls).toEqual([]);
    },
  );

  it('is refused from other pages, frames and windows', async () => {
    const own = window.webContents;
    const stranger = new BrowserWindow({}).webContents;
    stranger.mainFrame = new StandInFrame('belfry://app/');
    const refused = { error: { code: 'forbidden' } };
    const ask = ['alerts.list', {}];
    expect(await call(stranger, IPC.call, ask)).toMatchObject(refused);
    expect(await call(own, IPC.call, ask, null)).toMatchObject(refused);
    expect(await call(own, IPC.desktop, ['cores.list', {}], null)).toMatchObject(refused);
    expect(await call(own, IPC.call, ask, new StandInFrame('belfry://app/x'))).toMatchObject(
      refused,
    );
    for (const url of ['https://evil.example/', 'belfry://other/', 'about:blank', 'data:,x']) {
      own.mainFrame = new StandInFrame(url);
      expect(await call(own, IPC.call, ask), url).toMatchObject(refused);
      sendFrom(own, IPC.subscribe, [1]);
    }
    expect(calls).toEqual([]);
    expect(listeners.size).toBe(0);
  });
});

describe('what is pushed to the window', () => {
  it('comes under the number of its subscription, hello first', () => {
    sendFrom(window.webContents, IPC.subscribe, [5]);
    expect(sent).toEqual([{ channel: IPC.push, args: [5, hello] }]);
    sendFrom(window.webContents, IPC.unsubscribe, [5]);
    expect(listeners.size).toBe(0);
  });

  it('ends with the page', () => {
    sendFrom(window.webContents, IPC.subscribe, [1]);
    sendFrom(window.webContents, IPC.subscribe, [1]);
    sendFrom(window.webContents, IPC.subscribe, [2]);
    expect(listeners.size).toBe(2);
    ipc.forget(window.webContents as never);
    expect(listeners.size).toBe(0);
  });

  it('does not go to a page that is gone', () => {
    sendFrom(window.webContents, IPC.subscribe, [1]);
    sent.length = 0;
    window.webContents.destroyed = true;
    for (const listener of listeners) listener(hello);
    expect(sent).toEqual([]);
  });

  it('is bounded in its subscriptions, which must be numbers', () => {
    for (let id = 0; id < 40; id += 1) sendFrom(window.webContents, IPC.subscribe, [id]);
    sendFrom(window.webContents, IPC.subscribe, ['1']);
    expect(listeners.size).toBe(16);
  });
});

describe('a page that hangs', () => {
  const subscriptionOf = (id: number) => {
    sendFrom(window.webContents, IPC.subscribe, [id]);
    return (message: PushMessage) => {
      for (const listener of listeners) listener(message);
    };
  };
  const resync: PushMessage = { type: 'resync', epoch: 'e', seq: 2 };

  it('gets nothing more once it is behind, and starts again when it has caught up', () => {
    const push = subscriptionOf(1);
    for (let count = 0; count < 1_000; count += 1) push(resync);
    expect(sent).toHaveLength(200);
    expect(listeners.size).toBe(0);
    for (let count = 0; count < 199; count += 1) sendFrom(window.webContents, IPC.received, [1]);
    expect(listeners.size).toBe(0);
    sendFrom(window.webContents, IPC.received, [1]);
    expect(listeners.size).toBe(1);
    expect(sent.slice(200).map(({ args }) => args)).toEqual([[1, hello]]);
  });

  it('is not held to have hung while it confirms', () => {
    const push = subscriptionOf(1);
    for (let count = 0; count < 1_000; count += 1) {
      push(resync);
      sendFrom(window.webContents, IPC.received, [1]);
    }
    expect(sent).toHaveLength(1_001);
  });

  it('cannot confirm for another subscription, or for none', () => {
    sendFrom(window.webContents, IPC.received, [9]);
    sendFrom(window.webContents, IPC.received, ['1']);
    expect(sent).toEqual([]);
  });
});

describe('a route to open', () => {
  it('goes to a window that listens', () => {
    sendFrom(window.webContents, IPC.subscribe, [1]);
    ipc.open('#/alerts', 'local');
    expect(sent.at(-1)?.args).toEqual([1, { type: 'open', route: '#/alerts', core: 'local' }]);
  });

  it('never overtakes the hello', () => {
    greetsAtOnce = false;
    sendFrom(window.webContents, IPC.subscribe, [1]);
    ipc.open('#/alerts', 'local');
    expect(sent).toEqual([]);
    for (const listener of listeners) listener(hello);
    expect(sent.map(({ args }) => args)).toEqual([
      [1, hello],
      [1, { type: 'open', route: '#/alerts', core: 'local' }],
    ]);
  });

  it('waits, once, for a window that is still loading', () => {
    ipc.open('#/alerts', 'local');
    sendFrom(window.webContents, IPC.subscribe, [1]);
    sendFrom(window.webContents, IPC.subscribe, [2]);
    expect(sent.map(({ args }) => args)).toEqual([
      [1, hello],
      [1, { type: 'open', route: '#/alerts', core: 'local' }],
      [2, hello],
    ]);
  });
});
