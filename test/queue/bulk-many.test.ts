/** @module-tag slow */
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { CoreFixture, EXACT, firing } from '../support/core-fixture.ts';
import { HttpReceiver } from '../support/http-receiver.ts';
import { until } from '../support/until.ts';
import { addDead, ended, good, tally } from './dead-letters-lab.ts';

describe('many dead letters', () => {
  test('all of them are requeued when the program dies in the middle and starts again', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const channelId = await fixture.addChannel(receiver.url);
    addDead(fixture, { channelId, count: 2_000 });
    const { id } = good(await fixture.core.bulk.requeue({ filter: {} }, 'ann'));
    await until(() => (fixture.core.bulk.get(id)?.changed ?? 0) >= 600, 'three batches');
    await fixture.crash();
    fixture.open();
    const { dead = 0, ...others } = tally(fixture);
    expect(Object.keys(others).sort()).not.toContain('cancelled');
    expect(dead).toBeGreaterThan(0);
    expect(dead % 200).toBe(0);
    expect(dead + Object.values(others).reduce((sum, n) => sum + n, 0)).toBe(2_000);
    await fixture.run();
    expect(await ended(fixture, id)).toMatchObject({ state: 'finished', changed: 2_000 });
    expect(fixture.audit(id)).toEqual([
      { actor: 'ann', action: 'bulk.requeue' },
      { actor: 'ann', action: 'bulk.requeue.end' },
    ]);
    // Some were on their way when it died, and arrive twice.
    await received(receiver, 2_000);
    await until(() => tally(fixture)['sent'] === 2_000, 'every one of them was sent');
  }, 60_000);

  test('50,000 are requeued and delivered, and ingest beside it waits for no more than its own commit', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const channelId = await fixture.addChannel(receiver.url, EXACT);
    addDead(fixture, { channelId, count: 50_000 });
    let turn = 0;
    let counting = true;
    const counter = (async () => {
      for (; counting; turn++) await setImmediate();
    })();
    const { id, total } = good(await fixture.core.bulk.requeue({ filter: {} }, 'ann'));
    expect(total).toBe(50_000);
    const waits: { turns: number; rows: number }[] = [];
    const changed = () => fixture.core.bulk.get(id)?.changed ?? 0;
    while (fixture.core.bulk.get(id)?.state === 'running') {
      const [turnBefore, rowsBefore] = [turn, changed()];
      await fixture.core.alerts.ingest([firing({ dedupKey: String(waits.length) })]);
      waits.push({ turns: turn - turnBefore, rows: changed() - rowsBefore });
    }
    counting = false;
    await counter;
    expect(waits.length).toBeGreaterThan(100);
    expect(Math.max(...waits.map(({ turns }) => turns))).toBeLessThanOrEqual(3);
    expect(Math.max(...waits.map(({ rows }) => rows))).toBeLessThanOrEqual(400);
    const all = 50_000 + waits.length;
    await received(receiver, all);
    await until(() => tally(fixture)['sent'] === all, 'every one of them is sent');
    expect(tally(fixture)).toEqual({ sent: all });
    expect(receiver.received).toHaveLength(all);
    // A minute of one core's work, which goes on as long as anything arrives, however busy the machine is.
  }, 1_200_000);
});

/** Waits as long as it goes on; counting the rows themselves at each turn would take longer than sending them. */
async function received(receiver: HttpReceiver, all: number): Promise<void> {
  for (let before = -1; receiver.received.length < all;) {
    await until(() => receiver.received.length > before, 'another one arrived');
    before = receiver.received.length;
  }
}
