/** @module-tag slow */
import { describe, expect, test } from 'vitest';
import { routeInput } from '../../main/contract/route.ts';
import { CoreFixture, EXACT, firing } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { downChannel } from './down-channel.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A webhook, and beside it the desktop as its fallback, to which no route leads. */
async function withFallback(receiver: HttpReceiver) {
  const fixture = await CoreFixture.start();
  const fallbackChannelId = await fixture.addDesktop({ name: 'fallback' });
  const hook = await fixture.addChannel(receiver.url, EXACT, { fallbackChannelId });
  const route = routeInput.parse({ name: 'all', channelIds: [hook] });
  await fixture.core.routes.collection.create(route, 'test');
  return { fixture, hook, fallbackChannelId };
}

describe('an outage', () => {
  test('from before the clock was set right holds nothing up', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    await fixture.addChannel(receiver.url);
    fixture.clock.setWallBy(365 * 24 * HOUR_MS);
    await fixture.pass(MINUTE_MS);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.pass(20 * MINUTE_MS);
    await fixture.quiet();
    await fixture.crash();
    fixture.clock.setWallBy(-365 * 24 * HOUR_MS);
    receiver.respond = status(204);
    fixture.open();
    await fixture.run();
    await fixture.core.alerts.ingest([firing({ kind: 'other' })]);
    await fixture.pass(10 * MINUTE_MS);
    expect(fixture.statuses().at(-1)).toBe('sent');
  });
});

describe('a fallback', () => {
  test('hears of every rise in severity, not only of the first', async () => {
    await using receiver = await HttpReceiver.start();
    const { fixture, fallbackChannelId } = await withFallback(receiver);
    await using _stop = fixture;
    await fixture.core.alerts.ingest([firing({ severity: 'info' })]);
    await fixture.statusesBecome('sent');
    receiver.respond = status(400);
    await fixture.core.alerts.ingest([firing({ severity: 'warning' })]);
    await fixture.quiet();
    await fixture.core.alerts.ingest([firing({ severity: 'critical' })]);
    await fixture.pass(MINUTE_MS);
    expect(fixture.delivered(fallbackChannelId)).toEqual(['escalated', 'escalated']);
    expect(fixture.notices.at(-1)?.title).toBe('Now CRITICAL: backup_failed on nas');
  });

  test('takes what waits for a person to fix its channel', async () => {
    await using receiver = await HttpReceiver.start();
    const { fixture, fallbackChannelId } = await withFallback(receiver);
    await using _stop = fixture;
    receiver.respond = status(401);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.pass(MINUTE_MS);
    await fixture.core.alerts.ingest([firing({ kind: 'other', severity: 'critical' })]);
    await fixture.pass(MINUTE_MS);
    expect(fixture.delivered(fallbackChannelId)).toEqual(['raised', 'raised']);
    expect(receiver.received).toHaveLength(1);
  });

  test('that is disabled is no reason to give anything up early', async () => {
    await using receiver = await HttpReceiver.start();
    const { fixture, fallbackChannelId } = await withFallback(receiver);
    await using _stop = fixture;
    await fixture.core.channels.collection.update(
      { id: fallbackChannelId, enabled: false },
      'test',
    );
    receiver.respond = status(503);
    const events = Array.from({ length: 8 }, (_, n) => firing({ dedupKey: String(n) }));
    await fixture.core.alerts.ingest(events);
    await fixture.pass(10 * MINUTE_MS);
    receiver.respond = status(204);
    await fixture.pass(HOUR_MS);
    expect(new Set(fixture.statuses())).toEqual(new Set(['sent']));
  });
});

describe('a pause of all deliveries', () => {
  test('that outlasts a day gives nothing up before there has been time to try', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await downChannel(receiver, fixture);
    await fixture.raiseMany(5);
    await fixture.pass(HOUR_MS);
    await fixture.core.pause.begin(30 * HOUR_MS, 'test');
    await fixture.pass(30 * HOUR_MS + 10 * MINUTE_MS);
    expect(receiver.received.length).toBeGreaterThan(17);
    expect(fixture.statuses()).not.toContain('dead');
    receiver.respond = status(204);
    await fixture.pass(10 * MINUTE_MS);
    expect(new Set(fixture.statuses())).toEqual(new Set(['sent']));
  });

  test('that is ended by hand neither', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    await downChannel(receiver, fixture);
    await fixture.raiseMany(5);
    await fixture.core.pause.begin(100 * HOUR_MS, 'test');
    await fixture.pass(30 * HOUR_MS);
    await fixture.core.pause.end('test');
    await fixture.pass(10 * MINUTE_MS);
    expect(receiver.received.length).toBeGreaterThan(6);
    expect(fixture.statuses()).not.toContain('dead');
  });
});
