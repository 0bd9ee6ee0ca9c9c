import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { causeOf } from '../../main/domain/cause.ts';
import { openDatabase } from '../../main/store/database.ts';
import { ChannelTable } from '../../main/store/channel-table.ts';
import { DeadLetterRows } from '../../main/store/notifications/dead-letter-rows.ts';
import { DeliveryAttemptTable } from '../../main/store/notifications/delivery-attempt-table.ts';
import { migrations } from '../../main/store/migrations.ts';
import { NotificationPages } from '../../main/store/notifications/notification-pages.ts';
import { legacy } from '../support/failures.ts';
import { tempDir } from '../support/temp-dir.ts';

const SENTENCE = 'HTTP 503: “nas” \\ could not take job 17 now.';
const CAUSE = 'HTTP 503: <value> \\ could not take job <n> now.';

/** A data directory as a version before 0019 left it. */
function oldDirectory(path: string): void {
  const old = new DatabaseSync(join(path, 'belfry.db'));
  const before = migrations().filter(({ version }) => version < 19);
  for (const { sql } of before) old.exec(sql);
  old.exec(`PRAGMA user_version = ${before.length}`);
  old
    .prepare(
      `INSERT INTO notifications (id, alert_id, channel_id, channel_name, event, status, retry_count, max_attempts,
         last_error_class, last_error, cause, died_at, snapshot, created_at, updated_at)
       VALUES ('n', 'a', 'c', 'Phone', 'raised', 'dead', 5, 5, 'server_error', ?, ?, 9, '{}', 1, 9)`,
    )
    .run(SENTENCE, CAUSE);
  old
    .prepare(
      `INSERT INTO delivery_attempts (notification_id, channel_name, budget, number, started_at, duration_ms,
         outcome, failure_class, error)
       VALUES ('n', 'Phone', 1, 1, 1, 1, 'transient', 'server_error', ?)`,
    )
    .run(SENTENCE);
  old
    .prepare(
      `INSERT INTO channels (id, kind, name, enabled, config, target, configured, retry, last_failure, attention_class, attention,
         attention_since, created_at, updated_at)
       VALUES ('c', 'webhook', 'Phone', 1, x'00', 't', '[]', '{}', ?, 'gone', ?, 7, 1, 1)`,
    )
    .run(SENTENCE, SENTENCE);
  old.close();
}

test('sentences of an older version are kept as they were, and their groups with them', () => {
  using dir = tempDir();
  oldDirectory(dir.path);
  const db = openDatabase(dir.path);
  const failure = { reason: legacy(SENTENCE), receiverText: null };
  expect(new NotificationPages(db).byId('n')).toMatchObject(failure);
  expect(new DeliveryAttemptTable(db).byNotification('n')).toMatchObject([failure]);
  expect(new ChannelTable(db).all()).toMatchObject([
    { health: failure, attention: { ...failure, class: 'gone', holds: true, since: 7 } },
  ]);
  const [group] = new DeadLetterRows(db).groups(10);
  // A notification that fails so once more comes into the same group.
  expect(group).toMatchObject({ count: 1, cause: causeOf(failure), reason: failure.reason });
  db.close();
});

test('a search finds a failure by its sentence in each language, and by what the receiver said', () => {
  using dir = tempDir();
  oldDirectory(dir.path);
  const db = openDatabase(dir.path);
  const reason = { code: 'failure.unreachable', params: { error: 'ECONNREFUSED' } };
  db.run('UPDATE notifications SET last_error = ?, receiver_text = ?', [
    JSON.stringify(reason),
    'Kein Platz',
  ]);
  const pages = new NotificationPages(db);
  const found = (q: string): number => pages.list({ q, page: 1, per_page: 50 }, null).total;
  for (const q of ['could not be reached', 'econnrefused', 'war nicht erreichbar', 'kein platz']) {
    expect(found(q), q).toBe(1);
  }
  for (const q of ['failure.unreachable', '"code"', 'rejected']) expect(found(q), q).toBe(0);
  db.close();
});
