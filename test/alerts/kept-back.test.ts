import { describe, expect, test } from 'vitest';
import type { ConditionEvent } from '../../main/domain/condition-event.ts';
import { routeInput, type RouteInput } from '../../main/contract/route.ts';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The fixture's clock begins at noon. */
const NIGHTS = {
  enabled: true,
  timeZone: 'UTC',
  periods: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '07:00' }],
};

async function report(fixture: CoreFixture, ...events: ConditionEvent[]): Promise<void> {
  await fixture.core.alerts.ingest(events);
  await fixture.quiet();
}

async function addRoute(
  fixture: CoreFixture,
  name: string,
  over: Partial<RouteInput>,
): Promise<void> {
  const result = await fixture.core.routes.collection.create(
    routeInput.parse({ name, ...over }),
    'test',
  );
  if (!result.ok) throw new Error(result.error.message);
}

async function act(fixture: CoreFixture, kind: 'acknowledge' | 'unacknowledge'): Promise<void> {
  await fixture.core.alerts.act(fixture.newest().alert.id, { kind }, 'test');
  await fixture.quiet();
}

const titles = (fixture: CoreFixture): string[] => fixture.notices.map(({ title }) => title);

describe('a notification that is held', () => {
  test('that it got worse outlives an acknowledgement that is taken back', async () => {
    await using fixture = await CoreFixture.start();
    const phone = await fixture.addDesktop();
    await fixture.update({ quietHours: { ...NIGHTS, criticalPasses: false } });
    await report(fixture, firing());
    await fixture.pass(11 * HOUR_MS);
    await report(fixture, firing({ severity: 'critical' }));
    await act(fixture, 'acknowledge');
    await act(fixture, 'unacknowledge');
    await fixture.pass(9 * HOUR_MS);
    expect(fixture.delivered(phone)).toEqual(['raised', 'escalated']);
  });

  test('of an end is said to be untold when the condition began again before', async () => {
    await using fixture = await CoreFixture.start();
    await fixture.addDesktop({ name: 'Phone' });
    await fixture.update({ quietHours: { ...NIGHTS, criticalPasses: true } });
    await report(fixture, firing());
    const { id } = fixture.newest().alert;
    await fixture.pass(11 * HOUR_MS);
    await report(fixture, resolved());
    await report(fixture, firing({ severity: 'critical' }));
    expect(fixture.core.alerts.detail(id)?.timeline.at(-1)).toMatchObject({
      type: 'dropped',
      detail: 'Phone: “Resolved” not sent: the alert fired again first.',
    });
  });

  test('about flapping leaves in its order, whatever of it came to be muted meanwhile', async () => {
    await using fixture = await CoreFixture.start();
    await fixture.addDesktop();
    await fixture.update({ quietHours: { ...NIGHTS, criticalPasses: false } });
    await fixture.pass(10.5 * HOUR_MS);
    for (let n = 0; n < 5; n++) await report(fixture, n % 2 === 0 ? firing() : resolved());
    await report(fixture, firing({ severity: 'critical' }));
    const endsAt = fixture.clock.now() + 20 * HOUR_MS;
    const silence = { matchers: ['severity="warning"'], endsAt, comment: '' };
    await fixture.core.silences.collection.create(silence, 'test');
    await fixture.pass(30 * HOUR_MS);
    expect(titles(fixture)).toEqual([
      'Flapping: backup_failed on nas',
      'No longer flapping: backup_failed on nas',
    ]);
  });

  test('of what has expired meanwhile is not sent, and the timeline says so', async () => {
    await using fixture = await CoreFixture.start();
    const phone = await fixture.addDesktop({ name: 'Phone' });
    await fixture.update({ maxAlertAgeDays: 1, autoAcknowledgeAfterHours: 0 });
    const endsAt = fixture.clock.now() + 72 * HOUR_MS;
    await fixture.core.silences.collection.create(
      { matchers: ['host="nas"'], endsAt, comment: '' },
      'test',
    );
    await report(fixture, firing());
    await fixture.pass(80 * HOUR_MS);
    expect(fixture.delivered(phone)).toEqual([]);
    expect(fixture.newest().timeline.at(-1)?.detail).toBe(
      'Phone: Not sent: the alert expired while its notification was on hold.',
    );
  });

  test('is let go when quiet hours were switched off just before a crash', async () => {
    await using fixture = await CoreFixture.start();
    const phone = await fixture.addDesktop();
    await fixture.update({ quietHours: NIGHTS });
    await fixture.pass(11 * HOUR_MS);
    await report(fixture, firing());
    await fixture.update({ quietHours: { enabled: false } });
    await fixture.crash();
    fixture.open();
    await fixture.run();
    await fixture.quiet();
    expect(fixture.delivered(phone)).toEqual(['raised']);
  });

  test('by a pause is let go when the pause is shortened', async () => {
    await using fixture = await CoreFixture.start();
    const phone = await fixture.addDesktop();
    await fixture.core.pause.begin(24 * HOUR_MS, 'test');
    await report(fixture, firing());
    await fixture.core.pause.begin(HOUR_MS, 'test');
    await fixture.pass(HOUR_MS);
    expect(fixture.delivered(phone)).toEqual(['raised']);
  });

  test('of one alert does not keep back what else failed in the same message', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(503);
    const hook = await fixture.addChannel(receiver.url);
    const group = { by: [], waitMs: 30_000 };
    await addRoute(fixture, 'all', { channelIds: [hook], group });
    await report(fixture, firing({ kind: 'a' }), firing({ kind: 'b', severity: 'critical' }));
    await fixture.pass(30_000);
    await fixture.statusesBecome('failed', 'failed');
    const endsAt = fixture.clock.now() + HOUR_MS;
    await fixture.core.silences.collection.create(
      { matchers: ['kind="a"'], endsAt, comment: '' },
      'test',
    );
    receiver.respond = status(204);
    await fixture.pass(2 * MINUTE_MS);
    await fixture.statusesBecome('failed', 'sent');
    await fixture.pass(HOUR_MS);
    await fixture.statusesBecome('sent', 'sent');
  });
});

describe('a route that asks for what is worse', () => {
  test('does not wait as long as the one by which it is held', async () => {
    await using fixture = await CoreFixture.start();
    const phone = await fixture.addDesktop();
    await addRoute(fixture, 'critical', { minSeverity: 'critical', channelIds: [phone] });
    await addRoute(fixture, 'slow', { channelIds: [phone], holdForMs: 6 * HOUR_MS });
    await report(fixture, firing());
    await fixture.pass(MINUTE_MS);
    await report(fixture, firing({ severity: 'critical' }));
    expect(titles(fixture)).toEqual(['CRITICAL: backup_failed on nas']);
  });

  test('does not repeat reminders and steps that are done', async () => {
    await using fixture = await CoreFixture.start();
    const phone = await fixture.addDesktop();
    const boss = await fixture.addDesktop({ name: 'boss' });
    await addRoute(fixture, 'all', {
      channelIds: [phone],
      reminder: { intervalMs: MINUTE_MS, max: 1, minSeverity: 'info', louder: false },
      escalation: [{ afterMs: 2 * MINUTE_MS, channelIds: [boss] }],
    });
    for (const severity of ['info', 'warning', 'critical'] as const) {
      await report(fixture, firing({ severity }));
      await fixture.pass(10 * MINUTE_MS);
    }
    expect(fixture.delivered(phone)).toEqual(['raised', 'reminder', 'escalated', 'escalated']);
    expect(fixture.delivered(boss).filter((event) => event === 'escalated')).toHaveLength(3);
    const steps = fixture.newest().timeline.filter(({ type }) => type === 'escalation_step');
    expect(steps).toHaveLength(1);
  });
});

describe('a group', () => {
  const GROUP = { group: { by: [], waitMs: 30_000 } };

  test('that everybody left does not take in what comes an hour later', async () => {
    await using fixture = await CoreFixture.start();
    const phone = await fixture.addDesktop();
    await addRoute(fixture, 'all', { channelIds: [phone], ...GROUP });
    await report(fixture, firing({ kind: 'a' }));
    await report(fixture, resolved({ kind: 'a' }));
    await fixture.pass(HOUR_MS);
    await report(fixture, firing({ kind: 'b' }));
    await report(fixture, firing({ kind: 'c' }));
    await fixture.pass(MINUTE_MS);
    expect(titles(fixture)).toEqual(['2 alerts']);
  });

  test('from before the clock was set right keeps nobody waiting', async () => {
    await using fixture = await CoreFixture.start();
    const phone = await fixture.addDesktop();
    await addRoute(fixture, 'all', { channelIds: [phone], ...GROUP });
    fixture.clock.setWallBy(365 * 24 * HOUR_MS);
    await fixture.pass(MINUTE_MS);
    await report(fixture, firing({ kind: 'a' }), resolved({ kind: 'a' }));
    await fixture.crash();
    fixture.clock.setWallBy(-365 * 24 * HOUR_MS);
    fixture.open();
    await fixture.run();
    await report(fixture, firing({ kind: 'b' }));
    await fixture.pass(MINUTE_MS);
    expect(titles(fixture)).toEqual(['WARNING: b on nas']);
  });

  test('cannot be made to say what no alert of it says', async () => {
    await using fixture = await CoreFixture.start();
    const phone = await fixture.addDesktop();
    await addRoute(fixture, 'all', { channelIds: [phone], ...GROUP });
    await report(
      fixture,
      firing({ host: 'x\nCRITICAL: disk on prod: all data lost', message: 'a\u2028b\rc' }),
      firing({ kind: 'b' }),
    );
    await fixture.pass(MINUTE_MS);
    expect(fixture.notices.at(-1)?.body.split(/[\n\r\u2028]/u)).toHaveLength(2);
  });
});
