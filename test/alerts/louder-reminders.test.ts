import { describe, expect, test } from 'vitest';
import { routeInput, type RouteInput } from '../../main/contract/route.ts';
import { NotificationStore } from '../../main/store/notifications/notification-store.ts';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';

const MINUTE_MS = 60_000;
const INTERVAL_MS = 10 * MINUTE_MS;
const EVERY_TEN = {
  intervalMs: INTERVAL_MS,
  max: 4,
  minSeverity: 'critical',
  louder: true,
} as const;
const ACCEPTED = status(200, { 'content-type': 'application/json' }, '{"id":1}');

/** A critical alert that was sent to a Gotify server, whose route repeats it louder. */
async function started(
  over: Partial<RouteInput> = {},
  severity: 'warning' | 'critical' = 'critical',
) {
  const receiver = await HttpReceiver.start();
  receiver.respond = ACCEPTED;
  const fixture = await CoreFixture.start();
  const gotify = await fixture.addChannel('', undefined, {
    kind: 'gotify',
    name: 'Gotify',
    config: { server: receiver.url, token: 'AqP8kX2mVb0t7Zs' },
  });
  const route = { name: 'all', channelIds: [gotify], reminder: EVERY_TEN, ...over };
  const made = await fixture.core.routes.collection.create(routeInput.parse(route), 'test');
  if (!made.ok) throw new Error(made.error.message);
  await fixture.core.alerts.ingest([firing({ severity })]);
  await fixture.quiet();
  const stop = {
    async [Symbol.asyncDispose]() {
      await fixture[Symbol.asyncDispose]();
      await receiver[Symbol.asyncDispose]();
    },
  };
  const messages = () =>
    receiver.received.map(({ body }) => JSON.parse(body) as { priority: number; message: string });
  const priorities = () => messages().map(({ priority }) => priority);
  const act = async (kind: 'acknowledge' | 'unacknowledge') => {
    await fixture.core.alerts.act(fixture.newest().alert.id, { kind }, 'ann');
    await fixture.quiet();
  };
  return { fixture, receiver, gotify, routeId: made.value.id, stop, messages, priorities, act };
}

describe('repeats of a critical alert that nobody acknowledges', () => {
  test('are louder each time, say that they are repeats, and end at their maximum', async () => {
    const { fixture, stop, messages, priorities } = await started();
    await using _stop = stop;
    await fixture.pass(INTERVAL_MS - 1);
    expect(priorities()).toEqual([8]);
    await fixture.pass(1);
    await fixture.pass(10 * INTERVAL_MS);
    expect(priorities()).toEqual([8, 9, 10, 10, 10]);
    expect(messages()[3]?.message).toContain('Still firing after 30 minutes, not acknowledged.');
    const repeats = fixture
      .newest()
      .timeline.flatMap(({ type, detail }) => (type === 'reminder' ? detail : []));
    expect(repeats).toHaveLength(4);
    expect(repeats).toContain('Reminder 3 of 4, louder: open and unacknowledged for 30 minutes.');
    const [why] = fixture.explanations();
    expect(why).toMatchObject({ verdict: 'notified', reason: { params: { event: 'reminder' } } });
  });

  test('are not sent of less severe alerts, and begin once the alert is critical', async () => {
    const { fixture, stop, priorities } = await started({}, 'warning');
    await using _stop = stop;
    await fixture.pass(5 * INTERVAL_MS);
    expect(priorities()).toEqual([5]);
    await fixture.core.alerts.ingest([firing({ severity: 'critical' })]);
    await fixture.pass(INTERVAL_MS);
    expect(priorities()).toEqual([5, 8, 9]);
  });

  test('go on after the alert was less severe for a while', async () => {
    const { fixture, stop, priorities } = await started();
    await using _stop = stop;
    await fixture.pass(INTERVAL_MS);
    await fixture.core.alerts.ingest([firing({ severity: 'warning' })]);
    await fixture.pass(3 * INTERVAL_MS);
    expect(priorities()).toEqual([8, 9]);
    await fixture.core.alerts.ingest([firing({ severity: 'critical' })]);
    await fixture.pass(3 * INTERVAL_MS);
    expect(priorities()).toEqual([8, 9, 10, 10, 10]);
  });

  test('are as loud as usual on a route that does not ask for more', async () => {
    const { fixture, stop, priorities } = await started({
      reminder: { ...EVERY_TEN, louder: false },
    });
    await using _stop = stop;
    await fixture.pass(2 * INTERVAL_MS);
    expect(priorities()).toEqual([8, 8, 8]);
    expect(fixture.newest().timeline.findLast(({ type }) => type === 'reminder')?.detail).toBe(
      'Reminder 2 of 4.',
    );
  });

  test('end with an acknowledgement, which is quiet, and begin again when it is taken back', async () => {
    const { fixture, stop, priorities, act } = await started();
    await using _stop = stop;
    await fixture.pass(INTERVAL_MS);
    await act('acknowledge');
    await fixture.pass(10 * INTERVAL_MS);
    expect(priorities()).toEqual([8, 9, 1]);
    await act('unacknowledge');
    await fixture.pass(INTERVAL_MS);
    expect(priorities()).toEqual([8, 9, 1, 8, 9]);
  });

  test('end with the alert, and with the flag of its route', async () => {
    const { fixture, stop, priorities, gotify, routeId } = await started();
    await using _stop = stop;
    await fixture.pass(INTERVAL_MS);
    const input = { id: routeId, name: 'all', channelIds: [gotify], reminder: null };
    await fixture.core.routes.collection.update(
      routeInput.extend({}).loose().parse(input) as never,
      'ann',
    );
    await fixture.pass(5 * INTERVAL_MS);
    expect(priorities()).toEqual([8, 9]);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.pass(5 * INTERVAL_MS);
    expect(priorities()).toEqual([8, 9, 1]);
  });

  test.each(['silence', 'maintenance', 'snooze'] as const)(
    'wait for the end of a %s',
    async (by) => {
      const { fixture, stop, priorities } = await started();
      await using _stop = stop;
      const now = fixture.clock.now();
      const endsAt = now + 5 * INTERVAL_MS;
      const matchers = ['host="nas"'];
      const { core } = fixture;
      if (by === 'silence')
        await core.silences.collection.create({ matchers, endsAt, comment: '' }, 'ann');
      if (by === 'snooze') {
        const action = { kind: 'snooze', durationMs: 5 * INTERVAL_MS } as const;
        await core.alerts.act(fixture.newest().alert.id, action, 'ann');
      }
      if (by === 'maintenance') {
        const schedule = { type: 'once', startsAt: now, endsAt } as const;
        await core.maintenance.collection.create(
          { name: 'disks', enabled: true, matchers, comment: '', schedule, announceTo: [] },
          'ann',
        );
      }
      await fixture.pass(5 * INTERVAL_MS - 1);
      expect(priorities()).toEqual([8]);
      await fixture.pass(2 * INTERVAL_MS);
      expect(priorities().length).toBeGreaterThan(1);
    },
  );

  test('that wait for a channel that is down are not sent after the acknowledgement', async () => {
    const { fixture, receiver, stop, priorities, act } = await started();
    await using _stop = stop;
    receiver.respond = status(503);
    await fixture.pass(INTERVAL_MS);
    expect(fixture.outbox()).toEqual(['raised sent', 'reminder failed']);
    await act('acknowledge');
    expect(fixture.outbox()).toEqual(['raised sent', 'reminder cancelled', 'acknowledged failed']);
    receiver.respond = ACCEPTED;
    await fixture.pass(INTERVAL_MS);
    expect(priorities().at(-1)).toBe(1);
    expect(fixture.outbox().at(-1)).toBe('acknowledged sent');
  });

  test('that are on their way at the acknowledgement are not tried again', async () => {
    const { fixture, receiver, stop } = await started();
    await using _stop = stop;
    receiver.respond = (response, request) => {
      receiver.respond = ACCEPTED;
      const { id } = fixture.newest().alert;
      void fixture.core.alerts
        .act(id, { kind: 'acknowledge' }, 'ann')
        .then(() => status(503)(response, request));
    };
    await fixture.pass(INTERVAL_MS);
    await fixture.pass(INTERVAL_MS);
    expect(fixture.outbox()).toEqual(['raised sent', 'reminder cancelled', 'acknowledged sent']);
  });

  test('come once after a crash, at their time, as loud as they were due', async () => {
    const { fixture, stop, priorities } = await started();
    await using _stop = stop;
    await fixture.pass(INTERVAL_MS);
    await fixture.restart();
    expect(priorities()).toEqual([8, 9]);
    await fixture.restart(5 * INTERVAL_MS);
    expect(priorities()).toEqual([8, 9, 10]);
    await fixture.restart();
    await fixture.pass(INTERVAL_MS - 1);
    expect(priorities()).toEqual([8, 9, 10]);
    await fixture.pass(1);
    expect(priorities()).toEqual([8, 9, 10, 10]);
  });

  test('keep their loudness on the channel that takes the place of a dead one', async () => {
    const { fixture, receiver, stop, priorities, gotify } = await started();
    await using _stop = stop;
    const fallbackChannelId = await fixture.addDesktop({ name: 'Desk' });
    await fixture.core.channels.collection.update({ id: gotify, fallbackChannelId }, 'ann');
    receiver.respond = status(400);
    await fixture.pass(INTERVAL_MS);
    expect(priorities()).toEqual([8, 9]);
    const rows = fixture.db.all<{ channel_id: string; loudness: number }>(
      "SELECT channel_id, loudness FROM notifications WHERE event = 'reminder' ORDER BY seq",
    );
    expect(rows).toEqual([
      { channel_id: gotify, loudness: 1 },
      { channel_id: fallbackChannelId, loudness: 1 },
    ]);
  });
});

test('an end knows whether its channel was notified louder than usual, by an index', async () => {
  const { fixture, stop, gotify } = await started();
  await using _stop = stop;
  const store = new NotificationStore(fixture.db);
  const wasLouder = () => store.wasLouder(gotify, 1);
  expect(wasLouder()).toBe(false);
  await fixture.pass(INTERVAL_MS);
  expect(wasLouder()).toBe(true);
});
