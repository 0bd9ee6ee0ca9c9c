import { describe, expect, test } from 'vitest';
import { CoreFixture, EXACT, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, silence, status } from '../support/http-receiver.ts';
import { queuedFor, routeTo } from './routed.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const ONE_TRY = { ...EXACT, maxAttempts: 1 };

describe('what dies', () => {
  test('is queued for the fallback in the same transaction, with a fresh budget, and stays a dead letter', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(404);
    const b = await fixture.addDesktop();
    const a = await fixture.addChannel(receiver.url, EXACT, { fallbackChannelId: b });
    await routeTo(fixture, a);
    let atCommit: string[] = [];
    fixture.core.writer.onCommitted(() => {
      if (atCommit.length === 0 && fixture.statuses().includes('dead')) atCommit = fixture.outbox();
    });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    expect(atCommit).toEqual(['raised dead', 'raised sending']);
    expect(fixture.outbox()).toEqual(['raised dead', 'raised sent']);
    const [dead, copy] = [fixture.detail(0), fixture.detail(1)];
    expect(copy).toMatchObject({
      channelId: b,
      alertId: dead.alertId,
      fallbackOf: dead.id,
      retryCount: 0,
      requeuedBy: null,
      attempts: [{ budget: 1, number: 1 }],
    });
    expect(copy.alert).toEqual(dead.alert);
  });

  test.each([
    ['its budget is spent', 503, 20 * MINUTE_MS, 'server_error'],
    ['its failure is permanent', 400, 0, 'rejected'],
    ['its credentials are refused', 401, 0, 'authentication'],
    ['its receiver is gone', 410, 0, 'gone'],
  ])('because %s goes to the fallback', async (_why, code, passMs, failure) => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(code);
    const b = await fixture.addDesktop();
    const a = await fixture.addChannel(receiver.url, EXACT, { fallbackChannelId: b });
    await routeTo(fixture, a);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.pass(passMs);
    expect(fixture.detail(0)).toMatchObject({ status: 'dead', lastErrorClass: failure });
    expect(queuedFor(fixture, b)).toEqual(['raised sent']);
  });

  test('because of crashes goes to the fallback', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = silence;
    const b = await fixture.addDesktop();
    const a = await fixture.addChannel(receiver.url, ONE_TRY, { fallbackChannelId: b });
    await routeTo(fixture, a);
    await fixture.core.alerts.ingest([firing()]);
    await receiver.count(1);
    await fixture.crash();
    fixture.open();
    await fixture.run();
    await fixture.quiet();
    expect(fixture.detail(0)).toMatchObject({ status: 'dead', lastErrorClass: 'interrupted' });
    expect(queuedFor(fixture, b)).toEqual(['raised sent']);
  });

  test('goes on from fallback to fallback, and no further than the last', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(404);
    const c = await fixture.addChannel(receiver.url, EXACT, { name: 'c' });
    const b = await fixture.addChannel(receiver.url, EXACT, { name: 'b', fallbackChannelId: c });
    const a = await fixture.addChannel(receiver.url, EXACT, { name: 'a', fallbackChannelId: b });
    await routeTo(fixture, a);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.pass(HOUR_MS);
    expect([a, b, c].map((id) => queuedFor(fixture, id))).toEqual([
      ['raised dead'],
      ['raised dead'],
      ['raised dead'],
    ]);
  });

  test('never returns to a channel that it died on, even when the chain was turned around meanwhile', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const b = await fixture.addChannel(receiver.url, { ...EXACT, maxAttempts: 2 }, { name: 'b' });
    const a = await fixture.addChannel(receiver.url, ONE_TRY, { name: 'a', fallbackChannelId: b });
    await routeTo(fixture, a);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    await fixture.core.channels.collection.update({ id: a, fallbackChannelId: null }, 'test');
    await fixture.core.channels.collection.update({ id: b, fallbackChannelId: a }, 'test');
    await fixture.pass(HOUR_MS);
    expect(fixture.outbox()).toEqual(['raised dead', 'raised dead']);
  });

  test('is followed by its recovery, also where an acknowledgement is all that the fallback got', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const b = await fixture.addDesktop();
    const a = await fixture.addChannel(receiver.url, ONE_TRY, { fallbackChannelId: b });
    await routeTo(fixture, a);
    const [raised] = await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    receiver.respond = status(404);
    await fixture.core.alerts.act(raised?.alertId ?? '', { kind: 'acknowledge' }, 'test');
    await fixture.quiet();
    receiver.respond = status(200);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.quiet();
    expect(queuedFor(fixture, a)).toEqual(['raised sent', 'acknowledged dead', 'resolved sent']);
    expect(queuedFor(fixture, b)).toEqual(['acknowledged sent', 'resolved sent']);
  });

  test('is not sent twice to a fallback that was notified by its own route', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(404);
    const b = await fixture.addDesktop();
    await fixture.addChannel(receiver.url, EXACT, { fallbackChannelId: b });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    expect(queuedFor(fixture, b)).toEqual(['raised sent']);
  });

  test('once more, after a requeue, is not sent once more', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(404);
    const b = await fixture.addDesktop();
    const a = await fixture.addChannel(receiver.url, EXACT, { fallbackChannelId: b });
    await routeTo(fixture, a);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    await fixture.core.notifications.requeue(fixture.ids()[0] ?? '', 'test');
    await fixture.quiet();
    expect(receiver.received).toHaveLength(2);
    expect(queuedFor(fixture, b)).toEqual(['raised sent']);
  });

  test('is nobody else’s when it is a test', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(404);
    const b = await fixture.addDesktop();
    const a = await fixture.addChannel(receiver.url, EXACT, { fallbackChannelId: b });
    await fixture.core.notifications.test(a, 'test');
    await fixture.quiet();
    expect(fixture.outbox()).toEqual(['test dead']);
  });

  test('as one message stays one message', async () => {
    await using receiver = await HttpReceiver.start();
    await using second = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(404);
    await fixture.update({ stormThreshold: 1, stormWindowSeconds: 10, stormWebhooks: true });
    const b = await fixture.addChannel(second.url, EXACT, { name: 'b' });
    const a = await fixture.addChannel(receiver.url, EXACT, { name: 'a', fallbackChannelId: b });
    await routeTo(fixture, a);
    await fixture.raiseMany(6);
    await fixture.pass(10 * SECOND_MS);
    expect(queuedFor(fixture, b)).toEqual(Array.from({ length: 6 }, () => 'raised sent'));
    expect(second.webhooks().map(({ data }) => data.alerts?.length ?? 1)).toEqual([1, 5]);
  });
});

describe('recovery', () => {
  test('goes to both, to the fallback because it was notified', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(404);
    const b = await fixture.addDesktop();
    const a = await fixture.addChannel(receiver.url, EXACT, { fallbackChannelId: b });
    await routeTo(fixture, a);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    receiver.respond = status(204);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.quiet();
    expect(queuedFor(fixture, a)).toEqual(['raised dead', 'resolved sent']);
    expect(queuedFor(fixture, b)).toEqual(['raised sent', 'resolved sent']);
  });

  test('is sent once to the fallback although it dies on the channel as well', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(404);
    const b = await fixture.addDesktop();
    const a = await fixture.addChannel(receiver.url, EXACT, { fallbackChannelId: b });
    await routeTo(fixture, a);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.quiet();
    expect(queuedFor(fixture, a)).toEqual(['raised dead', 'resolved dead']);
    expect(queuedFor(fixture, b)).toEqual(['raised sent', 'resolved sent']);
  });

  test('that dies where the firing had arrived goes to the fallback', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const b = await fixture.addDesktop();
    const a = await fixture.addChannel(receiver.url, EXACT, { fallbackChannelId: b });
    await routeTo(fixture, a);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.quiet();
    receiver.respond = status(404);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.quiet();
    expect(queuedFor(fixture, a)).toEqual(['raised sent', 'resolved dead']);
    expect(queuedFor(fixture, b)).toEqual(['resolved sent']);
  });
});
