/** @module-tag slow */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Collection, Stamps } from '../../main/collections/collection.ts';
import { LIMITS } from '../../main/contract/limits.ts';
import { METHODS, type MethodName } from '../../main/contract/methods.ts';
import type { Result } from '../../main/contract/result.ts';
import type { Core } from '../../main/core.ts';
import type { ChangeRef, Unit } from '../../main/store/unit.ts';
import { CoreFixture } from '../support/core-fixture.ts';
import { CASES, type CollectionCase } from './cases.ts';

type Shown = Stamps & { readonly name?: string };
type Any = Pick<
  Collection<never, never, never, Shown>,
  'list' | 'get' | 'create' | 'update' | 'delete' | 'createIn' | 'deleteIn'
>;

/** One kind over its own core, with what its methods would be given. */
class Bench implements AsyncDisposable {
  readonly fixture: CoreFixture;
  readonly changes: ChangeRef['entity'][] = [];
  readonly #kind: CollectionCase;

  private constructor(fixture: CoreFixture, kind: CollectionCase) {
    this.fixture = fixture;
    this.#kind = kind;
    this.core.writer.onCommitted(({ changes }) => {
      this.changes.push(...changes.map(({ entity }) => entity));
    });
  }

  static async of(kind: CollectionCase): Promise<Bench> {
    return new Bench(await CoreFixture.start(), kind);
  }

  get core(): Core {
    return this.fixture.core;
  }

  get collection(): Any {
    return this.#kind.collectionOf(this.core) as unknown as Any;
  }

  input(name: string): never {
    const { group, input } = this.#kind;
    return METHODS[`${group}.create` as MethodName].input.parse(input(name)) as never;
  }

  changed(row: Shown, name: string): never {
    const { group, change } = this.#kind;
    const given = { ...change(name), id: row.id };
    return METHODS[`${group}.update` as MethodName].input.parse(given) as never;
  }

  async made(name: string): Promise<Shown> {
    return valueOf(await this.collection.create(this.input(name), 'ann'));
  }

  audit() {
    return this.core.tables.audit
      .list({ subject: null, before: null, limit: 50 })
      .filter(({ actor }) => actor === 'ann')
      .map(({ action, subject }) => `${action} ${subject}`)
      .toReversed();
  }

  /** Runs something in a transaction that is not committed. */
  async undone(work: (unit: Unit) => unknown): Promise<void> {
    const submitted = this.core.writer.submit((unit) => {
      work(unit);
      throw new Error('taken back');
    });
    await expect(submitted).rejects.toThrow('taken back');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fixture[Symbol.asyncDispose]();
  }
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const errorOf = (result: Result<unknown>): string =>
  result.ok ? 'ok' : `${result.error.code}: ${result.error.message}`;

describe.each(Object.entries(CASES))('%s', (group, kind) => {
  test('are created, changed and deleted; each is audited and shown', async () => {
    await using bench = await Bench.of(kind);
    const { collection } = bench;
    const made = await bench.made('one');
    expect(collection.list()).toEqual([made]);
    expect(collection.get(made.id)).toEqual({ ok: true, value: made });
    expect(made.createdAt).toBe(bench.fixture.clock.now());
    bench.fixture.clock.advance(1_000);
    const changed = valueOf(await collection.update(bench.changed(made, 'two'), 'ann'));
    expect(changed).toMatchObject({ id: made.id, createdAt: made.createdAt });
    expect(changed.updatedAt).toBe(bench.fixture.clock.now());
    expect(collection.list()).toEqual([changed]);
    expect(bench.changes).toContain(kind.entity);
    bench.changes.length = 0;
    expect(await collection.delete(made.id, 'ann')).toMatchObject({ value: { status: 'deleted' } });
    expect(collection.list()).toEqual([]);
    expect(bench.changes).toContain(kind.entity);
    const verbs = ['create', 'update', 'delete'];
    expect(bench.audit()).toEqual(verbs.map((verb) => `${kind.audit}.${verb} ${made.id}`));
  });

  test('an unknown one is not found', async () => {
    await using bench = await Bench.of(kind);
    const { collection } = bench;
    const nobody = { id: randomUUID(), createdAt: 0, updatedAt: 0 };
    const missing = `not_found: There is no ${kind.noun} with this id.`;
    expect(errorOf(collection.get(nobody.id))).toBe(missing);
    expect(errorOf(await collection.update(bench.changed(nobody, 'one'), 'ann'))).toBe(missing);
    expect(errorOf(await collection.delete(nobody.id, 'ann'))).toBe(missing);
    expect(bench.audit()).toEqual([]);
  });

  if (kind.uniqueNames) {
    test('a name is taken once, also for a change', async () => {
      await using bench = await Bench.of(kind);
      const { collection } = bench;
      const first = await bench.made('one');
      const second = await bench.made('two');
      const taken = `name_taken: name: another ${kind.noun} is already called "one".`;
      expect(errorOf(await collection.create(bench.input('one'), 'ann'))).toBe(taken);
      expect(errorOf(await collection.update(bench.changed(second, 'one'), 'ann'))).toBe(taken);
      expect(errorOf(await collection.update(bench.changed(first, 'one'), 'ann'))).toBe('ok');
    });
  }

  test('there are at most as many as the limit says', async () => {
    await using bench = await Bench.of(kind);
    const { collection } = bench;
    const max = LIMITS[kind.limit];
    await bench.core.writer.submit((unit) => {
      for (let i = 0; i < max; i++) collection.createIn(unit, bench.input(`n ${i}`), 'ben');
    });
    expect(collection.list()).toHaveLength(max);
    const full = new RegExp(`^invalid_input: At most ${max} ${kind.noun}s; \\w+ one first\\.$`);
    expect(errorOf(await collection.create(bench.input('one more'), 'ann'))).toMatch(full);
  });

  test('what is not committed has not happened, in memory either', async () => {
    await using bench = await Bench.of(kind);
    const { collection } = bench;
    const kept = await bench.made('kept');
    const before = kind.inMemory(bench.core);
    const undone = { during: before };
    await bench.undone((unit) => {
      valueOf(collection.createIn(unit, bench.input('other'), 'ann'));
      valueOf(collection.deleteIn(unit, kept.id, 'ann'));
      undone.during = kind.inMemory(bench.core);
    });
    expect(undone.during).not.toEqual(before);
    expect(kind.inMemory(bench.core)).toEqual(before);
    expect(collection.list()).toEqual([kept]);
    expect(bench.audit()).toEqual([`${kind.audit}.create ${kept.id}`]);
  });

  if (kind.section) {
    test('leave and come back as a file', async () => {
      await using bench = await Bench.of(kind);
      await using other = await Bench.of(kind);
      const made = await bench.made('one');
      const { yaml } = valueOf(await bench.core.exchange.export({}, 'ann'));
      expect(yaml).toMatch(new RegExp(`^${kind.section}:$`, 'm'));
      const file = { yaml, mode: 'merge' } as const;
      const { hash } = valueOf(await other.core.exchange.preview(file, 'ann'));
      valueOf(await other.core.exchange.apply({ ...file, expect: hash, cancelOwed: false }, 'ann'));
      expect(other.collection.list()).toMatchObject([{ name: made.name }]);
    });
  }

  test('the API has their methods', () => {
    const last = kind.ends ?? 'delete';
    for (const verb of ['list', 'create', 'update', last]) {
      expect(METHODS).toHaveProperty([`${group}.${verb}`]);
    }
  });
});
