import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { AlertSnapshot } from '../../main/contract/notification.ts';
import { migrations } from '../../main/store/migrations.ts';
import { Vault } from '../../main/store/files/vault.ts';
import { AuditLog } from '../../main/system/audit-log.ts';
import { alertHandlers } from '../../main/transport/handlers.ts';
import { CoreFixture, EXACT } from '../support/core-fixture.ts';
import { momentText } from '../support/sentences.ts';
import { KeyRing } from '../../main/base/key-ring.ts';

const AT = Date.parse('2026-01-15T11:00:00Z');
const UNTIL = '2026-01-15T13:00:00Z';
const id = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const [PHONE, MAIL, ROUTED, UNROUTED] = [id(1), id(2), id(3), id(4)];

const SNAPSHOT: AlertSnapshot = {
  ...{ id: ROUTED, source: 'api', host: 'nas', kind: 'disk_full', dedupKey: '' },
  ...{ severity: 'warning', state: 'open', message: 'full', labels: {}, annotations: {} },
  ...{ url: null, startedAt: AT, lastSeenAt: AT, occurrences: 1 },
  ...{ acknowledgedAt: null, closedAt: null },
};

/** Inserts a row as SQL, with a value for each column. */
function insert(db: DatabaseSync, table: string, row: Record<string, unknown>): void {
  const columns = Object.keys(row);
  const values = Object.values(row) as (string | number | Uint8Array | null)[];
  db.prepare(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  ).run(...values);
}

/** A database as it was before reasons were data: what each table stored is what that version wrote. */
function oldDatabase(dir: string): void {
  const db = new DatabaseSync(join(dir, 'belfry.db'));
  for (const { sql } of migrations().slice(0, 17)) db.exec(sql);
  db.exec('PRAGMA user_version = 17');
  const times = { created_at: AT, updated_at: AT };
  for (const [channel, name] of [
    [PHONE, 'Phone'],
    [MAIL, 'Mail'],
  ] as const) {
    const config = new Vault(new KeyRing([Buffer.alloc(32, 7)])).seal({}, channel);
    const described = { configured: '[]', retry: JSON.stringify(EXACT) };
    const row = { id: channel, kind: 'desktop', name, enabled: 1, config, target: 'this computer' };
    insert(db, 'channels', { ...row, ...described, ...times });
  }
  for (const [alert, kind] of [
    [ROUTED, 'disk_full'],
    [UNROUTED, 'ups_on_battery'],
  ] as const) {
    const identity = { source: 'api', host: 'nas', kind, dedup_key: '' };
    insert(db, 'conditions', identity);
    insert(db, 'alerts', {
      ...identity,
      ...{ id: alert, condition_id: alert === ROUTED ? 1 : 2, state: 'open' },
      ...{ severity: 'warning', peak_severity: 'warning', message: 'full' },
      ...{ labels: '{}', annotations: '{}', started_at: AT, last_seen_at: AT, occurrences: 1 },
      ...{ unseen_from: AT, state_from: AT },
    });
  }
  oldTimeline(db);
  const snapshot = JSON.stringify(SNAPSHOT);
  const row = { alert_id: ROUTED, condition_id: 1, event: 'raised', snapshot, ...times };
  insert(db, 'notifications', {
    ...{ ...row, id: id(10), channel_id: PHONE, channel_name: 'Phone', status: 'pending' },
    ...{ due_at: Date.parse(UNTIL), hold_kind: 'silence', hold_ref: id(20) },
    ...{
      hold_until: Date.parse(UNTIL),
      hold_detail: `silence “new disk” of ann until ${UNTIL}`,
    },
  });
  insert(db, 'notifications', {
    ...{ ...row, id: id(11), channel_id: MAIL, channel_name: 'Mail', status: 'dead' },
    ...{ retry_count: 5, max_attempts: 5, last_error_class: 'server_error', died_at: AT },
    ...{ last_error: 'HTTP 503 from the relay', cause: 'HTTP 503 from the relay' },
  });
  const audit = { at: AT, actor: 'ann', subject: 'x' };
  insert(db, 'audit_log', { ...audit, action: 'deliveries.pause', detail: `Until ${UNTIL}.` });
  insert(db, 'audit_log', { ...audit, action: 'route.order', detail: '' });
  db.close();
}

function oldTimeline(db: DatabaseSync): void {
  const rows: [alert: string, type: string, detail: string, reason?: object][] = [
    [ROUTED, 'raised', 'Raised as warning.'],
    [ROUTED, 'held', `To Phone: held by silence “new disk” of ann until ${UNTIL}.`],
    [
      ROUTED,
      'dropped',
      'Its acknowledgement was not told to Mail: the channel is disabled.',
      {
        channelIds: [MAIL],
        sentence: 'Its acknowledgement was not told: the channel is disabled.',
      },
    ],
    [UNROUTED, 'raised', 'Raised as warning.'],
    [UNROUTED, 'dropped', 'Told to nobody: no route matches.'],
  ];
  for (const [alert_id, type, detail, reason] of rows) {
    const event = { alert_id, at: AT + 1, type, actor: 'belfry', detail };
    insert(db, 'alert_events', { ...event, reason: reason ? JSON.stringify(reason) : null });
  }
}

const upgraded = () => CoreFixture.start(undefined, oldDatabase);

function alert(fixture: CoreFixture, alertId: string) {
  const result = alertHandlers(fixture.core)['alerts.get']({ id: alertId });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('after an upgrade, the sentences from before are read', () => {
  test('on the timeline', async () => {
    await using fixture = await upgraded();
    const { timeline } = alert(fixture, ROUTED);
    expect(timeline.map(({ detail }) => detail)).toEqual([
      'Raised as warning.',
      `To Phone: held by silence “new disk” of ann until ${momentText(UNTIL)}.`,
      'Its acknowledgement was not told to Mail: the channel is disabled.',
    ]);
  });

  test('as the reason of a hold', async () => {
    await using fixture = await upgraded();
    const detail = `silence “new disk” of ann until ${momentText(UNTIL)}`;
    expect(fixture.core.notifications.get(id(10))?.hold).toEqual({
      kind: 'silence',
      detail,
      reason: { code: 'legacy', params: { text: `silence “new disk” of ann until ${UNTIL}` } },
      until: Date.parse(UNTIL),
    });
    const { explanation } = alert(fixture, ROUTED);
    expect(explanation.map(({ sentence }) => sentence)).toEqual([
      '“Firing” not sent: gave up after attempt 5 of 5. It is a dead letter. HTTP 503 from the relay',
      `“Firing” is on hold: ${detail}.`,
    ]);
  });

  test('as why channels were not notified, each or all', async () => {
    await using fixture = await upgraded();
    const [own] = fixture.core.alerts.detail(ROUTED)?.reasons ?? [];
    expect(own).toMatchObject({
      channelIds: [MAIL],
      reason: {
        params: { text: 'Its acknowledgement was not told: the channel is disabled.' },
      },
    });
    const { explanation } = alert(fixture, UNROUTED);
    expect(explanation.map(({ verdict, sentence }) => `${verdict}: ${sentence}`)).toEqual([
      'not_notified: Not told: no route matches.',
      'not_notified: Not told: no route matches.',
    ]);
  });

  test('of dead letters', async () => {
    await using fixture = await upgraded();
    expect(fixture.core.notifications.get(id(11))).toMatchObject({
      status: 'dead',
      lastError: 'HTTP 503 from the relay',
    });
    expect(fixture.core.deadLetters.groups().groups).toMatchObject([
      { channelName: 'Mail', cause: 'HTTP 503 from the relay', count: 1 },
    ]);
  });

  test('in the audit log', async () => {
    await using fixture = await upgraded();
    const { render, tables } = fixture.core;
    const page = new AuditLog({ ...tables, render }).list({ limit: 50 });
    expect(page.ok && page.value.items.map(({ detail }) => detail)).toEqual([
      '',
      `Until ${momentText(UNTIL)}.`,
    ]);
  });

  test('and a notification that was on hold is sent at the end', async () => {
    await using fixture = await upgraded();
    await fixture.pass(Date.parse(UNTIL) - fixture.clock.now());
    expect(fixture.core.notifications.get(id(10))?.status).toBe('sent');
  });
});

/** A database as it was while the failure of bulk work was a sentence. */
function withFailedBulkWork(dir: string): void {
  const db = new DatabaseSync(join(dir, 'belfry.db'));
  for (const { sql } of migrations().slice(0, 20)) db.exec(sql);
  db.exec('PRAGMA user_version = 20');
  const counts = { total: 9, skipped: 0, handled: 4, changed: 4, unchanged: 0 };
  const ended = { started_at: AT, ended_at: AT, problem: 'database or disk is full' };
  const job = { id: id(30), action: 'requeue', actor: 'ann', state: 'failed', named: 0 };
  insert(db, 'bulk_jobs', { ...job, ...counts, ...ended });
  const params = { changed: 4, unchanged: 0, total: 9, problem: 'database or disk is full' };
  insert(db, 'audit_log', {
    ...{ at: AT, actor: 'ann', action: 'bulk.requeue.end', subject: id(30) },
    reason: JSON.stringify({ code: 'audit.bulk_failed', params }),
  });
  db.close();
}

test('after an upgrade, why bulk work failed is read as it was stored', async () => {
  await using fixture = await CoreFixture.start(undefined, withFailedBulkWork);
  const { bulk, render, tables } = fixture.core;
  const reason = { code: 'legacy', params: { text: 'database or disk is full' } };
  expect(bulk.get(id(30))).toMatchObject({ problem: 'database or disk is full', reason });
  const page = new AuditLog({ ...tables, render }).list({ limit: 50 });
  expect(page.ok && page.value.items.map(({ detail }) => detail)).toEqual([
    'Failed: 4 of 9 changed, 0 unchanged. database or disk is full',
  ]);
});
