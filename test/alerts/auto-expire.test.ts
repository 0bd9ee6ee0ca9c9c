/** @module-tag slow */
import { describe, expect, test } from 'vitest';
import { routeInput } from '../../main/contract/route.ts';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';
import {
  DAY_MS,
  HOUR_MS,
  LOOK_MS,
  NEVER,
  hours,
  raised,
  stateOf,
  types,
} from './auto-expire-lab.ts';

describe('an alert that nobody reports any more', () => {
  test('expires after seven days, which is said, and is not called a recovery', async () => {
    await using fixture = await CoreFixture.start();
    const channelId = await fixture.addDesktop();
    await fixture.core.alerts.ingest([firing()]);
    await hours(fixture, 7 * 24);
    expect(fixture.newest().alert.closedAt).toBeNull();
    await hours(fixture, 1);
    const { alert, timeline } = fixture.newest();
    expect(alert).toMatchObject({ state: 'expired', snoozedUntil: null });
    expect(alert.closedAt).not.toBeNull();
    expect(timeline.at(-1)).toMatchObject({
      type: 'expired',
      actor: 'belfry',
      detail: 'Not reported for too long. It may still be going on.',
    });
    expect(fixture.delivered(channelId)).toEqual(['raised']);
  });

  test('expires not a moment before its age, and at the next look after it', async () => {
    const { fixture } = await raised({ maxAlertAgeDays: 1 });
    await using _stop = fixture;
    await fixture.pass(DAY_MS);
    expect(stateOf(fixture)).toBe('open');
    await fixture.pass(LOOK_MS);
    expect(stateOf(fixture)).toBe('expired');
  });

  test('never expires as long as it still reports, and is still the same alert', async () => {
    const { fixture, channelId, id } = await raised({ maxAlertAgeDays: 1 });
    await using _stop = fixture;
    for (let report = 0; report < 5; report++) {
      await hours(fixture, 23);
      await fixture.core.alerts.ingest([firing()]);
    }
    expect(fixture.newest().alert).toMatchObject({ id, state: 'open', occurrences: 6 });
    expect(fixture.delivered(channelId)).toEqual(['raised']);
  });

  test('never expires when the setting is 0', async () => {
    const { fixture } = await raised({});
    await using _stop = fixture;
    await hours(fixture, 30 * 24);
    expect(stateOf(fixture)).toBe('open');
    expect(types(fixture)).toEqual(['raised']);
  });

  test('raises a new alert when it is reported after all: the old one is closed for good', async () => {
    const { fixture, channelId, id } = await raised({ maxAlertAgeDays: 1 });
    await using _stop = fixture;
    await hours(fixture, 25);
    expect(await fixture.core.alerts.ingest([resolved()])).toMatchObject([{ action: 'ignored' }]);
    expect(await fixture.core.alerts.ingest([firing()])).toMatchObject([{ action: 'raised' }]);
    await fixture.quiet();
    expect(fixture.newest().alert.id).not.toBe(id);
    expect(fixture.delivered(channelId)).toEqual(['raised', 'raised']);
  });
});

describe('an alert that somebody acknowledged', () => {
  test('expires a day after the acknowledgement when it was last seen before', async () => {
    const { fixture, act } = await raised({ maxAcknowledgedAgeDays: 1 });
    await using _stop = fixture;
    await hours(fixture, 20);
    await act('acknowledge');
    await fixture.pass(DAY_MS);
    expect(stateOf(fixture)).toBe('acknowledged');
    await fixture.pass(LOOK_MS);
    expect(stateOf(fixture)).toBe('expired');
  });

  test('expires a day after it was last seen when that was later', async () => {
    const { fixture, act } = await raised({ maxAcknowledgedAgeDays: 1 });
    await using _stop = fixture;
    await act('acknowledge');
    await hours(fixture, 20);
    await fixture.core.alerts.ingest([firing()]);
    await fixture.pass(DAY_MS);
    expect(stateOf(fixture)).toBe('acknowledged');
    await fixture.pass(LOOK_MS);
    expect(stateOf(fixture)).toBe('expired');
  });

  test('never expires while it reports, nor when the setting is 0', async () => {
    const { fixture, act } = await raised({ maxAcknowledgedAgeDays: 1 });
    await using _stop = fixture;
    await act('acknowledge');
    for (let report = 0; report < 3; report++) {
      await hours(fixture, 23);
      await fixture.core.alerts.ingest([firing()]);
    }
    expect(stateOf(fixture)).toBe('acknowledged');
    await fixture.update({ maxAcknowledgedAgeDays: 0 });
    await hours(fixture, 10 * 24);
    expect(stateOf(fixture)).toBe('acknowledged');
  });
});

describe('an alert that nobody looks at', () => {
  test('is acknowledged after a day, marked as automatic; nobody is notified, but its recovery is sent', async () => {
    const { fixture, channelId } = await raised({ autoAcknowledgeAfterHours: 24 });
    await using _stop = fixture;
    await fixture.pass(DAY_MS);
    expect(stateOf(fixture)).toBe('open');
    await fixture.pass(LOOK_MS);
    const { alert, timeline } = fixture.newest();
    expect(alert).toMatchObject({ state: 'acknowledged', autoAcknowledged: true });
    expect(timeline.at(-1)).toMatchObject({
      type: 'acknowledged',
      actor: 'belfry',
      detail: 'Acknowledged automatically after 1 day.',
    });
    expect(fixture.delivered(channelId)).toEqual(['raised']);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.quiet();
    expect(fixture.delivered(channelId)).toEqual(['raised', 'resolved']);
  });

  test('is acknowledged even while it reports: that is no looking', async () => {
    const { fixture } = await raised({ autoAcknowledgeAfterHours: 24 });
    await using _stop = fixture;
    for (let hour = 0; hour < 25; hour++) {
      await hours(fixture, 1);
      await fixture.core.alerts.ingest([firing()]);
    }
    expect(fixture.newest().alert).toMatchObject({ autoAcknowledged: true, occurrences: 26 });
  });

  test('keeps the age of an open one, since nobody took it into their hands', async () => {
    const { fixture } = await raised({
      autoAcknowledgeAfterHours: 1,
      maxAcknowledgedAgeDays: 1,
      maxAlertAgeDays: 3,
    });
    await using _stop = fixture;
    await hours(fixture, 3 * 24);
    expect(fixture.newest().alert).toMatchObject({ state: 'acknowledged', autoAcknowledged: true });
    await hours(fixture, 1);
    expect(stateOf(fixture)).toBe('expired');
  });

  test('tells of a rise in severity all the same', async () => {
    const { fixture, channelId } = await raised({ autoAcknowledgeAfterHours: 1 });
    await using _stop = fixture;
    await hours(fixture, 2);
    await fixture.core.alerts.ingest([firing({ severity: 'critical' })]);
    await fixture.quiet();
    expect(fixture.delivered(channelId)).toEqual(['raised', 'escalated']);
  });

  test('has its day again when it is unacknowledged', async () => {
    const { fixture, act } = await raised({ autoAcknowledgeAfterHours: 24 });
    await using _stop = fixture;
    await hours(fixture, 25);
    await act('unacknowledge');
    expect(fixture.newest().alert).toMatchObject({ state: 'open', autoAcknowledged: false });
    await fixture.pass(DAY_MS);
    expect(stateOf(fixture)).toBe('open');
    await fixture.pass(LOOK_MS);
    expect(fixture.newest().alert).toMatchObject({ state: 'acknowledged', autoAcknowledged: true });
  });

  test('is left alone when the setting is 0, and is not called automatic when a person did it', async () => {
    const { fixture, act } = await raised({});
    await using _stop = fixture;
    await hours(fixture, 10 * 24);
    expect(stateOf(fixture)).toBe('open');
    await act('acknowledge');
    expect(fixture.newest().alert).toMatchObject({
      state: 'acknowledged',
      autoAcknowledged: false,
    });
  });
});

describe('settings that are changed', () => {
  test('count at once', async () => {
    const { fixture, channelId } = await raised({});
    await using _stop = fixture;
    await hours(fixture, 48);
    await fixture.update({ autoAcknowledgeAfterHours: 72 });
    await fixture.quiet();
    expect(stateOf(fixture)).toBe('open');
    await fixture.update({ autoAcknowledgeAfterHours: 47 });
    await fixture.quiet();
    expect(stateOf(fixture)).toBe('acknowledged');
    await fixture.update({ maxAlertAgeDays: 1 });
    await fixture.quiet();
    expect(stateOf(fixture)).toBe('expired');
    expect(fixture.delivered(channelId)).toEqual(['raised']);
  });
});

test('an alert that expires takes its reminders, its escalation and its snooze along', async () => {
  await using fixture = await CoreFixture.start();
  const channelId = await fixture.addDesktop();
  await fixture.update({ ...NEVER, maxAlertAgeDays: 1 });
  const route = {
    name: 'all',
    channelIds: [channelId],
    reminder: { intervalMs: 20 * HOUR_MS, max: 100 },
    escalation: [{ afterMs: 40 * HOUR_MS, channelIds: [channelId] }],
  };
  await fixture.core.routes.collection.create(routeInput.parse(route), 'test');
  await fixture.core.alerts.ingest([firing()]);
  const { id } = fixture.newest().alert;
  await hours(fixture, 21);
  await fixture.core.alerts.act(id, { kind: 'snooze', durationMs: 48 * HOUR_MS }, 'ann');
  const plans = () => fixture.db.value('SELECT count(*) FROM follow_ups');
  expect(plans()).toBe(3);
  await hours(fixture, 4);
  expect(fixture.newest().alert).toMatchObject({ state: 'expired', snoozedUntil: null });
  expect(plans()).toBe(0);
  await hours(fixture, 72);
  expect(fixture.delivered(channelId)).toEqual(['raised', 'reminder']);
  expect(types(fixture).at(-1)).toBe('expired');
});

test('more alerts than one batch expire all, in one go', async () => {
  await using fixture = await CoreFixture.start();
  await fixture.update({ ...NEVER, maxAlertAgeDays: 1 });
  const events = Array.from({ length: 450 }, (_, n) => firing({ dedupKey: String(n) }));
  await fixture.core.alerts.ingest(events);
  await hours(fixture, 25);
  const expired = fixture.core.alerts.list({ limit: 1, state: ['expired'] });
  expect(expired).toMatchObject({ value: { total: 450 } });
});
