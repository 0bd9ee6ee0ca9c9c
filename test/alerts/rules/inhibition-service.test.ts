import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../main/contract/limits.ts';
import { inhibitionInput } from '../../../main/contract/suppression.ts';
import { alert, errorOf, MutesFixture, valueOf } from '../../support/mutes-fixture.ts';

const input = (over: Record<string, unknown> = {}) =>
  inhibitionInput.parse({
    name: 'host down',
    sourceMatchers: ['kind="host_down"'],
    targetMatchers: ['severity=~"info|warning"'],
    equal: ['host'],
    ...over,
  });

const create = async (fixture: MutesFixture, over: Record<string, unknown> = {}) =>
  await fixture.inhibitions.collection.create(input(over), 'window');

const down = (id: string, host = 'nas') =>
  alert(id, { kind: 'host_down', severity: 'critical', host });

const mutedBy = (fixture: MutesFixture, ...[id, over]: Parameters<typeof alert>) =>
  fixture.inhibitions.muting(alert(id, over))?.by.id ?? null;

describe('a source mutes its targets', () => {
  test('while it fires, acknowledged or not, and where both agree', async () => {
    using fixture = new MutesFixture();
    const { id } = valueOf(await create(fixture));
    expect(mutedBy(fixture, 'a')).toBeNull();
    await fixture.put(down('source'));
    expect(mutedBy(fixture, 'a')).toBe('source');
    expect(mutedBy(fixture, 'a', { host: 'rack' })).toBeNull();
    expect(mutedBy(fixture, 'a', { severity: 'critical' })).toBeNull();
    expect(fixture.inhibitions.collection.list()).toMatchObject([{ id, activeSources: 1 }]);
    await fixture.close('source');
    expect(mutedBy(fixture, 'a')).toBeNull();
    expect(fixture.inhibitions.collection.list()).toMatchObject([{ id, activeSources: 0 }]);
  });

  test('that fired before the inhibition was made', async () => {
    using fixture = new MutesFixture();
    await fixture.put(down('source'));
    expect(valueOf(await create(fixture)).activeSources).toBe(1);
    expect(mutedBy(fixture, 'a')).toBe('source');
  });

  test('and after a restart', async () => {
    using fixture = new MutesFixture();
    await create(fixture);
    await fixture.put(down('source'));
    fixture.restart();
    expect(mutedBy(fixture, 'a')).toBe('source');
  });

  test('a label that both lack is the same in both', async () => {
    using fixture = new MutesFixture();
    await create(fixture, { equal: ['site'] });
    await fixture.put(down('source'));
    expect(mutedBy(fixture, 'a', { host: 'rack' })).toBe('source');
    expect(mutedBy(fixture, 'a', { labels: { site: 'attic' } })).toBeNull();
  });

  test('everywhere when nothing has to be equal', async () => {
    using fixture = new MutesFixture();
    await create(fixture, { equal: [] });
    await fixture.put(down('source'));
    expect(mutedBy(fixture, 'a', { host: 'rack', labels: { site: 'attic' } })).toBe('source');
  });
});

describe('alerts that are sources and targets alike', () => {
  const both = { targetMatchers: ['host=~".+"'] };

  test('mute neither themselves nor each other', async () => {
    using fixture = new MutesFixture();
    await create(fixture, both);
    await fixture.put(down('first'));
    await fixture.put(down('second'));
    expect(fixture.inhibitions.muting(down('first'))).toBeNull();
    expect(fixture.inhibitions.muting(down('second'))).toBeNull();
    expect(mutedBy(fixture, 'a')).toBe('first');
  });

  test('are muted by a source that is no target', async () => {
    using fixture = new MutesFixture();
    await create(fixture, { targetMatchers: ['severity!="info"'] });
    await fixture.put(down('both'));
    await fixture.put({ ...down('plain'), severity: 'info' });
    expect(fixture.inhibitions.muting(down('both'))?.by.id).toBe('plain');
    expect(mutedBy(fixture, 'a')).toBe('plain');
  });
});

describe('what is held is released', () => {
  test('when the source closes that it names, and not for another', async () => {
    using fixture = new MutesFixture();
    const { id } = valueOf(await create(fixture));
    for (const name of ['first', 'second', 'third']) await fixture.put(down(name));
    expect(fixture.takeReleased()).toEqual([]);
    await fixture.close('second');
    expect(fixture.takeReleased()).toEqual([]);
    await fixture.close('first');
    expect(fixture.takeReleased()).toEqual([`inhibition ${id}`]);
    expect(mutedBy(fixture, 'a')).toBe('third');
    await fixture.close('third');
    expect(fixture.takeReleased()).toEqual([`inhibition ${id}`]);
    expect(mutedBy(fixture, 'a')).toBeNull();
  });

  test('when the source stops matching', async () => {
    using fixture = new MutesFixture();
    const { id } = valueOf(await create(fixture, { sourceMatchers: ['severity=critical'] }));
    await fixture.put(down('source'));
    await fixture.put({ ...down('source'), severity: 'warning' });
    expect(fixture.takeReleased()).toEqual([`inhibition ${id}`]);
    expect(mutedBy(fixture, 'a')).toBeNull();
  });

  test('when the source goes over to other labels', async () => {
    using fixture = new MutesFixture();
    const { id } = valueOf(await create(fixture, { equal: ['site'] }));
    await fixture.put({ ...down('source'), labels: { site: 'attic' } });
    await fixture.put({ ...down('source'), labels: { site: 'cellar' } });
    expect(fixture.takeReleased()).toEqual([`inhibition ${id}`]);
    expect(mutedBy(fixture, 'a', { labels: { site: 'attic' } })).toBeNull();
    expect(mutedBy(fixture, 'a', { labels: { site: 'cellar' } })).toBe('source');
  });

  test('not when the source merely reports again', async () => {
    using fixture = new MutesFixture();
    await create(fixture);
    await fixture.put(down('source'));
    fixture.takeChanges();
    await fixture.put({ ...down('source'), labels: { load: '7' } });
    expect(fixture.takeReleased()).toEqual([]);
    expect(fixture.takeChanges()).toEqual([]);
  });

  test('when the inhibition is changed, disabled or deleted', async () => {
    using fixture = new MutesFixture();
    const { id } = valueOf(await create(fixture));
    await fixture.put(down('source'));
    const { inhibitions } = fixture;
    await inhibitions.collection.update({ ...input({ equal: ['site'] }), id }, 'window');
    expect(fixture.takeReleased()).toEqual([`inhibition ${id}`]);
    expect(mutedBy(fixture, 'a', { host: 'rack' })).toBe('source');
    const disabled = await inhibitions.collection.update(
      { ...input({ enabled: false }), id },
      'window',
    );
    expect(valueOf(disabled)).toMatchObject({ enabled: false, activeSources: 0 });
    expect(fixture.takeReleased()).toEqual([`inhibition ${id}`]);
    expect(mutedBy(fixture, 'a')).toBeNull();
    await inhibitions.collection.update({ ...input(), id }, 'window');
    expect(mutedBy(fixture, 'a')).toBe('source');
    fixture.takeReleased();
    expect(valueOf(await inhibitions.collection.delete(id, 'window'))).toEqual({
      status: 'deleted',
    });
    expect(fixture.takeReleased()).toEqual([`inhibition ${id}`]);
    expect(mutedBy(fixture, 'a')).toBeNull();
    expect(fixture.audit().map((line) => line.split(' ')[1])).toEqual([
      'inhibition.create',
      'inhibition.update',
      'inhibition.update',
      'inhibition.update',
      'inhibition.delete',
    ]);
  });
});

describe('what could not be committed', () => {
  test('an inhibition', async () => {
    using fixture = new MutesFixture();
    await fixture.put(down('source'));
    await fixture.undone(() => create(fixture));
    expect(fixture.inhibitions.collection.list()).toEqual([]);
    expect(mutedBy(fixture, 'a')).toBeNull();
  });

  test('a source that fires', async () => {
    using fixture = new MutesFixture();
    await create(fixture);
    await fixture.undone(() => fixture.put(down('source')));
    expect(mutedBy(fixture, 'a')).toBeNull();
  });

  test('a source that closes, and one that changes twice', async () => {
    using fixture = new MutesFixture();
    await create(fixture, { equal: ['site'] });
    await fixture.put(down('source'));
    await fixture.undone(() => fixture.close('source'));
    expect(mutedBy(fixture, 'a')).toBe('source');
    const moved = (site: string) => fixture.put({ ...down('source'), labels: { site } });
    await fixture.undone(() => Promise.all([moved('attic'), moved('cellar')]));
    expect(mutedBy(fixture, 'a')).toBe('source');
    expect(mutedBy(fixture, 'a', { labels: { site: 'attic' } })).toBeNull();
    expect(mutedBy(fixture, 'a', { labels: { site: 'cellar' } })).toBeNull();
  });
});

describe('what is refused', () => {
  test.each([
    [{ sourceMatchers: ['a="b"', 'a=~"("'] }, /^invalid_input: sourceMatchers\.1: must contain/],
    [{ targetMatchers: ['a=~"("'] }, /^invalid_input: targetMatchers\.0: must contain/],
  ])('%j', async (over, problem) => {
    using fixture = new MutesFixture();
    expect(errorOf(await create(fixture, over))).toMatch(problem);
    expect(fixture.inhibitions.collection.list()).toEqual([]);
  });

  test('a taken name, an unknown id, one too many', async () => {
    using fixture = new MutesFixture();
    await create(fixture);
    expect(errorOf(await create(fixture))).toBe(
      'name_taken: name: another inhibition is already called "host down".',
    );
    const id = randomUUID();
    const missing = 'not_found: There is no inhibition with this id.';
    expect(errorOf(await fixture.inhibitions.collection.update({ ...input(), id }, 'w'))).toBe(
      missing,
    );
    expect(errorOf(await fixture.inhibitions.collection.delete(id, 'w'))).toBe(missing);
    const names = Array.from({ length: LIMITS.inhibitionsMax - 1 }, (_, i) => `inhibition ${i}`);
    await Promise.all(names.map((name) => create(fixture, { name })));
    expect(errorOf(await create(fixture, { name: 'one more' }))).toBe(
      'invalid_input: At most 100 inhibitions; delete one first.',
    );
  });
});
