import { describe, expect, test } from 'vitest';
import { routeInput, type RouteInput } from '../../main/contract/route.ts';
import { CoreFixture, firing, resolved } from '../support/core-fixture.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

async function started(route: (ids: { phone: string; pager: string }) => Partial<RouteInput>) {
  const fixture = await CoreFixture.start();
  const phone = await fixture.addDesktop({ name: 'Phone' });
  const pager = await fixture.addDesktop({ name: 'Pager' });
  const input = { name: 'all', channelIds: [phone], ...route({ phone, pager }) };
  const result = await fixture.core.routes.collection.create(routeInput.parse(input), 'test');
  if (!result.ok) throw new Error(result.error.message);
  await fixture.core.alerts.ingest([firing()]);
  await fixture.quiet();
  const { id } = fixture.newest().alert;
  return { fixture, phone, pager, id, routeId: result.value.id };
}

const REMINDER = {
  reminder: { intervalMs: HOUR_MS, max: 3, minSeverity: 'info', louder: false },
} as const;

describe('reminders', () => {
  test('come at their interval, up to their cap', async () => {
    const { fixture, phone } = await started(() => REMINDER);
    await using _stop = fixture;
    await fixture.pass(HOUR_MS - 1);
    expect(fixture.delivered(phone)).toEqual(['raised']);
    await fixture.pass(10 * HOUR_MS);
    expect(fixture.delivered(phone)).toEqual(['raised', 'reminder', 'reminder', 'reminder']);
    const { timeline } = fixture.newest();
    expect(timeline.findLast(({ type }) => type === 'reminder')?.detail).toBe('Reminder 3 of 3.');
  });

  test.each(['acknowledge', 'resolve'] as const)('stop when somebody says %s', async (kind) => {
    const { fixture, phone, id } = await started(() => REMINDER);
    await using _stop = fixture;
    await fixture.pass(HOUR_MS);
    await fixture.core.alerts.act(id, { kind }, 'ann');
    await fixture.pass(5 * HOUR_MS);
    expect(fixture.delivered(phone).filter((event) => event === 'reminder')).toHaveLength(1);
  });

  test('begin again when it is unacknowledged', async () => {
    const { fixture, phone, id } = await started(() => REMINDER);
    await using _stop = fixture;
    await fixture.core.alerts.act(id, { kind: 'acknowledge' }, 'ann');
    await fixture.core.alerts.act(id, { kind: 'unacknowledge' }, 'ann');
    expect(fixture.newest().alert).toMatchObject({ state: 'open', acknowledgedAt: null });
    await fixture.pass(HOUR_MS);
    expect(fixture.delivered(phone).at(-1)).toBe('reminder');
  });

  test('do not pile up on a channel that has not got the last one, and survive a restart', async () => {
    const { fixture, phone } = await started(() => REMINDER);
    await using _stop = fixture;
    await fixture.core.channelPauses.pause({ id: phone }, 'test');
    await fixture.pass(2 * HOUR_MS);
    await fixture.restart(30 * MINUTE_MS);
    await fixture.core.channelPauses.resume(phone, 'test');
    await fixture.quiet();
    expect(fixture.delivered(phone)).toEqual(['raised', 'reminder']);
    await fixture.pass(HOUR_MS);
    expect(fixture.delivered(phone)).toEqual(['raised', 'reminder', 'reminder']);
  });

  test('wait for the end of a silence', async () => {
    const { fixture, phone } = await started(() => REMINDER);
    await using _stop = fixture;
    const endsAt = fixture.clock.now() + 4 * HOUR_MS;
    await fixture.core.silences.collection.create(
      { matchers: ['host="nas"'], endsAt, comment: '' },
      'ann',
    );
    await fixture.pass(4 * HOUR_MS - 1);
    expect(fixture.delivered(phone)).toEqual(['raised']);
    await fixture.pass(2 * MINUTE_MS);
    expect(fixture.delivered(phone)).toEqual(['raised', 'reminder']);
  });
});

describe('escalation', () => {
  const steps = ({ phone, pager }: { phone: string; pager: string }) => ({
    escalation: [
      { afterMs: 30 * MINUTE_MS, channelIds: [pager] },
      { afterMs: 90 * MINUTE_MS, channelIds: [pager, phone] },
    ],
  });

  test('takes one step after the other, and who was called gets the recovery', async () => {
    const { fixture, phone, pager } = await started(steps);
    await using _stop = fixture;
    await fixture.pass(30 * MINUTE_MS);
    expect([fixture.delivered(phone), fixture.delivered(pager)]).toEqual([
      ['raised'],
      ['escalated'],
    ]);
    await fixture.pass(5 * HOUR_MS);
    expect(fixture.delivered(phone)).toEqual(['raised', 'escalated']);
    expect(fixture.delivered(pager)).toEqual(['escalated', 'escalated']);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.quiet();
    expect(fixture.delivered(pager).at(-1)).toBe('resolved');
  });

  test('stops at the acknowledgement, and who was never called hears nothing', async () => {
    const { fixture, pager, id } = await started(steps);
    await using _stop = fixture;
    await fixture.pass(10 * MINUTE_MS);
    await fixture.core.alerts.act(id, { kind: 'acknowledge' }, 'ann');
    await fixture.pass(5 * HOUR_MS);
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.quiet();
    expect(fixture.delivered(pager)).toEqual([]);
  });

  test('that is late because nobody was there still takes one step at a time', async () => {
    const { fixture, pager } = await started(steps);
    await using _stop = fixture;
    await fixture.restart(10 * HOUR_MS);
    expect(fixture.delivered(pager)).toEqual(['escalated']);
    await fixture.pass(59 * MINUTE_MS);
    expect(fixture.delivered(pager)).toEqual(['escalated']);
    await fixture.pass(MINUTE_MS);
    expect(fixture.delivered(pager)).toEqual(['escalated', 'escalated']);
  });
});

describe('a snooze', () => {
  const snooze = { kind: 'snooze', durationMs: 2 * HOUR_MS } as const;

  test('keeps quiet about one alert, and says at its end that it still fires', async () => {
    const { fixture, phone, id } = await started(() => ({}));
    await using _stop = fixture;
    await fixture.core.alerts.act(id, snooze, 'ann');
    expect(fixture.newest().alert).toMatchObject({
      snoozedUntil: fixture.clock.now() + 2 * HOUR_MS,
      mutedBy: { kind: 'snooze' },
    });
    await fixture.core.alerts.ingest([firing({ severity: 'critical' })]);
    await fixture.core.alerts.ingest([firing({ kind: 'other' })]);
    await fixture.pass(2 * HOUR_MS - 1);
    expect(fixture.delivered(phone)).toEqual(['raised', 'raised']);
    await fixture.pass(1);
    // In the order in which they were queued.
    expect(fixture.delivered(phone)).toEqual(['raised', 'escalated', 'raised']);
    const { alert } = fixture.core.alerts.detail(id) ?? {};
    expect(alert).toMatchObject({ snoozedUntil: null, mutedBy: null });
  });

  test('reminds at its end when nothing else is sent then, and survives a restart', async () => {
    const { fixture, phone, id } = await started(() => ({}));
    await using _stop = fixture;
    await fixture.core.alerts.act(id, snooze, 'ann');
    await fixture.restart(MINUTE_MS);
    await fixture.pass(2 * HOUR_MS);
    expect(fixture.delivered(phone)).toEqual(['raised', 'reminder']);
  });

  test('ends with its alert, whose recovery is sent at once', async () => {
    const { fixture, phone, id } = await started(() => ({}));
    await using _stop = fixture;
    await fixture.core.alerts.act(id, snooze, 'ann');
    await fixture.core.alerts.ingest([resolved()]);
    await fixture.quiet();
    expect(fixture.delivered(phone)).toEqual(['raised', 'resolved']);
    expect(await fixture.core.alerts.act(id, snooze, 'ann')).toMatchObject({
      error: { code: 'wrong_state' },
    });
  });

  test('can be ended by hand', async () => {
    const { fixture, id } = await started(() => ({}));
    await using _stop = fixture;
    expect(await fixture.core.alerts.act(id, { kind: 'unsnooze' }, 'ann')).toMatchObject({
      error: { message: expect.stringContaining('not snoozed') as string },
    });
    await fixture.core.alerts.act(id, snooze, 'ann');
    await fixture.core.alerts.act(id, { kind: 'unsnooze' }, 'ann');
    await fixture.pass(3 * HOUR_MS);
    expect(fixture.outbox()).toEqual(['raised sent']);
  });
});
