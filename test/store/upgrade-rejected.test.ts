import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { messagesFor } from '../../main/messages/messages.ts';
import { renderReason } from '../../main/messages/reasons.ts';
import { openDatabase } from '../../main/store/database.ts';
import { migrations } from '../../main/store/migrations.ts';
import { RejectedInputTable } from '../../main/store/rejected-input-table.ts';
import { tempDir } from '../support/temp-dir.ts';

test('after an upgrade, why input was rejected is read as it was stored', () => {
  using dir = tempDir();
  const old = new DatabaseSync(join(dir.path, 'belfry.db'));
  for (const { sql } of migrations().slice(0, 27)) old.exec(sql);
  old.exec('PRAGMA user_version = 27');
  old
    .prepare(
      `INSERT INTO rejected_input (id, at, adapter, actor, source, reason, head, body, body_bytes)
       VALUES ('a', 1, 'api', 'token:nas', 'api', 'event 1: "severity" is required', '{}', x'', 0)`,
    )
    .run();
  old.close();
  const db = openDatabase(dir.path);
  const [row] = new RejectedInputTable(db).page(null, 1);
  db.close();
  expect(row?.reasons.map((each) => renderReason(messagesFor('de'), each))).toEqual([
    'event 1: "severity" is required',
  ]);
});
