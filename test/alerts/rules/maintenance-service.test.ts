import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../main/contract/limits.ts';
import { maintenanceInput } from '../../../main/contract/suppression.ts';
import { alert, errorOf, MutesFixture, valueOf } from '../../support/mutes-fixture.ts';

const HOUR_MS = 3_600_000;

/** From the fixture's noon, 15 January 2026, a Thursday, for an hour. */
const once = (fixture: MutesFixture) => ({
  type: 'once',
  startsAt: fixture.now,
  endsAt: fixture.now + HOUR_MS,
});

const input = (fixture: MutesFixture, over: Record<string, unknown> = {}) =>
  maintenanceInput.parse({ name: 'NAS upgrade', schedule: once(fixture), ...over });

const create = async (fixture: MutesFixture, over: Record<string, unknown> = {}) =>
  await fixture.maintenance.collection.create(input(fixture, over), 'window');

test('a window covers what it matches while it is on', async () => {
  using fixture = new MutesFixture();
  const window = valueOf(await create(fixture, { matchers: ['host="nas"'] }));
  expect(window).toMatchObject({
    name: 'NAS upgrade',
    enabled: true,
    activeUntil: fixture.now + HOUR_MS,
    nextStartsAt: null,
  });
  const covering = fixture.maintenance.muting(alert('a'), fixture.now);
  expect(covering).toMatchObject({ row: { id: window.id }, until: fixture.now + HOUR_MS });
  expect(fixture.maintenance.muting(alert('b', { host: 'rack' }), fixture.now)).toBeNull();
  expect(fixture.maintenance.muting(alert('a'), fixture.now + HOUR_MS)).toBeNull();
  expect(fixture.audit()).toEqual([`window maintenance.create ${window.id}`]);
  expect(fixture.changes).toEqual(['suppression', 'everything', 'status']);
});

test('a window with a negative matcher alone covers what is not excluded', async () => {
  using fixture = new MutesFixture();
  await create(fixture, { matchers: ['host!="nas"'] });
  expect(fixture.maintenance.muting(alert('a'), fixture.now)).toBeNull();
  expect(fixture.maintenance.muting(alert('b', { host: 'rack' }), fixture.now)).not.toBeNull();
});

test('a window without matchers covers everything', async () => {
  using fixture = new MutesFixture();
  await create(fixture);
  expect(fixture.maintenance.muting(alert('b', { host: 'rack' }), fixture.now)).not.toBeNull();
});

test.each([
  [{ type: 'weekly', days: [4], from: '12:30', to: '13:00', timeZone: 'UTC' }, 30, 60],
  [{ type: 'cron', expression: '30 12 * * *', durationMs: 1_800_000, timeZone: 'UTC' }, 30, 60],
])('a recurring window comes and goes: %j', async (schedule, startMinute, endMinute) => {
  using fixture = new MutesFixture();
  const window = valueOf(await create(fixture, { schedule }));
  const startsAt = fixture.now + startMinute * 60_000;
  expect(window).toMatchObject({ activeUntil: null, nextStartsAt: startsAt });
  expect(fixture.maintenance.nextChangeAt(fixture.now)).toBe(startsAt);
  const endsAt = fixture.now + endMinute * 60_000;
  expect(fixture.maintenance.muting(alert('a'), startsAt)?.until).toBe(endsAt);
  expect(fixture.maintenance.nextChangeAt(startsAt)).toBe(endsAt);
  expect(fixture.maintenance.inForce(startsAt)).toEqual({ count: 1, firstEndAt: endsAt });
  expect(fixture.maintenance.inForce(endsAt)).toEqual({ count: 0, firstEndAt: null });
});

describe('what is refused', () => {
  test.each([
    [{ matchers: ['a=~"("'] }, /^invalid_input: matchers\.0: must hold a regular expression/],
    [
      { schedule: { type: 'cron', expression: '* *', durationMs: 60_000, timeZone: 'UTC' } },
      /^invalid_input: schedule\.expression: must be a cron expression/,
    ],
    [
      { schedule: { type: 'cron', expression: '0 0 31 2 *', durationMs: 60_000, timeZone: 'UTC' } },
      /^invalid_input: schedule\.expression: must come at least once$/,
    ],
  ])('%j', async (over, problem) => {
    using fixture = new MutesFixture();
    expect(errorOf(await create(fixture, over))).toMatch(problem);
    expect(fixture.maintenance.collection.list()).toEqual([]);
  });

  test('a name that is taken, but not by the window itself', async () => {
    using fixture = new MutesFixture();
    const first = valueOf(await create(fixture));
    const taken = 'name_taken: name: another maintenance window is already called "NAS upgrade".';
    expect(errorOf(await create(fixture))).toBe(taken);
    const second = valueOf(await create(fixture, { name: 'router' }));
    const { maintenance } = fixture;
    const renamed = await maintenance.collection.update(
      { ...input(fixture), id: second.id },
      'window',
    );
    expect(errorOf(renamed)).toBe(taken);
    expect(
      errorOf(await maintenance.collection.update({ ...input(fixture), id: first.id }, 'w')),
    ).toBe('ok');
  });

  test('an unknown id, and one window too many', async () => {
    using fixture = new MutesFixture();
    const { maintenance } = fixture;
    const missing = 'not_found: There is no maintenance window with this id.';
    const id = randomUUID();
    expect(errorOf(await maintenance.collection.update({ ...input(fixture), id }, 'w'))).toBe(
      missing,
    );
    expect(errorOf(await maintenance.collection.delete(id, 'w'))).toBe(missing);
    const names = Array.from({ length: LIMITS.maintenanceWindowsMax }, (_, i) => `window ${i}`);
    await Promise.all(names.map((name) => create(fixture, { name })));
    expect(errorOf(await create(fixture))).toBe(
      'invalid_input: At most 100 maintenance windows; delete one first.',
    );
  });
});

describe('a change lets go of what the window held', () => {
  test('when it is disabled', async () => {
    using fixture = new MutesFixture();
    const { id } = valueOf(await create(fixture));
    const update = { ...input(fixture, { enabled: false }), id };
    const disabled = valueOf(await fixture.maintenance.collection.update(update, 'window'));
    expect(disabled).toMatchObject({ enabled: false, activeUntil: null, nextStartsAt: null });
    expect(fixture.maintenance.muting(alert('a'), fixture.now)).toBeNull();
    expect(fixture.maintenance.nextChangeAt(fixture.now)).toBeNull();
    expect(fixture.takeReleased()).toEqual([`maintenance ${id}`]);
    expect(fixture.audit().at(-1)).toBe(`window maintenance.update ${id}`);
  });

  test('when it is deleted', async () => {
    using fixture = new MutesFixture();
    const { id } = valueOf(await create(fixture));
    expect(valueOf(await fixture.maintenance.collection.delete(id, 'window'))).toEqual({
      status: 'deleted',
    });
    expect(fixture.maintenance.collection.list()).toEqual([]);
    expect(fixture.maintenance.muting(alert('a'), fixture.now)).toBeNull();
    expect(fixture.takeReleased()).toEqual([`maintenance ${id}`]);
    expect(fixture.audit().at(-1)).toBe(`window maintenance.delete ${id}`);
  });
});

test('what could not be committed is not in force, and what could not be deleted is', async () => {
  using fixture = new MutesFixture();
  await fixture.undone(() => create(fixture));
  expect(fixture.maintenance.collection.list()).toEqual([]);
  const { id } = valueOf(await create(fixture));
  await fixture.undone(() => fixture.maintenance.collection.delete(id, 'window'));
  expect(fixture.maintenance.muting(alert('a'), fixture.now)).not.toBeNull();
});

test('a restart forgets none of it', async () => {
  using fixture = new MutesFixture();
  const schedule = { type: 'weekly', days: [4], from: '11:00', to: '13:00', timeZone: 'UTC' };
  const window = valueOf(await create(fixture, { schedule, comment: 'every Thursday' }));
  fixture.restart();
  expect(fixture.maintenance.collection.list()).toEqual([window]);
  expect(fixture.maintenance.muting(alert('a'), fixture.now)?.until).toBe(fixture.now + HOUR_MS);
});

test('a stored window that is not understood any more is never on, and said in the log', async () => {
  using fixture = new MutesFixture();
  const { id } = valueOf(await create(fixture));
  const lost = { type: 'weekly', days: [4], from: '11:00', to: '13:00', timeZone: 'Mars/Olympus' };
  const sql = 'UPDATE maintenance_windows SET schedule = ? WHERE id = ?';
  fixture.db.run(sql, [JSON.stringify(lost), id]);
  fixture.restart();
  expect(fixture.maintenance.collection.list()).toMatchObject([
    { id, activeUntil: null, nextStartsAt: null },
  ]);
  expect(fixture.log).toEqual(['A maintenance window cannot be understood and is never on']);
});
