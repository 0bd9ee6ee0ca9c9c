import { describe, expect, test } from 'vitest';
import { routeInput, type RouteInput } from '../../main/contract/route.ts';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DELAY_MS = 5 * MINUTE_MS;

async function started(over: Partial<RouteInput> = {}) {
  const fixture = await CoreFixture.start();
  const phone = await fixture.addDesktop({ name: 'Phone' });
  const route = { name: 'patient', channelIds: [phone], resolvedForMs: DELAY_MS, ...over };
  const created = await fixture.core.routes.collection.create(routeInput.parse(route), 'test');
  if (!created.ok) throw new Error(created.error.message);
  return { fixture, phone, routeId: created.value.id };
}

const fire = async (fixture: CoreFixture, over: Parameters<typeof firing>[0] = {}) => {
  await fixture.core.alerts.ingest([firing(over)]);
  await fixture.quiet();
};
const resolve = async (fixture: CoreFixture) => {
  await fixture.core.alerts.ingest([resolved()]);
  await fixture.quiet();
};
const act = async (fixture: CoreFixture, kind: 'acknowledge' | 'resolve') => {
  await fixture.core.alerts.act(fixture.newest().alert.id, { kind }, 'ada');
  await fixture.quiet();
};
const drops = (fixture: CoreFixture): string[] =>
  fixture.newest().timeline.flatMap(({ type, detail }) => (type === 'dropped' ? [detail] : []));
const explained = (fixture: CoreFixture): string | undefined => fixture.explanations()[0]?.sentence;

describe('a recovery that its route delays', () => {
  test('is sent once the alert has stayed resolved, and says meanwhile what it waits for', async () => {
    const { fixture, phone } = await started();
    await using _stop = fixture;
    await fire(fixture);
    await resolve(fixture);
    await fixture.pass(DELAY_MS - 1);
    expect(fixture.delivered(phone)).toEqual(['raised']);
    expect(fixture.detail(1).hold).toMatchObject({ kind: 'hold_for' });
    expect(explained(fixture)).toContain(
      'Route “patient” sends “resolved” once the alert has stayed resolved for 5 minutes',
    );
    await fixture.pass(1);
    expect(fixture.delivered(phone)).toEqual(['raised', 'resolved']);
  });

  test('is not sent when the alert fires again first, and neither is the new firing', async () => {
    const { fixture, phone } = await started();
    await using _stop = fixture;
    await fire(fixture);
    const first = fixture.newest().alert.id;
    await resolve(fixture);
    await fixture.pass(MINUTE_MS);
    await fire(fixture);
    await fixture.pass(HOUR_MS);
    expect(fixture.delivered(phone)).toEqual(['raised']);
    expect(fixture.outbox()).toEqual(['raised sent', 'resolved cancelled', 'raised cancelled']);
    expect(drops(fixture)).toEqual([
      'Phone: Not sent: the alert fired again before “resolved” was sent, so the channel still shows it as firing.',
    ]);
    expect(explained(fixture)).toContain('so the channel still shows it as firing');
    expect(fixture.core.alerts.detail(first)?.reasons.at(-1)?.reason.code).toBe(
      'not_notified.fired_again',
    );
    await resolve(fixture);
    await fixture.pass(DELAY_MS);
    expect(fixture.delivered(phone)).toEqual(['raised', 'resolved']);
    // It replaces the notice of the first alert.
    expect(fixture.notices.map(({ tag }) => tag)).toEqual([first, first]);
  });

  test('goes on in the name of the first over several alerts and a restart', async () => {
    const { fixture, phone } = await started();
    await using _stop = fixture;
    await fixture.update({ flappingEnabled: false });
    await fire(fixture);
    const first = fixture.newest().alert.id;
    for (let n = 0; n < 4; n++) {
      await resolve(fixture);
      await fixture.restart(MINUTE_MS);
      await fire(fixture);
    }
    await resolve(fixture);
    await fixture.restart(HOUR_MS);
    await fixture.quiet();
    expect(fixture.delivered(phone)).toEqual(['raised', 'resolved']);
    expect(new Set(fixture.notices.map(({ tag }) => tag))).toEqual(new Set([first]));
  });

  test('gives way to a worse severity, and a firing after an acknowledgement', async () => {
    const { fixture, phone } = await started();
    await using _stop = fixture;
    await fixture.update({ flappingEnabled: false });
    await fire(fixture);
    await resolve(fixture);
    await fire(fixture, { severity: 'critical' });
    expect(fixture.delivered(phone)).toEqual(['raised', 'raised']);
    await act(fixture, 'acknowledge');
    await resolve(fixture);
    await fire(fixture, { severity: 'critical' });
    expect(fixture.delivered(phone)).toEqual(['raised', 'raised', 'acknowledged', 'raised']);
    await fixture.pass(HOUR_MS);
    expect(fixture.outbox().filter((row) => row.startsWith('resolved'))).toEqual([
      'resolved cancelled',
      'resolved cancelled',
    ]);
  });

  test('is sent at once when a person resolves the alert', async () => {
    const { fixture, phone } = await started();
    await using _stop = fixture;
    await fire(fixture);
    await act(fixture, 'resolve');
    expect(fixture.delivered(phone)).toEqual(['raised', 'resolved']);
  });

  test('leaves reminders and escalation to the new alert, and its acknowledgement is sent', async () => {
    const reminder = {
      intervalMs: 2 * MINUTE_MS,
      max: 1,
      minSeverity: 'info',
      louder: false,
    } as const;
    const { fixture, phone } = await started({ reminder });
    await using _stop = fixture;
    await fire(fixture);
    await fixture.pass(MINUTE_MS);
    await resolve(fixture);
    // None while it waits.
    await fixture.pass(4 * MINUTE_MS);
    expect(fixture.delivered(phone)).toEqual(['raised']);
    await fire(fixture);
    await fixture.pass(2 * MINUTE_MS);
    expect(fixture.delivered(phone)).toEqual(['raised', 'reminder']);
    await act(fixture, 'acknowledge');
    expect(fixture.delivered(phone)).toEqual(['raised', 'reminder', 'acknowledged']);
  });

  test('is not awaited by a firing that the channel never got', async () => {
    const { fixture, routeId } = await started();
    await using _stop = fixture;
    await using receiver = await HttpReceiver.start();
    receiver.respond = status(500);
    const hook = await fixture.addChannel(receiver.url);
    const all = { name: 'hook', channelIds: [hook], resolvedForMs: DELAY_MS };
    await fixture.core.routes.collection.delete(routeId, 'test');
    await fixture.core.routes.collection.create(routeInput.parse(all), 'test');
    await fire(fixture);
    await resolve(fixture);
    receiver.respond = status(200);
    await fire(fixture);
    await fixture.pass(MINUTE_MS);
    expect(fixture.delivered(hook)).toEqual(['raised']);
  });

  test('is named by the first alert in a webhook, and a notice of that acts on the new one', async () => {
    const { fixture, routeId } = await started();
    await using _stop = fixture;
    await using receiver = await HttpReceiver.start();
    const hook = await fixture.addChannel(receiver.url);
    await fixture.core.routes.collection.delete(routeId, 'test');
    const all = { name: 'hook', channelIds: [hook], resolvedForMs: DELAY_MS };
    await fixture.core.routes.collection.create(routeInput.parse(all), 'test');
    await fire(fixture);
    const first = fixture.newest().alert.id;
    await resolve(fixture);
    await fire(fixture);
    const second = fixture.newest().alert.id;
    const acted = await fixture.core.alerts.act(first, { kind: 'acknowledge' }, 'ada');
    await fixture.quiet();
    expect(acted).toMatchObject({ ok: true, value: { id: second, state: 'acknowledged' } });
    await resolve(fixture);
    await fixture.pass(DELAY_MS);
    const heard = receiver.webhooks().map(({ type, data }) => {
      const { id, continues } = data['alert'] as { id: string; continues?: string };
      return [type, id, continues];
    });
    expect(heard).toEqual([
      ['alert.raised', first, undefined],
      ['alert.acknowledged', second, first],
      ['alert.resolved', second, first],
    ]);
  });

  test('is still sent when its route is deleted, and cancelled with its channel', async () => {
    const { fixture, phone, routeId } = await started();
    await using _stop = fixture;
    await fire(fixture);
    await resolve(fixture);
    await fixture.core.routes.collection.delete(routeId, 'test');
    await fixture.pass(DELAY_MS);
    expect(fixture.delivered(phone)).toEqual(['raised', 'resolved']);
    await fixture.core.routes.collection.create(
      routeInput.parse({ name: 'again', channelIds: [phone], resolvedForMs: DELAY_MS }),
      'test',
    );
    await fire(fixture);
    await resolve(fixture);
    await fixture.core.channelDeletion.delete({ id: phone, detach: true }, 'test');
    expect(fixture.outbox().at(-1)).toBe('resolved cancelled');
  });

  test('gives way to flapping, which every receiver hears of', async () => {
    const { fixture, phone } = await started();
    await using _stop = fixture;
    for (let n = 0; n < 3; n++) {
      await fire(fixture);
      await resolve(fixture);
    }
    await fixture.pass(HOUR_MS);
    expect(fixture.delivered(phone)).toEqual(['raised', 'flapping_started', 'flapping_stopped']);
  });

  test('waits no longer after the clock was set back', async () => {
    const { fixture, phone } = await started();
    await using _stop = fixture;
    await fire(fixture);
    await resolve(fixture);
    fixture.clock.setWallBy(-24 * HOUR_MS);
    await fixture.pass(DELAY_MS + 2 * MINUTE_MS);
    expect(fixture.delivered(phone)).toEqual(['raised', 'resolved']);
  });

  test('groups like any other once it has waited', async () => {
    const { fixture, phone } = await started({ group: { by: [], waitMs: 30_000 } });
    await using _stop = fixture;
    await fixture.core.alerts.ingest([firing(), firing({ host: 'pi' })]);
    await fixture.pass(MINUTE_MS);
    await fixture.core.alerts.ingest([resolved(), resolved({ host: 'pi' })]);
    await fixture.pass(DELAY_MS + MINUTE_MS);
    expect(fixture.delivered(phone)).toEqual(['raised', 'raised', 'resolved', 'resolved']);
    expect(fixture.notices).toHaveLength(2);
  });
});
