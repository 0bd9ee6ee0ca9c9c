/** @module-tag slow */
import { describe, expect, test } from 'vitest';
import { firing } from '../support/core-fixture.ts';
import { DAY_MS, HOUR_MS, LOOK_MS, hours, raised, stateOf, types } from './auto-expire-lab.ts';

describe('time in which nobody could have been heard', () => {
  const RULE = { maxAlertAgeDays: 1, maxAcknowledgedAgeDays: 1, autoAcknowledgeAfterHours: 12 };

  test('ten days switched off expire and acknowledge nothing', async () => {
    const { fixture, channelId, id } = await raised(RULE);
    await using _stop = fixture;
    await hours(fixture, 6);
    await fixture.restart(10 * DAY_MS);
    await fixture.pass(LOOK_MS);
    expect(fixture.newest().alert).toMatchObject({ id, state: 'open' });
    expect(await fixture.core.alerts.ingest([firing()])).toMatchObject([{ action: 'touched' }]);
    await hours(fixture, 5);
    expect(stateOf(fixture)).toBe('open');
    await hours(fixture, 2);
    expect(stateOf(fixture)).toBe('acknowledged');
    expect(fixture.delivered(channelId)).toEqual(['raised']);
  });

  test('nor do they take the day from one that was acknowledged just before', async () => {
    const { fixture, act } = await raised({ maxAcknowledgedAgeDays: 1 });
    await using _stop = fixture;
    await hours(fixture, 30);
    await act('acknowledge');
    await fixture.restart(10 * DAY_MS);
    await hours(fixture, 23);
    expect(stateOf(fixture)).toBe('acknowledged');
    await hours(fixture, 2);
    expect(stateOf(fixture)).toBe('expired');
  });

  test.each([
    ['nine hours asleep', 9 * HOUR_MS],
    ['a clock set forward by a year', 365 * DAY_MS],
    ['a clock set back by an hour', -HOUR_MS],
    ['a clock set back by a year', -365 * DAY_MS],
  ])('%s ages nothing and makes nothing younger', async (_what, deltaMs) => {
    const { fixture } = await raised(RULE);
    await using _stop = fixture;
    await hours(fixture, 6);
    fixture.clock.setWallBy(deltaMs);
    fixture.core.scheduler.resumed();
    await hours(fixture, 5);
    expect(stateOf(fixture)).toBe('open');
    await hours(fixture, 2);
    expect(stateOf(fixture)).toBe('acknowledged');
    await hours(fixture, 10);
    expect(stateOf(fixture)).toBe('acknowledged');
    await hours(fixture, 2);
    expect(stateOf(fixture)).toBe('expired');
  });

  test.each([
    ['set forward by a year', 365 * DAY_MS],
    ['set back by a year', -365 * DAY_MS],
  ])('a clock %s leaves one that was acknowledged its day', async (_what, deltaMs) => {
    const { fixture, act } = await raised({ maxAcknowledgedAgeDays: 1 });
    await using _stop = fixture;
    await hours(fixture, 30);
    await act('acknowledge');
    fixture.clock.setWallBy(deltaMs);
    fixture.core.scheduler.resumed();
    await hours(fixture, 23);
    expect(stateOf(fixture)).toBe('acknowledged');
    await hours(fixture, 2);
    expect(stateOf(fixture)).toBe('expired');
  });

  test('restarts again and again make no false "resolved" and no second "raised"', async () => {
    const { fixture, channelId, id } = await raised(RULE);
    await using _stop = fixture;
    for (let start = 0; start < 4; start++) {
      await fixture.restart(2 * DAY_MS);
      await fixture.core.alerts.ingest([firing()]);
      await fixture.pass(LOOK_MS);
    }
    expect(fixture.newest().alert).toMatchObject({ id, state: 'open', occurrences: 5 });
    expect(fixture.delivered(channelId)).toEqual(['raised']);
    expect(types(fixture)).toEqual(['raised']);
  });
});
