import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../main/contract/limits.ts';
import { silenceInput } from '../../../main/contract/suppression.ts';
import { SilenceTable } from '../../../main/store/rule-tables.ts';
import { alert, errorOf, MutesFixture, valueOf } from '../../support/mutes-fixture.ts';

const HOUR_MS = 3_600_000;

const create = async (fixture: MutesFixture, over: Record<string, unknown> = {}) =>
  await fixture.silences.collection.create(
    silenceInput.parse({ matchers: ['host="nas"'], endsAt: fixture.now + HOUR_MS, ...over }),
    'window',
  );

const made = async (fixture: MutesFixture, over: Record<string, unknown> = {}) =>
  valueOf(await create(fixture, over));

test('a silence begins now, is its caller’s, and mutes what it matches until its end', async () => {
  using fixture = new MutesFixture();
  fixture.alerts.set('a', alert('a'));
  fixture.alerts.set('b', alert('b', { host: 'rack' }));
  const silence = await made(fixture, { comment: 'disk swap' });
  expect(silence).toMatchObject({
    matchers: ['host="nas"'],
    startsAt: fixture.now,
    endsAt: fixture.now + HOUR_MS,
    author: 'window',
    comment: 'disk swap',
    state: 'active',
    matching: 1,
  });
  expect(fixture.silences.muting(alert('a'), fixture.now)?.id).toBe(silence.id);
  expect(fixture.silences.muting(alert('b', { host: 'rack' }), fixture.now)).toBeNull();
  expect(fixture.silences.muting(alert('a'), silence.endsAt - 1)).not.toBeNull();
  expect(fixture.silences.muting(alert('a'), silence.endsAt)).toBeNull();
  expect(fixture.audit()).toEqual([`window silence.create ${silence.id}`]);
  expect(fixture.changes).toEqual(['suppression', 'everything', 'status']);
  expect(fixture.takeReleased()).toEqual([]);
});

test('a silence that begins later mutes from then on', async () => {
  using fixture = new MutesFixture();
  const startsAt = fixture.now + HOUR_MS;
  const silence = await made(fixture, { startsAt, endsAt: startsAt + HOUR_MS, author: 'ann' });
  expect(silence).toMatchObject({ state: 'pending', author: 'ann' });
  expect(fixture.silences.muting(alert('a'), startsAt - 1)).toBeNull();
  expect(fixture.silences.muting(alert('a'), startsAt)?.id).toBe(silence.id);
  fixture.clock.advance(HOUR_MS);
  expect(valueOf(fixture.silences.collection.get(silence.id)).state).toBe('active');
  fixture.clock.advance(HOUR_MS);
  expect(valueOf(fixture.silences.collection.get(silence.id)).state).toBe('expired');
});

test.each<[string[], boolean, boolean]>([
  [['host!="nas"'], false, true],
  [['host!~"r.*"'], true, false],
  [['severity!=critical', 'team=""'], true, true],
  [['team!=""'], false, false],
])('a silence of %j mutes what is not excluded', async (matchers, nas, rack) => {
  using fixture = new MutesFixture();
  await made(fixture, { matchers });
  const mutes = (host: string) => fixture.silences.muting(alert('a', { host }), fixture.now);
  expect(mutes('nas') !== null).toBe(nas);
  expect(mutes('rack') !== null).toBe(rack);
});

test('of several silences the one that ends last is named', async () => {
  using fixture = new MutesFixture();
  await made(fixture);
  const longest = await made(fixture, { endsAt: fixture.now + 3 * HOUR_MS });
  await made(fixture, { endsAt: fixture.now + 2 * HOUR_MS });
  await made(fixture, { endsAt: fixture.now + 9 * HOUR_MS, startsAt: fixture.now + HOUR_MS });
  expect(fixture.silences.muting(alert('a'), fixture.now)?.id).toBe(longest.id);
});

describe('what is refused', () => {
  test.each([
    [
      { matchers: ['host="nas"', 'kind=~"("'] },
      /^invalid_input: matchers\.1: must contain a regular/,
    ],
    [{ startsAt: 0, endsAt: 1 }, /^invalid_input: endsAt: must be in the future$/],
  ])('%j', async (over, problem) => {
    using fixture = new MutesFixture();
    expect(errorOf(await create(fixture, over))).toMatch(problem);
    expect(fixture.silences.collection.list()).toEqual([]);
    expect(fixture.audit()).toEqual([]);
  });

  test.each([[['team=""']], [['team=~"blue|"', 'host=~".*"']]])(
    'matchers that all take an empty value: %j',
    async (matchers) => {
      using fixture = new MutesFixture();
      const problem = /^invalid_input: matchers: at least one must not match an empty value/;
      expect(errorOf(await create(fixture, { matchers }))).toMatch(problem);
      const { id } = await made(fixture);
      expect(errorOf(await fixture.silences.collection.update({ id, matchers }, 'window'))).toMatch(
        problem,
      );
      expect(valueOf(fixture.silences.collection.get(id)).matchers).toEqual(['host="nas"']);
    },
  );

  test('an end before a beginning that is not said but now', async () => {
    using fixture = new MutesFixture();
    expect(errorOf(await create(fixture, { endsAt: fixture.now }))).toMatch(/endsAt: must be in/);
  });

  test('an unknown id', async () => {
    using fixture = new MutesFixture();
    const id = randomUUID();
    const missing = 'not_found: There is no silence with this id.';
    expect(errorOf(fixture.silences.collection.get(id))).toBe(missing);
    expect(errorOf(await fixture.silences.collection.update({ id }, 'window'))).toBe(missing);
    expect(errorOf(await fixture.silences.expire(id, 'window'))).toBe(missing);
  });

  test('one too many, unless an expired one can go', async () => {
    using fixture = new MutesFixture();
    const expired = await made(fixture);
    fixture.clock.advance(HOUR_MS);
    const rest = Array.from({ length: LIMITS.silencesMax }, () => create(fixture));
    expect((await Promise.all(rest)).every(({ ok }) => ok)).toBe(true);
    expect(errorOf(fixture.silences.collection.get(expired.id))).toMatch(/^not_found/);
    expect(errorOf(await create(fixture))).toBe(
      'invalid_input: At most 500 silences; end one first.',
    );
  });
});

test('the list: active, pending, expired, each newest first, with the number of open alerts', async () => {
  using fixture = new MutesFixture();
  fixture.alerts.set('a', alert('a'));
  const first = await made(fixture);
  fixture.clock.advance(1);
  const second = await made(fixture);
  fixture.clock.advance(HOUR_MS);
  const later = { startsAt: fixture.now + HOUR_MS, endsAt: fixture.now + 2 * HOUR_MS };
  const pending = await made(fixture, later);
  const older = await made(fixture);
  fixture.clock.advance(1);
  const newer = await made(fixture, { matchers: ['host=x'] });
  expect(
    fixture.silences.collection.list().map(({ id, state, matching }) => [id, state, matching]),
  ).toEqual([
    [newer.id, 'active', 0],
    [older.id, 'active', 1],
    [pending.id, 'pending', 1],
    [second.id, 'expired', 1],
    [first.id, 'expired', 1],
  ]);
});

describe('a change', () => {
  test('keeps what is left out and lets go of what the silence held', async () => {
    using fixture = new MutesFixture();
    const silence = await made(fixture, { comment: 'disk swap' });
    fixture.clock.advance(60_000);
    const endsAt = new Date(fixture.now + 60_000).toISOString();
    const changed = valueOf(
      await fixture.silences.collection.update({ id: silence.id, endsAt }, 'token:phone'),
    );
    expect(changed).toEqual({
      ...silence,
      endsAt: fixture.now + 60_000,
      updatedAt: fixture.now,
    });
    expect(fixture.takeReleased()).toEqual([`silence ${silence.id}`]);
    expect(fixture.audit().at(-1)).toBe(`token:phone silence.update ${silence.id}`);
  });

  test('of the matchers counts at once', async () => {
    using fixture = new MutesFixture();
    const { id } = await made(fixture);
    await fixture.silences.collection.update({ id, matchers: ['host=rack'] }, 'window');
    expect(fixture.silences.muting(alert('a'), fixture.now)).toBeNull();
    expect(fixture.silences.muting(alert('b', { host: 'rack' }), fixture.now)?.id).toBe(id);
  });

  test('that makes no sense changes nothing', async () => {
    using fixture = new MutesFixture();
    const { id } = await made(fixture);
    fixture.takeChanges();
    const past = await fixture.silences.collection.update(
      { id, endsAt: fixture.now - 1 },
      'window',
    );
    expect(errorOf(past)).toBe('invalid_input: endsAt: must be in the future');
    const bad = await fixture.silences.collection.update({ id, matchers: ['a=~"["'] }, 'window');
    expect(errorOf(bad)).toMatch(/^invalid_input: matchers\.0: /);
    expect(fixture.takeChanges()).toEqual([]);
    expect(fixture.takeReleased()).toEqual([]);
    expect(fixture.silences.muting(alert('a'), fixture.now)?.id).toBe(id);
  });
});

describe('the end by hand', () => {
  test('of an active one', async () => {
    using fixture = new MutesFixture();
    const { id, startsAt } = await made(fixture);
    fixture.clock.advance(60_000);
    const expired = valueOf(await fixture.silences.expire(id, 'window'));
    expect(expired).toMatchObject({ state: 'expired', startsAt, endsAt: fixture.now });
    expect(fixture.silences.muting(alert('a'), fixture.now)).toBeNull();
    expect(fixture.takeReleased()).toEqual([`silence ${id}`]);
    expect(fixture.audit().at(-1)).toBe(`window silence.expire ${id}`);
  });

  test('of one that has not begun', async () => {
    using fixture = new MutesFixture();
    const startsAt = fixture.now + HOUR_MS;
    const { id } = await made(fixture, { startsAt, endsAt: startsAt + HOUR_MS });
    const expired = valueOf(await fixture.silences.expire(id, 'window'));
    expect(expired).toMatchObject({ state: 'expired', startsAt: fixture.now, endsAt: fixture.now });
    expect(fixture.silences.muting(alert('a'), startsAt)).toBeNull();
  });

  test('of one that has ended already, and changes to it, are refused', async () => {
    using fixture = new MutesFixture();
    const { id } = await made(fixture);
    fixture.clock.advance(HOUR_MS);
    const over = 'wrong_state: This silence has expired; create a new one.';
    expect(errorOf(await fixture.silences.expire(id, 'window'))).toBe(over);
    const longer = { id, endsAt: fixture.now + HOUR_MS };
    expect(errorOf(await fixture.silences.collection.update(longer, 'window'))).toBe(over);
  });
});

test('what could not be committed is not in force either', async () => {
  using fixture = new MutesFixture();
  await fixture.undone(() => create(fixture));
  expect(fixture.silences.muting(alert('a'), fixture.now)).toBeNull();
  const { id } = await made(fixture);
  await fixture.undone(() => fixture.silences.expire(id, 'window'));
  expect(fixture.silences.muting(alert('a'), fixture.now)?.id).toBe(id);
});

test('later work of the same transaction already sees a new silence', async () => {
  using fixture = new MutesFixture();
  const creating = create(fixture);
  const seen = fixture.writer.submit(() => fixture.silences.muting(alert('a'), fixture.now));
  expect((await seen)?.id).toBe(valueOf(await creating).id);
});

test('a restart forgets none of it', async () => {
  using fixture = new MutesFixture();
  const silence = await made(fixture, { comment: 'disk swap' });
  fixture.restart();
  expect(fixture.silences.collection.list()).toEqual([silence]);
  expect(fixture.silences.muting(alert('a'), fixture.now)?.id).toBe(silence.id);
});

test('a clock that is set back brings a silence back that had just ended', async () => {
  using fixture = new MutesFixture();
  await made(fixture);
  fixture.clock.setWallBy(90 * 60_000);
  fixture.restart();
  expect(fixture.silences.muting(alert('a'), fixture.now)).toBeNull();
  fixture.clock.setWallBy(-HOUR_MS);
  expect(fixture.silences.muting(alert('a'), fixture.now)).not.toBeNull();
});

test('retention deletes the longest expired first, in batches, and no other', async () => {
  using fixture = new MutesFixture();
  const first = await made(fixture);
  const second = await made(fixture, { endsAt: fixture.now + HOUR_MS + 1 });
  const third = await made(fixture, { endsAt: fixture.now + HOUR_MS + 2 });
  const table = new SilenceTable(fixture.db);
  const cutoff = fixture.now + HOUR_MS + 1;
  expect(table.prune(cutoff, 1)).toBe(1);
  expect(table.byId(first.id)).toBeNull();
  expect(table.prune(cutoff, 10)).toBe(1);
  expect(table.all().map(({ id }) => id)).toEqual([third.id]);
  expect(table.byId(second.id)).toBeNull();
});
