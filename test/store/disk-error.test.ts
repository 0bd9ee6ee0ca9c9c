import { describe, expect, test } from 'vitest';
import { errorText } from '../../main/base/logger.ts';
import { StoreUnavailable } from '../../main/domain/store-unavailable.ts';
import { openDatabase, openFile } from '../../main/store/database.ts';
import { startFailure } from '../../main/store/files/disk-error.ts';
import { tempDir } from '../support/temp-dir.ts';

/** Returns the error that `work`, which must fail, throws. */
function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown');
}

const words = (error: unknown): string => errorText(startFailure(error, '/srv/belfry'));

describe('what keeps Belfry from starting', () => {
  test('is the directory that cannot be opened, and what to look at', () => {
    using dir = tempDir();
    const error = thrownBy(() => openFile(dir.path));
    expect(words(error)).toBe(
      '/srv/belfry cannot be opened (unable to open database file). Check its owner and permissions, then start Belfry again.',
    );
  });

  test('is a full disk, also when a transaction of the start met it', () => {
    using dir = tempDir();
    const db = openDatabase(dir.path);
    const pages = db.pragma('page_count', { simple: true }) as number;
    db.pragma(`max_page_count = ${pages}`);
    const cause = thrownBy(() => db.exec('CREATE TABLE more AS SELECT randomblob(1000000) AS x'));
    db.close();
    for (const error of [cause, new StoreUnavailable('The database cannot write', { cause })]) {
      expect(words(error)).toMatch(
        /^The disk is full: .*\/srv\/belfry\. Free some space, then start/,
      );
    }
  });

  test('is a file of another user, by the name that the system gives', () => {
    // A stand-in for the system's error, which the superuser never gets.
    const path = '/srv/belfry/secret.key';
    const error = Object.assign(new Error('EACCES: denied'), { code: 'EACCES', path });
    expect(words(error)).toMatch(
      /^\/srv\/belfry\/secret\.key cannot be opened .*owner and permissions/,
    );
  });

  test.each([
    new Error('Port 80 may not be opened.'),
    Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', syscall: 'listen' }),
    Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' }),
  ])('stays as it is when it is no word of the disk: %s', (error) => {
    expect(startFailure(error, '/srv/belfry')).toBe(error);
  });
});
