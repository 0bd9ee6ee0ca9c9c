import type { Clock } from '../../main/base/clock.ts';
import { idsFrom } from '../../main/base/ids.ts';
import type { FailureClass } from '../../main/contract/failure-class.ts';
import type {
  BulkJob,
  RequeueSelection,
  RetrySelection,
} from '../../main/contract/notification.ts';
import type { Result } from '../../main/contract/result.ts';
import { causeOf } from '../../main/domain/cause.ts';
import type { Db } from '../../main/store/database.ts';
import { KeptCounts } from '../../main/store/kept-counts.ts';
import type { CoreFixture } from '../support/core-fixture.ts';
import { legacy } from '../support/failures.ts';
import { until } from '../support/until.ts';

export interface Dead {
  readonly channelId: string;
  readonly count: number;
  readonly failure?: FailureClass;
  readonly error?: string;
  readonly isOpen?: boolean;
  readonly event?: 'raised' | 'resolved';
  readonly diedAt?: number;
}

/** Puts dead letters of `count` conditions into the database as their attempts would have left them; answers their ids. */
export function addDead(fixture: { readonly db: Db; readonly clock: Clock }, dead: Dead): string[] {
  const { db, clock } = fixture;
  const { channelId, count, isOpen = true, event = 'raised', diedAt = clock.now() } = dead;
  const { failure = 'server_error', error = 'HTTP 503: not now.' } = dead;
  const reason = legacy(error);
  const cause = causeOf({ reason, receiverText: null });
  const newId = idsFrom(clock);
  const condition =
    "INSERT INTO conditions (source, host, kind, dedup_key) VALUES ('api', 'nas', 'old', ?)";
  const alert = `INSERT INTO alerts (id, condition_id, source, host, kind, dedup_key, state, severity, peak_severity,
       message, labels, annotations, started_at, last_seen_at, unseen_from, state_from, occurrences, closed_at)
     VALUES (?, ?, 'api', 'nas', 'old', ?, ?, 'warning', 'warning', 'm', '{}', '{}', ?, ?, ?, ?, 1, ?)`;
  const notification = `INSERT INTO notifications (id, alert_id, condition_id, channel_id, channel_name, event, status, retry_count,
       max_attempts, last_error_class, last_error, cause, died_at, snapshot, created_at, updated_at)
     VALUES (?, ?, ?, ?, 'its name', ?, 'dead', 5, 5, ?, ?, ?, ?, ?, ?, ?)`;
  const now = clock.now();
  const add = db.transaction(() =>
    Array.from({ length: count }, () => {
      const [id, alertId] = [newId(), newId()];
      const conditionId = db.run(condition, [alertId]).lastInsertRowid;
      const state = isOpen ? 'open' : 'resolved';
      const closedAt = isOpen ? null : now;
      db.run(alert, [alertId, conditionId, alertId, state, now, now, now, now, closedAt]);
      const snapshot = JSON.stringify(snapshotOf(alertId, now));
      db.run(notification, [
        ...[id, alertId, conditionId, channelId, event],
        ...[failure, JSON.stringify(reason), cause, diedAt, snapshot, diedAt, diedAt],
      ]);
      return id;
    }),
  );
  const ids = add();
  new KeptCounts(db).recount();
  return ids;
}

const snapshotOf = (id: string, now: number) => ({
  id,
  source: 'api',
  host: 'nas',
  kind: 'old',
  dedupKey: id,
  severity: 'warning',
  state: 'open',
  message: 'm',
  labels: {},
  annotations: {},
  url: null,
  startedAt: now,
  lastSeenAt: now,
  occurrences: 1,
  acknowledgedAt: null,
  closedAt: null,
});

/** Returns the value of a service's answer, which the test expects to be good. */
export function good<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

export const code = (result: Result<unknown>) => (result.ok ? 'ok' : result.error.code);

/** Starts it and waits for its end; answers how it ended. */
export async function done(
  fixture: CoreFixture,
  action: 'requeue' | 'discard' | 'retry',
  selection: RequeueSelection & RetrySelection,
): Promise<BulkJob> {
  return ended(fixture, good(await fixture.core.bulk[action](selection, 'ann')).id);
}

export async function ended(fixture: CoreFixture, id: string): Promise<BulkJob> {
  await until(() => fixture.core.bulk.get(id)?.state !== 'running', 'the bulk work ended');
  // Its end is in the audit log one commit later.
  await until(() => fixture.audit(id).some(({ action }) => action.endsWith('.end')), 'audited');
  const job = fixture.core.bulk.get(id);
  if (!job) throw new Error('The job is gone');
  return job;
}

/** How many notifications stand in each status. */
export function tally(fixture: CoreFixture): Record<string, number> {
  const rows = fixture.db.all<{ status: string; n: number }>(
    'SELECT status, count(*) AS n FROM notifications GROUP BY status ORDER BY status',
  );
  return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
}
