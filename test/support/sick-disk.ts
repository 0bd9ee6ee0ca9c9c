import { openDatabase } from '../../main/store/database.ts';
import type { FakeClock } from './fake-clock.ts';
import { until } from './until.ts';

/** Another program holds the database's write lock, as a backup tool may: nothing can be written meanwhile. */
export function holdWriteLock(dir: string): Disposable {
  const other = openDatabase(dir);
  other.exec('BEGIN IMMEDIATE');
  return {
    [Symbol.dispose]: () => {
      other.exec('ROLLBACK');
      other.close();
    },
  };
}

/** Lets time pass, with the tries that come due in it, until something has happened. */
export async function passUntil(
  clock: FakeClock,
  happened: () => boolean,
  what: string,
): Promise<void> {
  await until(() => {
    if (happened()) return true;
    clock.advance(50);
    return false;
  }, what);
}

/** Returns the result of work that the disk refuses, after all its tries. */
export async function afterRetries<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  let settled = false;
  const end = (): void => {
    settled = true;
  };
  work.then(end, end);
  await passUntil(clock, () => settled, 'it was tried for the last time');
  return work;
}
