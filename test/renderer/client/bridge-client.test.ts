import { describe, expect, it } from 'vitest';
import type { Bridge } from '../../../main/contract/client.ts';
import type { PushMessage } from '../../../main/contract/push.ts';
import { ok } from '../../../main/contract/result.ts';
import { BridgeClient } from '../../../renderer/client/bridge-client.ts';
import { createClient } from '../../../renderer/client/create-client.ts';
import { HttpClient } from '../../../renderer/client/http-client.ts';
import { ManualClock } from '../support/manual-clock.ts';

const bridge = (part: Partial<Bridge> = {}): Bridge => ({
  invoke: () => Promise.resolve(ok('answer')),
  subscribe: () => () => undefined,
  desktop: () => Promise.resolve(ok('answer')),
  ...part,
});

describe('createClient', () => {
  it('takes the bridge when the preload has put one there', () => {
    const host = Object.create(window, { belfry: { value: bridge() } }) as Window;
    expect(createClient(host, new ManualClock())).toBeInstanceOf(BridgeClient);
  });

  it('takes HTTP in a browser', () => {
    expect(createClient(window, new ManualClock())).toBeInstanceOf(HttpClient);
  });
});

describe('BridgeClient', () => {
  it('hands calls to the bridge', async () => {
    const calls: unknown[] = [];
    const client = new BridgeClient(
      bridge({
        invoke: (name, input) => {
          calls.push([name, input]);
          return Promise.resolve(ok('answer'));
        },
      }),
    );
    expect(await client.call('system.status', {})).toEqual(ok('answer'));
    expect(calls).toEqual([['system.status', {}]]);
  });

  it('answers a failure when the bridge rejects', async () => {
    const client = new BridgeClient(bridge({ invoke: () => Promise.reject(new Error('gone')) }));
    expect(await client.call('system.status', {})).toMatchObject({
      ok: false,
      error: { code: 'unavailable' },
    });
  });

  it('is always connected to the local core and needs no session', () => {
    const states: string[] = [];
    const client = new BridgeClient(bridge());
    client.subscribe(
      () => undefined,
      (state) => states.push(state),
    );
    expect(states).toEqual(['open']);
    expect(client.session).toBeNull();
  });

  it('names its core, and is connected to one elsewhere as the desktop is', async () => {
    const asked: unknown[] = [];
    let push: (message: PushMessage) => void = () => undefined;
    const client = new BridgeClient(
      bridge({
        invoke: (...call) => {
          asked.push(call);
          return Promise.resolve(ok('answer'));
        },
        subscribe: (listener, core) => {
          asked.push(core);
          push = listener;
          return () => undefined;
        },
      }),
      'nas',
    );
    const states: string[] = [];
    const messages: string[] = [];
    client.subscribe(
      ({ type }) => messages.push(type),
      (state) => states.push(state),
    );
    await client.call('system.status', {});
    expect(asked).toEqual(['nas', ['system.status', {}, 'nas']]);
    push({ type: 'lost' });
    push({ type: 'hello', epoch: 'e', seq: 1 });
    expect(states).toEqual(['connecting', 'lost', 'open']);
    expect(messages).toEqual(['lost', 'hello']);
  });
});
