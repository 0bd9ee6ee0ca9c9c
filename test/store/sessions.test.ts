import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../main/store/database.ts';
import { SessionTable } from '../../main/store/session-table.ts';
import { tempDir } from '../support/temp-dir.ts';

const HASH = Buffer.alloc(32, 1);
const MARK = Buffer.alloc(32, 2);
const OTHER_MARK = Buffer.alloc(32, 3);

test('a session from before marks were kept goes on under the first admin token that is seen', () => {
  using dir = tempDir();
  const db = openDatabase(dir.path);
  const sessions = new SessionTable(db);
  sessions.insert({
    ...{ hash: HASH, id: 'a', createdAt: 1, expiresAt: 100 },
    ...{ address: null, userAgent: null, adminMark: null },
  });
  expect(sessions.countOfOtherMarks(MARK)).toBe(1);
  expect(sessions.keepOfMark(MARK)).toBe(0);
  expect(sessions.countOfOtherMarks(MARK)).toBe(0);
  expect(sessions.byHash(HASH)?.id).toBe('a');
  expect(sessions.keepOfMark(OTHER_MARK)).toBe(1);
  expect(sessions.byHash(HASH)).toBeNull();
  db.close();
});

test('no secret and no hash is in the list', () => {
  using dir = tempDir();
  const db = openDatabase(dir.path);
  const sessions = new SessionTable(db);
  const file = new DatabaseSync(join(dir.path, 'belfry.db'), { readOnly: true });
  const columns = file.prepare("SELECT name FROM pragma_table_info('sessions')").all();
  file.close();
  expect(columns.map(({ name }) => name)).toContain('hash');
  sessions.insert({
    ...{ hash: HASH, id: 'a', createdAt: 1, expiresAt: 100 },
    ...{ address: '10.0.0.7', userAgent: 'test', adminMark: MARK },
  });
  expect(sessions.all(50)).toEqual([
    {
      ...{ id: 'a', createdAt: 1, lastSeenAt: 1, expiresAt: 100 },
      ...{ address: '10.0.0.7', userAgent: 'test' },
    },
  ]);
  expect(sessions.all(100)).toEqual([]);
  db.close();
});
