import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { METHODS, type MethodName, type ParsedInput } from '../../main/contract/methods.ts';
import { StoreUnavailable } from '../../main/domain/store-unavailable.ts';
import { DATABASE_NAME, openDatabase, type Db } from '../../main/store/database.ts';
import {
  NewerEntry,
  Replica,
  ReplicaDiverged,
  type PlacedEntry,
} from '../../main/store/replica.ts';
import type { LogEntry } from '../../main/store/shared-log.ts';
import { CoreFixture, EXACT, firing, resolved } from '../support/core-fixture.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { everyRow, KeptLog } from '../support/kept-log.ts';
import { tempDir } from '../support/temp-dir.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** A core that writes to a log, and another one's database as it was before. */
class Cores implements AsyncDisposable {
  readonly log = new KeptLog();
  readonly leader: CoreFixture;
  readonly followerDb: Db;
  readonly follower: Replica;
  readonly #dir: ReturnType<typeof tempDir>;

  private constructor(leader: CoreFixture, log: KeptLog, dir: ReturnType<typeof tempDir>) {
    this.leader = leader;
    this.log = log;
    this.#dir = dir;
    this.followerDb = openDatabase(join(dir.path, 'follower'));
    this.follower = new Replica(this.followerDb);
  }

  static async start(): Promise<Cores> {
    const dir = tempDir();
    const log = new KeptLog();
    mkdirSync(join(dir.path, 'follower'));
    openDatabase(join(dir.path, 'follower')).close();
    const copy = (leaderDir: string): void =>
      copyFileSync(join(dir.path, 'follower', DATABASE_NAME), join(leaderDir, DATABASE_NAME));
    return new Cores(await CoreFixture.start(undefined, copy, log), log, dir);
  }

  /** The entries that the follower does not have yet. */
  news(): PlacedEntry[] {
    return this.log.entries().filter(({ number }) => number > this.follower.last.number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.followerDb.close();
    await this.leader[Symbol.asyncDispose]();
    this.#dir[Symbol.dispose]();
  }
}

const parsed = <Name extends MethodName>(name: Name, input: unknown): ParsedInput<Name> =>
  METHODS[name].input.parse(input) as ParsedInput<Name>;

const flip = async (core: CoreFixture, times: number): Promise<void> => {
  for (let n = 0; n < times; n += 1) {
    await core.core.alerts.ingest([n % 2 === 0 ? firing() : resolved()]);
    await core.pass(1_000);
  }
};

/** A day with deliveries, failures, dead letters, and people who act. */
async function liveThroughADay(leader: CoreFixture, receiver: HttpReceiver): Promise<void> {
  const { core } = leader;
  const channelId = await leader.addChannel(receiver.url, { ...EXACT, maxAttempts: 2 });
  await leader.addDesktop();
  await leader.update({ resolveTimeoutMs: 90_000 });
  const route = { name: 'night', matchers: ['severity="critical"'], channelIds: [channelId] };
  await core.routes.collection.create(parsed('routes.create', route), 'ann');
  await leader.raiseMany(40);
  await leader.pass(MINUTE_MS);
  receiver.respond = status(503, {}, 'not now');
  await core.alerts.ingest([firing({ severity: 'critical', message: 'Feuer 🔥 im Haus' })]);
  await leader.pass(10 * MINUTE_MS);
  expect(leader.statuses()).toContain('dead');
  receiver.respond = status(204);
  const dead = leader.ids()[leader.statuses().indexOf('dead')] ?? '';
  expect(await core.notifications.requeue(dead, 'ann')).toMatchObject({ ok: true });
  await leader.pass(MINUTE_MS);
  await flip(leader, 7);
  expect(leader.newest().alert).toMatchObject({ flapping: true });
  await leader.pass(20 * MINUTE_MS);
  const silence = {
    matchers: ['kind="backup_failed"'],
    comment: 'a new disk',
    endsAt: new Date(leader.clock.now() + HOUR_MS).toISOString(),
  };
  await core.silences.collection.create(parsed('silences.create', silence), 'ann');
  await core.alerts.ingest([firing({ dedupKey: 'muted' }), firing({ dedupKey: 'disk3' })]);
  await core.alerts.act(leader.newest().alert.id, { kind: 'acknowledge' }, 'ann');
  await leader.pass(26 * HOUR_MS);
}

test('a follower that applies the log has every row of every table that the leader has', async () => {
  await using receiver = await HttpReceiver.start();
  await using cores = await Cores.start();
  await liveThroughADay(cores.leader, receiver);
  expect(receiver.received.length).toBeGreaterThan(3);
  const { follower, followerDb, leader } = cores;
  applyAll(follower, cores.news());
  const rows = everyRow(leader.db);
  for (const [table, wanted] of Object.entries(rows)) {
    expect(everyRow(followerDb)[table], table).toEqual(wanted);
  }
  for (const table of ['alerts', 'notifications', 'delivery_attempts', 'routes', 'silences']) {
    expect(rows[table]?.length, table).toBeGreaterThan(0);
  }
  expect(follower.point.place).toBe(cores.log.entries().at(-1)?.place);
});

test('it does not matter in which portions it comes', async () => {
  await using cores = await Cores.start();
  const { follower, followerDb, leader } = cores;
  for (let round = 0; round < 20; round += 1) {
    await leader.raiseMany(3, `round${round % 4}-`);
    await leader.pass(MINUTE_MS);
    if (round % 3 === 0) applyAll(follower, cores.news());
  }
  for (const entry of cores.news()) follower.apply(entry);
  expect(everyRow(followerDb)).toEqual(everyRow(leader.db));
});

describe('a job that throws', () => {
  test('leaves nothing in the log, and its neighbours are there once', async () => {
    await using cores = await Cores.start();
    const { leader, followerDb, follower } = cores;
    const { writer, alerts } = leader.core;
    const before = cores.log.entries().length;
    const settled = await Promise.allSettled([
      alerts.ingest([firing({ dedupKey: 'before' })]),
      writer.submit(() => {
        leader.db.run("UPDATE conditions SET host = 'undone'");
        throw new Error('no');
      }),
      alerts.ingest([firing({ dedupKey: 'after' })]),
    ]);
    expect(settled.map((it) => it.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await leader.quiet();
    // The first is that of the three, in which one was undone.
    const [together] = cores.log.entries().slice(before);
    expect(together?.written.some(({ sql }) => sql.includes('undone'))).toBe(false);
    applyAll(follower, cores.news());
    expect(followerDb.values('SELECT dedup_key FROM conditions ORDER BY id')).toEqual([
      'before',
      'after',
    ]);
    expect(everyRow(followerDb)).toEqual(everyRow(leader.db));
  });

  test('alone leaves nothing but its number', async () => {
    await using cores = await Cores.start();
    const { leader, follower, followerDb } = cores;
    await leader.addDesktop();
    const before = cores.log.entries().length;
    const work = leader.core.writer.submit(() => {
      leader.db.run("UPDATE channels SET name = 'undone'");
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    const added = cores.log.entries().slice(before);
    expect(added.flatMap(({ written }) => written.map(({ sql }) => sql))).toEqual([
      expect.stringMatching(/^UPDATE last_commit SET number = number \+ 1/),
    ]);
    applyAll(follower, cores.news());
    expect(everyRow(followerDb)).toEqual(everyRow(leader.db));
  });
});

test('work that writes nothing is not in the log', async () => {
  await using cores = await Cores.start();
  const { leader } = cores;
  await leader.quiet();
  const before = cores.log.entries().length;
  await leader.core.writer.submit(() => leader.db.values('SELECT id FROM alerts'));
  await leader.core.writer.submit(() => leader.db.run('DELETE FROM silences'));
  expect(cores.log.entries()).toHaveLength(before);
});

const applyAll = (follower: Replica, entries: readonly PlacedEntry[]): void => {
  for (const entry of entries) follower.apply(entry);
};

describe('entries that do not follow', () => {
  async function withEntries() {
    const cores = await Cores.start();
    await cores.leader.raiseMany(1, 'first');
    await cores.leader.raiseMany(1, 'second');
    await cores.leader.raiseMany(1, 'third');
    await cores.leader.quiet();
    return { cores, entries: cores.log.entries() };
  }

  test('are refused where one is missing', async () => {
    const { cores, entries } = await withEntries();
    await using _stop = cores;
    const { follower, followerDb } = cores;
    const [first, , ...rest] = entries as [PlacedEntry, PlacedEntry, ...PlacedEntry[]];
    follower.apply(first);
    const before = everyRow(followerDb);
    expect(() => applyAll(follower, rest)).toThrow(ReplicaDiverged);
    expect(everyRow(followerDb)).toEqual(before);
    applyAll(follower, entries);
    expect(everyRow(followerDb)).toEqual(everyRow(cores.leader.db));
  });

  test('are passed over where the database has them', async () => {
    const { cores, entries } = await withEntries();
    await using _stop = cores;
    const { follower, followerDb } = cores;
    applyAll(follower, entries.slice(0, 2));
    applyAll(follower, entries.slice(0, 2));
    applyAll(follower, [...entries, ...entries.slice(1)]);
    expect(everyRow(followerDb)).toEqual(everyRow(cores.leader.db));
  });

  test('are refused where they do not lead to their own number', async () => {
    const { cores, entries } = await withEntries();
    await using _stop = cores;
    const { follower, followerDb } = cores;
    const [first] = entries as [PlacedEntry];
    const before = everyRow(followerDb);
    const lacks = { ...first, written: first.written.slice(0, -1) };
    expect(() => follower.apply(lacks)).toThrow(ReplicaDiverged);
    expect(everyRow(followerDb)).toEqual(before);
  });

  test('are refused where another one has the same number', async () => {
    const { cores, entries } = await withEntries();
    await using _stop = cores;
    const { follower, followerDb } = cores;
    const [first, second] = entries as [PlacedEntry, PlacedEntry];
    applyAll(follower, [first, second]);
    const before = everyRow(followerDb);
    expect(() => follower.apply({ ...second, digest: 'another' })).toThrow(ReplicaDiverged);
    const third = entries[2] as PlacedEntry;
    expect(() => follower.apply({ ...third, previous: 'another' })).toThrow(ReplicaDiverged);
    expect(everyRow(followerDb)).toEqual(before);
  });

  test('are refused where they are of another version, and the word says which is newer', async () => {
    const { cores, entries } = await withEntries();
    await using _stop = cores;
    const { follower, followerDb } = cores;
    const [first] = entries as [PlacedEntry];
    const before = everyRow(followerDb);
    expect(() => follower.apply({ ...first, schema: first.schema + 1 })).toThrow(NewerEntry);
    expect(() => follower.apply({ ...first, schema: first.schema - 1 })).toThrow(ReplicaDiverged);
    expect(everyRow(followerDb)).toEqual(before);
  });

  test('are refused where a statement cannot be run here', async () => {
    const { cores, entries } = await withEntries();
    await using _stop = cores;
    const { follower, followerDb } = cores;
    const [first, second] = entries as [PlacedEntry, PlacedEntry];
    follower.apply(first);
    const before = everyRow(followerDb);
    const strange = { sql: 'INSERT INTO nowhere VALUES (1)', values: [] };
    const broken: LogEntry & PlacedEntry = { ...second, written: [...second.written, strange] };
    expect(() => follower.apply(broken)).toThrow('nowhere');
    expect(everyRow(followerDb)).toEqual(before);
    applyAll(follower, entries);
    expect(follower.last.number).toBe(entries.at(-1)?.number);
  });
});

test('a log that is lost takes nothing: nothing is kept, and nothing is taken any more', async () => {
  await using cores = await Cores.start();
  const { leader, log } = cores;
  await leader.addDesktop();
  await leader.raiseMany(2);
  await leader.quiet();
  const [rows, memory] = [everyRow(leader.db), memoryOf(leader)];
  log.isLost = true;
  const refusals = await Promise.allSettled([
    leader.core.alerts.ingest([firing({ dedupKey: 'lost', severity: 'critical' })]),
    leader.core.alerts.ingest([resolved({ dedupKey: 'disk0' })]),
    leader.update({ resolveTimeoutMs: 61_000 }),
    leader.core.routes.collection.create(parsed('routes.create', { name: 'lost' }), 'ann'),
  ]);
  for (const refusal of refusals) {
    expect(refusal).toMatchObject({ reason: expect.any(StoreUnavailable) as StoreUnavailable });
  }
  expect(leader.core.writer.refusal).toMatchObject({ trouble: 'deposed', mayEnd: false });
  expect(everyRow(leader.db)).toEqual(rows);
  expect(memoryOf(leader)).toEqual(memory);
  // Also where the log would take it again: somebody else may lead by now.
  log.isLost = false;
  const entries = log.entries().length;
  await expect(leader.core.alerts.ingest([firing()])).rejects.toThrow(StoreUnavailable);
  leader.core.writer.tryAgain();
  await expect(leader.core.alerts.ingest([firing()])).rejects.toThrow(StoreUnavailable);
  expect(log.entries()).toHaveLength(entries);
  expect(leader.notices).toHaveLength(2);
});

/** What parts of the core have in memory, as they show it. */
const memoryOf = ({ core }: CoreFixture) => ({
  settings: core.settings.current(),
  routes: core.routes.list(),
  stats: core.notifications.stats(),
  alerts: core.alerts.list(parsed('alerts.list', {})),
});
