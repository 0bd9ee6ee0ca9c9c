import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../main/domain/store-unavailable.ts';
import { openDatabase, type Db } from '../../main/store/database.ts';
import type { Committed } from '../../main/store/unit.ts';
import { Writer } from '../../main/store/writer.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { tempDir } from '../support/temp-dir.ts';

interface Opened {
  readonly db: Db;
  readonly writer: Writer;
  readonly clock: FakeClock;
  readonly insert: (id: number) => void;
}

function open(path: string): Opened {
  const db = openDatabase(path);
  const clock = new FakeClock();
  db.exec('CREATE TABLE work (id INTEGER PRIMARY KEY, filler BLOB) STRICT');
  const insert = 'INSERT INTO work (id, filler) VALUES (?, zeroblob(?))';
  return {
    db,
    clock,
    writer: new Writer(db, clock, { log: () => undefined }),
    insert: (id) => void db.run(insert, [id, 10]),
  };
}

const rows = (db: Db) => db.values('SELECT id FROM work ORDER BY id');

describe('group commit', () => {
  test('work of one turn shares one transaction', async () => {
    using dir = tempDir();
    const { db, writer, insert } = open(dir.path);
    const commits: Committed[] = [];
    writer.onCommitted((committed) => commits.push(committed));
    const work = [1, 2, 3].map((id) =>
      writer.submit((unit) => {
        insert(id);
        unit.changed({ entity: 'alert', id: String(id) });
      }),
    );
    expect(rows(db)).toEqual([]);
    await Promise.all(work);
    expect(
      commits.map(({ changes }) => changes.map((change) => 'id' in change && change.id)),
    ).toEqual([['1', '2', '3']]);
    expect(rows(db)).toEqual([1, 2, 3]);
    db.close();
  });

  test('work for the end of a transaction runs behind everything in it, and commits with it', async () => {
    using dir = tempDir();
    const { db, writer, insert } = open(dir.path);
    const commits: Committed[] = [];
    writer.onCommitted((committed) => commits.push(committed));
    const queued: string[][] = [];
    writer.atEnd({
      run: (unit, queuedChannels) => {
        insert(rows(db).length + 1);
        queued.push([...queuedChannels]);
        unit.changed({ entity: 'status' });
      },
      fail: () => undefined,
    });
    await Promise.all([
      writer.submit((unit) => {
        insert(1);
        unit.enqueued('a');
      }),
      writer.submit((unit) => {
        insert(2);
        unit.enqueued('b');
      }),
    ]);
    expect(rows(db)).toEqual([1, 2, 3]);
    expect(queued).toEqual([['a', 'b']]);
    expect(commits.map(({ changes }) => changes)).toEqual([[{ entity: 'status' }]]);
    db.close();
  });

  test('work for the end of a transaction that throws is undone alone, and learns of it', async () => {
    using dir = tempDir();
    const { db, writer, insert } = open(dir.path);
    const failures: unknown[] = [];
    const undone: string[] = [];
    writer.atEnd({
      run: (unit) => {
        insert(2);
        unit.onUndone(() => undone.push('end'));
        throw new Error('no');
      },
      fail: (error) => failures.push(error),
    });
    await writer.submit(() => insert(1));
    expect(rows(db)).toEqual([1]);
    // Once together with the others, and once alone.
    expect(undone).toEqual(['end', 'end']);
    expect(failures).toEqual([new Error('no')]);
    db.close();
  });

  test('a channel that was queued for in a piece of work that threw is not named at the end', async () => {
    using dir = tempDir();
    const { db, writer, insert } = open(dir.path);
    let queued: string[] = [];
    writer.atEnd({
      run: (_unit, queuedChannels) => (queued = [...queuedChannels]),
      fail: () => undefined,
    });
    await Promise.allSettled([
      writer.submit((unit) => {
        insert(1);
        unit.enqueued('kept');
      }),
      writer.submit((unit) => {
        unit.enqueued('undone');
        throw new Error('no');
      }),
    ]);
    expect(queued).toEqual(['kept']);
    db.close();
  });

  test('one that throws undoes itself and no neighbour, and what it noted is forgotten', async () => {
    using dir = tempDir();
    const { db, writer, insert } = open(dir.path);
    const changed: string[] = [];
    writer.onCommitted(({ changes }) => {
      for (const change of changes) if ('id' in change) changed.push(change.id);
    });
    const results = await Promise.allSettled([
      writer.submit(() => insert(1)),
      writer.submit((unit) => {
        insert(2);
        unit.changed({ entity: 'alert', id: 'undone' });
        throw new Error('no');
      }),
      writer.submit(() => insert(3)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(rows(db)).toEqual([1, 3]);
    expect(changed).toEqual([]);
    db.close();
  });

  test('nobody hears before COMMIT has returned', async () => {
    using dir = tempDir();
    const { db, writer, insert } = open(dir.path);
    const heard: string[] = [];
    writer.onCommitted(() => heard.push(`listener, in transaction: ${db.inTransaction}`));
    await writer.submit(() => insert(1)).then(() => heard.push('sender'));
    expect(heard).toEqual(['listener, in transaction: false', 'sender']);
    db.close();
  });

  test('a listener that throws keeps nobody from hearing', async () => {
    using dir = tempDir();
    const { db, writer, insert } = open(dir.path);
    let heard = 0;
    writer.onCommitted(() => {
      throw new Error('a listener of ours is broken');
    });
    writer.onCommitted(() => heard++);
    await writer.submit(() => insert(1));
    expect(heard).toBe(1);
    db.close();
  });

  test('when COMMIT itself fails every sender learns that nothing was kept', async () => {
    using dir = tempDir();
    const { db, writer, insert } = open(dir.path);
    // A deferred constraint is broken only at COMMIT, as a failing disk would be.
    db.exec(`CREATE TABLE child (id INTEGER PRIMARY KEY,
      work INTEGER REFERENCES work (id) DEFERRABLE INITIALLY DEFERRED) STRICT`);
    const results = await Promise.allSettled([
      writer.submit(() => insert(1)),
      writer.submit(() => db.exec('INSERT INTO child (work) VALUES (77)')),
    ]);
    for (const result of results) {
      expect(result.status === 'rejected' && result.reason).toBeInstanceOf(StoreUnavailable);
    }
    expect(rows(db)).toEqual([]);
    await writer.submit(() => insert(2));
    expect(rows(db)).toEqual([2]);
    db.close();
  });

  test('work that arrives while a commit runs shares the next one', async () => {
    using dir = tempDir();
    const { db, writer, insert } = open(dir.path);
    let commits = 0;
    let late: Promise<unknown> = Promise.resolve();
    writer.onCommitted(() => {
      commits++;
      if (commits > 1) return;
      late = Promise.all([writer.submit(() => insert(2)), writer.submit(() => insert(3))]);
    });
    await writer.submit(() => insert(1));
    await late;
    await setImmediate();
    expect(commits).toBe(2);
    db.close();
  });
});
