import { describe, expect, test } from 'vitest';
import { routeInput } from '../../main/contract/route.ts';
import { CoreFixture, EXACT, firing } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { downChannel } from './down-channel.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const YEAR_MS = 365 * 24 * HOUR_MS;

describe('a channel whose configuration is mended while something is on its way', () => {
  test('wants no person because of what the old one led to', async () => {
    await using wrong = await HttpReceiver.start();
    await using right = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const answers: (() => void)[] = [];
    wrong.respond = (response) => answers.push(() => response.writeHead(401).end());
    const id = await fixture.raise(wrong.url, 'sending');
    await wrong.count(1);
    await fixture.core.channels.collection.update({ id, config: { url: right.url } }, 'test');
    answers[0]?.();
    await fixture.statusesBecome('dead');
    expect(fixture.channel(id).attention).toBeNull();
    await fixture.core.alerts.ingest([firing({ kind: 'other' })]);
    await fixture.statusesBecome('dead', 'sent');
  });

  test('probes at once, whatever becomes of a probe of the old one', async () => {
    await using receiver = await HttpReceiver.start();
    await using right = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await downChannel(receiver, fixture);
    const answers: (() => void)[] = [];
    receiver.respond = (response) => answers.push(() => response.writeHead(503).end());
    while (answers.length === 0) {
      fixture.clock.advance(1_000);
      await new Promise(setImmediate);
    }
    await fixture.core.channels.collection.update({ id, config: { url: right.url } }, 'test');
    answers[0]?.();
    await fixture.quiet();
    expect(fixture.channel(id).health.probeAt).toBe(fixture.clock.now());
    await fixture.core.alerts.ingest([firing({ kind: 'other' })]);
    await fixture.quiet();
    expect(fixture.statuses().at(-1)).toBe('sent');
  });
});

describe('a fallback that becomes usable', () => {
  test.each([
    ['by being enabled', false],
    ['because it no longer wants a person', true],
  ])('%s takes at once what waits for another channel to be mended', async (_how, mended) => {
    await using refusing = await HttpReceiver.start();
    await using second = await HttpReceiver.start();
    await using third = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    refusing.respond = status(401);
    second.respond = status(401);
    const c = await fixture.addChannel(second.url, EXACT, { name: 'c' });
    if (mended) {
      await fixture.core.notifications.test(c, 'test');
      await fixture.quiet();
      expect(fixture.channel(c).attention).not.toBeNull();
    } else await fixture.core.channels.collection.update({ id: c, enabled: false }, 'test');
    const b = await fixture.addChannel(third.url, EXACT, {
      name: 'b',
      enabled: false,
      fallbackChannelId: c,
    });
    const a = await fixture.addChannel(refusing.url, EXACT, { name: 'a', fallbackChannelId: b });
    const route = routeInput.parse({ name: 'all', channelIds: [a] });
    await fixture.core.routes.collection.create(route, 'test');
    await fixture.core.notifications.test(a, 'test');
    await fixture.quiet();
    await fixture.core.alerts.ingest([firing()]);
    await fixture.pass(HOUR_MS);
    expect(fixture.statuses().at(-1)).toBe('pending');
    second.respond = status(204);
    if (mended) await fixture.core.notifications.test(c, 'test');
    else await fixture.core.channels.collection.update({ id: c, enabled: true }, 'test');
    await fixture.pass(MINUTE_MS);
    expect(fixture.delivered(c)).toContain('raised');
  });
});

describe('a clock that ran ahead during an outage', () => {
  test('and was set right while the program was off puts off no probe', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await downChannel(receiver, fixture);
    fixture.clock.setWallBy(YEAR_MS);
    await fixture.pass(30 * MINUTE_MS);
    await fixture.crash();
    fixture.clock.setWallBy(-YEAR_MS);
    expect(fixture.channel(id).health.probeAt).toBeGreaterThan(fixture.clock.now());
    receiver.respond = status(204);
    fixture.open();
    await fixture.run();
    await fixture.core.alerts.ingest([firing({ kind: 'other' })]);
    await fixture.pass(MINUTE_MS);
    expect(fixture.statuses().at(-1)).toBe('sent');
  });
});

test('a clock that was set back while the program was off makes no retry wait longer', async () => {
  await using receiver = await HttpReceiver.start();
  await using fixture = await CoreFixture.start();
  receiver.respond = status(503);
  await fixture.addChannel(receiver.url, EXACT);
  await fixture.core.alerts.ingest([firing()]);
  await fixture.statusesBecome('failed');
  await fixture.crash();
  fixture.clock.setWallBy(-HOUR_MS);
  fixture.open();
  receiver.respond = status(204);
  await fixture.run();
  await fixture.pass(EXACT.baseMs);
  expect(fixture.statuses()).toEqual(['sent']);
});

describe('a database that cannot be read for a moment', () => {
  test('interrupts the attempt that needed it, and the row is sent after all', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await fixture.addChannel(receiver.url);
    let broken = false;
    fixture.core.writer.onCommitted(() => {
      if (broken || !fixture.statuses().includes('sending')) return;
      broken = true;
      fixture.db.exec('ALTER TABLE alerts RENAME TO elsewhere');
      setImmediate(() => fixture.db.exec('ALTER TABLE elsewhere RENAME TO alerts'));
    });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.statusesBecome('sent');
    expect(broken).toBe(true);
    expect(fixture.detail(0).attempts.map(({ outcome }) => outcome)).toEqual([
      'interrupted',
      'sent',
    ]);
  });
});
