import { describe, expect, test } from 'vitest';
import type { PushMessage } from '../../main/contract/push.ts';
import { PushHub, type ChangedEntity } from '../../main/transport/push-hub.ts';
import type { PushSink } from '../../main/transport/push-sink.ts';
import { FakeClock } from '../support/fake-clock.ts';

class Window implements PushSink {
  readonly messages: PushMessage[] = [];
  buffered = 0;

  send(message: PushMessage): void {
    this.messages.push(message);
  }

  bufferedBytes(): number {
    return this.buffered;
  }

  types(): string[] {
    return this.messages.map(({ type }) => type);
  }
}

const channel = (id: string): ChangedEntity => ({ entity: 'channel', id });

function start() {
  const clock = new FakeClock();
  const hub = new PushHub({
    clock,
    epoch: 'e1',
    logger: { log: () => undefined },
    read: ({ entity, id = '' }) => (entity === 'channel' ? { entity, id, value: null } : null),
  });
  return { clock, hub };
}

const idsOf = (message: PushMessage | undefined) =>
  message?.type === 'batch' ? message.changes.map((change) => 'id' in change && change.id) : null;

describe('the push hub', () => {
  test('greets with epoch and number, and sends the first change at once', () => {
    const { clock, hub } = start();
    hub.changed([channel('before')]);
    const window = new Window();
    hub.subscribe(window);
    expect(window.messages).toEqual([{ type: 'hello', epoch: 'e1', seq: 1 }]);
    hub.changed([channel('a')]);
    clock.advance(0);
    expect(window.messages[1]).toMatchObject({ type: 'batch', after: 1, seq: 2 });
  });

  test('stands where it greets, whether or not somebody listens', () => {
    const { hub } = start();
    hub.changed([channel('a'), channel('b')]);
    expect(hub.position).toEqual({ epoch: 'e1', seq: 2 });
    const window = new Window();
    hub.subscribe(window);
    expect(window.messages).toEqual([{ type: 'hello', ...hub.position }]);
  });

  test('sends at most every 100 ms, each entity once, in the order of its last change', () => {
    const { clock, hub } = start();
    const window = new Window();
    hub.subscribe(window);
    hub.changed([channel('first')]);
    clock.advance(100);
    hub.changed([channel('a')]);
    clock.advance(0);
    for (const id of ['a', 'b', 'a']) {
      hub.changed([channel(id)]);
      clock.advance(30);
    }
    expect(window.messages).toHaveLength(3);
    clock.advance(10);
    expect(window.messages.map(idsOf)).toEqual([null, ['first'], ['a'], ['b', 'a']]);
  });

  test('never waits longer than 100 ms under a steady stream, and leaves no gap in the numbers', () => {
    const { clock, hub } = start();
    const window = new Window();
    hub.subscribe(window);
    for (let i = 0; i < 100; i++) {
      hub.changed([channel(String(i))]);
      clock.advance(10);
    }
    const batches = window.messages.filter((message) => message.type === 'batch');
    expect(batches.length).toBeGreaterThanOrEqual(9);
    expect(batches.length).toBeLessThanOrEqual(11);
    let seq = 0;
    for (const batch of batches) {
      expect(batch.after).toBe(seq);
      seq = batch.seq;
    }
  });

  test('a window that comes in between starts where the others are', () => {
    const { clock, hub } = start();
    const early = new Window();
    hub.subscribe(early);
    hub.changed([channel('a')]);
    clock.advance(100);
    hub.changed([channel('b')]);
    const late = new Window();
    hub.subscribe(late);
    hub.changed([channel('c')]);
    clock.advance(100);
    expect(late.messages).toMatchObject([
      { type: 'hello', seq: 2 },
      { type: 'batch', after: 2, seq: 3 },
    ]);
    expect(early.types()).toEqual(['hello', 'batch', 'batch', 'batch']);
  });

  test('a slow window misses batches, costs no memory, and is asked to reload once it has caught up', () => {
    const { clock, hub } = start();
    const slow = new Window();
    hub.subscribe(slow);
    slow.buffered = 2_000_000;
    hub.changed([channel('a')]);
    clock.advance(200);
    hub.changed([channel('b')]);
    clock.advance(200);
    expect(slow.types()).toEqual(['hello']);
    slow.buffered = 0;
    clock.advance(100);
    expect(slow.messages.at(-1)).toEqual({ type: 'resync', epoch: 'e1', seq: 2 });
    hub.changed([channel('c')]);
    clock.advance(100);
    expect(slow.messages.at(-1)).toMatchObject({ type: 'batch', after: 2, seq: 3 });
    expect(clock.nextTimerMs()).toBeNull();
  });

  test('a flood is one resync', () => {
    const { clock, hub } = start();
    const window = new Window();
    hub.subscribe(window);
    hub.changed(Array.from({ length: 501 }, (_, i) => channel(String(i))));
    clock.advance(100);
    expect(window.types()).toEqual(['hello', 'resync']);
  });

  test('without a window there is no timer; after stop nothing is sent', async () => {
    const { clock, hub } = start();
    hub.changed([channel('a')]);
    expect(clock.nextTimerMs()).toBeNull();
    const window = new Window();
    const unsubscribe = hub.subscribe(window);
    hub.changed([channel('b')]);
    await hub.stop();
    clock.advance(1_000);
    expect(window.types()).toEqual(['hello']);
    unsubscribe();
  });
});
