import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../main/domain/store-unavailable.ts';
import { openDatabase, type Db } from '../../main/store/database.ts';
import { Writer } from '../../main/store/writer.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { tempDir } from '../support/temp-dir.ts';

/** A real database whose disk is as full as the test wants it, or fails at the statements it names. */
class SickDisk implements Disposable {
  readonly clock = new FakeClock();
  readonly logged: string[] = [];
  readonly db: Db;
  readonly writer: Writer;
  readonly #dir = tempDir();

  constructor() {
    this.db = openDatabase(this.#dir.path);
    this.db.exec('CREATE TABLE work (id INTEGER PRIMARY KEY, filler BLOB) STRICT');
    const logger = { log: (_level: string, message: string) => void this.logged.push(message) };
    this.writer = new Writer(this.db, this.clock, logger);
  }

  /** SQLite's own limit stands in for a disk without a free page. */
  fill(): void {
    const pages = this.db.pragma('page_count', { simple: true }) as number;
    this.db.pragma(`max_page_count = ${pages + 1}`);
  }

  free(): void {
    this.db.pragma('max_page_count = 1000000');
  }

  large(id: number): Promise<unknown> {
    const sql = 'INSERT INTO work (id, filler) VALUES (?, zeroblob(100000))';
    return this.writer.submit(() => this.db.run(sql, [id]));
  }

  small(id: number): Promise<unknown> {
    const sql = 'INSERT INTO work (id) VALUES (?)';
    return this.writer.submit(() => this.db.run(sql, [id]));
  }

  rows(): unknown[] {
    return this.db.values('SELECT id FROM work ORDER BY rowid');
  }

  /** Lets a try that is due happen. */
  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await setImmediate();
    await setImmediate();
  }

  [Symbol.dispose](): void {
    this.db.close();
    this.#dir[Symbol.dispose]();
  }
}

/** Returns the state of a promise, updated when it settles. */
function watched(promise: Promise<unknown>): { state: 'waits' | 'kept' | 'refused' } {
  const seen: ReturnType<typeof watched> = { state: 'waits' };
  promise.then(
    () => (seen.state = 'kept'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(StoreUnavailable);
      seen.state = 'refused';
    },
  );
  return seen;
}

const ioError = (): Error => Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' });

describe('a transaction that the disk refuses', () => {
  test('is tried again whole after 100, 200 and 400 ms, while new work waits', async () => {
    using disk = new SickDisk();
    const tries: number[] = [];
    const began = disk.clock.now();
    disk.writer.onFailed(() => tries.push(disk.clock.now() - began));
    disk.fill();
    const first = watched(disk.small(1));
    const second = watched(disk.large(2));
    await disk.pass(0);
    expect(tries).toEqual([0]);
    const later = watched(disk.small(3));
    await disk.pass(100);
    await disk.pass(200);
    expect(tries).toEqual([0, 100, 300]);
    expect([first.state, second.state, later.state]).toEqual(['waits', 'waits', 'waits']);
    disk.free();
    await disk.pass(399);
    expect(disk.rows()).toEqual([]);
    await disk.pass(1);
    expect([first.state, second.state, later.state]).toEqual(['kept', 'kept', 'kept']);
    expect(disk.rows()).toEqual([1, 2, 3]);
    expect(tries).toEqual([0, 100, 300]);
  });

  test('fails as a whole after the last try, with what waited behind it', async () => {
    using disk = new SickDisk();
    disk.fill();
    const small = watched(disk.small(1));
    const large = watched(disk.large(2));
    await disk.pass(0);
    const later = watched(disk.small(3));
    await disk.pass(100);
    await disk.pass(200);
    await disk.pass(399);
    expect([small.state, large.state, later.state]).toEqual(['waits', 'waits', 'waits']);
    await disk.pass(1);
    expect([small.state, large.state, later.state]).toEqual(['refused', 'refused', 'refused']);
    expect(disk.rows()).toEqual([]);
  });

  test('is undone in memory before each further try', async () => {
    using disk = new SickDisk();
    const memory: string[] = [];
    const seen: string[][] = [];
    disk.fill();
    const work = disk.writer.submit((unit) => {
      seen.push([...memory]);
      memory.push('changed');
      unit.onUndone(() => memory.pop());
    });
    const large = disk.large(1);
    await disk.pass(0);
    disk.free();
    await disk.pass(100);
    await Promise.all([work, large]);
    expect(seen).toEqual([[], []]);
    expect(memory).toEqual(['changed']);
  });

  test('does not make others of work that fails alone wait', async () => {
    using disk = new SickDisk();
    const bad = disk.writer.submit(() => {
      throw new Error('a bug');
    });
    await expect(bad).rejects.toThrow('a bug');
    await disk.small(1);
    expect(disk.writer.refusal).toBeNull();
  });
});

describe('while the disk refuses', () => {
  async function refusing(disk: SickDisk): Promise<void> {
    disk.fill();
    const large = watched(disk.large(1));
    for (const ms of [0, 100, 200, 400]) await disk.pass(ms);
    expect(large.state).toBe('refused');
  }

  test('work is refused at once and says why', async () => {
    using disk = new SickDisk();
    let calls = 0;
    disk.writer.onRefusal(() => calls++);
    await refusing(disk);
    expect(calls).toBe(1);
    await expect(disk.small(2)).rejects.toThrow('The database cannot write');
    expect(disk.writer.refusal).toMatchObject({
      trouble: 'full',
      since: disk.clock.now(),
      reason: { code: 'storage.full', params: { path: disk.db.path } },
    });
    expect(disk.writer.refusal?.error.message).not.toContain(disk.db.path);
  });

  test('a trial that fails changes nothing, and one that succeeds opens it again', async () => {
    using disk = new SickDisk();
    await refusing(disk);
    disk.writer.tryAgain();
    expect(disk.writer.refusal?.trouble).toBe('full');
    disk.free();
    let calls = 0;
    disk.writer.onRefusal(() => calls++);
    disk.writer.tryAgain();
    expect(calls).toBe(1);
    expect(disk.writer.healthy).toBe(true);
    await disk.small(5);
    expect(disk.rows()).toEqual([5]);
  });
});

describe('after an I/O error', () => {
  test('the database is reopened, and statements run before go on', async () => {
    using disk = new SickDisk();
    // Goes with its connection.
    disk.db.exec('CREATE TEMP TABLE marked (id INTEGER)');
    let runs = 0;
    const work = disk.writer.submit(() => {
      runs += 1;
      disk.db.run('INSERT INTO work (id) VALUES (?)', [runs]);
      if (runs === 1) throw ioError();
    });
    await disk.pass(0);
    await disk.pass(100);
    await work;
    expect(disk.db.values('SELECT name FROM temp.sqlite_schema')).toEqual([]);
    expect(disk.rows()).toEqual([2]);
    expect(disk.db.pragma('synchronous', { simple: true })).toBe(2);
    expect(disk.db.pragma('foreign_keys', { simple: true })).toBe(1);
  });

  test('what is damaged is refused without another try, until the next start', async () => {
    using disk = new SickDisk();
    const corrupt = Object.assign(new Error('malformed'), { code: 'SQLITE_CORRUPT' });
    const work = watched(
      disk.writer.submit(() => {
        throw corrupt;
      }),
    );
    await disk.pass(0);
    expect(work.state).toBe('refused');
    expect(disk.writer.refusal?.trouble).toBe('damaged');
    disk.writer.tryAgain();
    expect(disk.writer.refusal?.trouble).toBe('damaged');
  });
});
