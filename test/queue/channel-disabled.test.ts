import { describe, expect, test } from 'vitest';
import { routeInput } from '../../main/contract/route.ts';
import type { InboundMessage } from '../../main/domain/inbound-message.ts';
import { CoreFixture, EXACT, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { queuedFor, routeTo } from './routed.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const enable = (fixture: CoreFixture, id: string, enabled: boolean) =>
  fixture.core.channels.collection.update({ id, enabled }, 'test');

const sentence = (fixture: CoreFixture, id: string): string | undefined =>
  fixture.explanations().find(({ channelId }) => channelId === id)?.sentence;

describe('a disabled channel', () => {
  test.each([
    ['without routes', []],
    ['with a route that leads there', ['phone', 'pager']],
    ['with a route that leads nowhere else', ['phone']],
  ])('%s is queued nothing, and its explanation says so', async (_how, names) => {
    await using fixture = await CoreFixture.start();
    const phone = await fixture.addDesktop({ name: 'phone', enabled: false });
    const pager = await fixture.addDesktop({ name: 'pager' });
    const ids = names.map((name) => (name === 'phone' ? phone : pager));
    if (ids.length > 0) await routeTo(fixture, ...ids);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.core.alerts.ingest([resolved()]);
    expect(queuedFor(fixture, phone)).toEqual([]);
    expect(sentence(fixture, phone)).toMatch(/channel (is|was) disabled|no channel is enabled/i);
    expect(sentence(fixture, phone)).not.toContain('pager');
  });

  test('is queued nothing of an alert that it was notified of before', async () => {
    await using fixture = await CoreFixture.start();
    const phone = await fixture.addDesktop({ name: 'phone' });
    const reminder = { intervalMs: 30 * MINUTE_MS, max: 5 };
    const route = { name: 'all', channelIds: [phone], reminder };
    await fixture.core.routes.collection.create(routeInput.parse(route), 'test');
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    await enable(fixture, phone, false);
    await fixture.core.alerts.ingest([firing({ severity: 'critical' })]);
    await fixture.pass(HOUR_MS);
    await fixture.core.alerts.act(fixture.newest().alert.id, { kind: 'acknowledge' }, 'ann');
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.quiet();
    expect(queuedFor(fixture, phone)).toEqual(['raised sent']);
    expect(sentence(fixture, phone)).toMatch(
      /^“Firing” sent at .*\. “Resolved” not sent: the channel is disabled\.$/,
    );
    await enable(fixture, phone, true);
    await fixture.quiet();
    expect(fixture.delivered(phone)).toEqual(['raised']);
  });

  test('keeps what was queued before, shows it as held, and sends it once it is enabled', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const id = await fixture.raise(receiver.url, 'failed');
    await enable(fixture, id, false);
    await fixture.raiseMany(3);
    await fixture.pass(24 * HOUR_MS);
    expect(queuedFor(fixture, id)).toEqual(['raised failed']);
    expect(fixture.detail(0)).toMatchObject({ held: true });
    receiver.respond = status(204);
    await enable(fixture, id, true);
    await fixture.statusesBecome('sent');
  });

  test('gets the end of what was queued before in its place, or it would be untrue', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const id = await fixture.raise(receiver.url, 'failed');
    await enable(fixture, id, false);
    await fixture.core.alerts.ingest([firing({ severity: 'critical' })]);
    expect(queuedFor(fixture, id)).toEqual(['raised failed']);
    await fixture.core.alerts.ingest([resolved()]);
    expect(queuedFor(fixture, id)).toEqual(['raised cancelled', 'resolved pending']);
  });

  test('loses nothing of what was queued when its condition begins to flap and stops', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const id = await fixture.raise(receiver.url, 'failed');
    await enable(fixture, id, false);
    for (let n = 0; n < 6; n++) {
      await fixture.core.alerts.ingest([n % 2 === 0 ? resolved() : firing()]);
    }
    await fixture.pass(HOUR_MS);
    expect(queuedFor(fixture, id).filter((row) => row.endsWith('pending'))).toEqual([
      'flapping_started pending',
      'flapping_stopped pending',
    ]);
  });

  test('that knew nothing is queued nothing of a condition that flaps', async () => {
    await using fixture = await CoreFixture.start();
    const id = await fixture.addDesktop({ enabled: false });
    for (let n = 0; n < 7; n++) {
      await fixture.core.alerts.ingest([n % 2 === 0 ? firing() : resolved()]);
    }
    await fixture.pass(HOUR_MS);
    expect(queuedFor(fixture, id)).toEqual([]);
  });

  test('keeps a message that was queued before, whatever replaces it', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const id = await fixture.addChannel(receiver.url);
    await fixture.core.alerts.ingestReport([], [message('first')]);
    await fixture.statusesBecome('failed');
    await enable(fixture, id, false);
    await fixture.core.alerts.ingestReport([], [message('second')]);
    expect(queuedFor(fixture, id)).toEqual(['raised failed']);
  });

  test('takes nothing over as a fallback; a paused one is asked last, and holds it', async () => {
    await using refusing = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    refusing.respond = status(400);
    const c = await fixture.addDesktop({ name: 'c' });
    const b = await fixture.addDesktop({ name: 'b', fallbackChannelId: c });
    const fallback = { name: 'a', fallbackChannelId: b };
    const a = await fixture.addChannel(refusing.url, EXACT, fallback);
    await routeTo(fixture, a);
    await enable(fixture, b, false);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    expect([queuedFor(fixture, b), queuedFor(fixture, c)]).toEqual([[], ['raised sent']]);
    await fixture.core.channelPauses.pause({ id: c }, 'ann');
    await fixture.core.alerts.ingest([firing({ kind: 'disk' })]);
    await fixture.quiet();
    expect([queuedFor(fixture, b), queuedFor(fixture, c)]).toEqual([
      [],
      ['raised sent', 'raised pending'],
    ]);
    await enable(fixture, c, false);
    await fixture.core.alerts.ingest([firing({ kind: 'ups' })]);
    await fixture.quiet();
    expect(queuedFor(fixture, a)).toEqual(['raised dead', 'raised dead', 'raised dead']);
    expect(queuedFor(fixture, c)).toHaveLength(2);
  });
});

const message = (text: string): InboundMessage => ({
  source: 'ntfy',
  topic: 'lab',
  title: 'backup',
  text,
  severity: 'warning',
  labels: {},
  annotations: {},
  url: null,
  sequenceId: 'one',
  idempotencyKey: null,
  isRecovery: false,
  notBefore: null,
});
