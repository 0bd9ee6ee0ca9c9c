import { describe, expect, test } from 'vitest';
import { alertState, type AlertsQuery } from '../../main/contract/alert.ts';
import { notificationStatus, type NotificationsQuery } from '../../main/contract/notification.ts';
import { severity, type Severity } from '../../main/contract/primitives.ts';
import type { AlertPlace } from '../../main/store/alerts/alert-pages.ts';
import { openDatabase, type Db } from '../../main/store/database.ts';
import { openTables } from '../../main/store/tables.ts';
import { KeptCounts } from '../../main/store/kept-counts.ts';
import { MetricCounts } from '../../main/store/metric-counts.ts';
import { NotificationPages } from '../../main/store/notifications/notification-pages.ts';
import { plansOf } from '../support/query-plans.ts';
import { tempDir } from '../support/temp-dir.ts';

const STORED = 240;
const HOSTS = ['nas', 'pi', 'nas-2'] as const;
const KINDS = ['disk_full', 'backup_failed'] as const;
const CHANNELS = ['a', 'b'] as const;
const EVENTS = ['raised', 'reminder', 'resolved'] as const;
const FAILURES = ['timeout', 'dns'] as const;

const of = <T>(values: readonly T[], n: number): T => values[n % values.length] as T;

/** The n-th alert and notification that are stored, from 1, which is their seq. */
const alertAt = (n: number) => ({
  seq: n,
  state: of(alertState.options, Math.floor(n / 7)),
  severity: of(severity.options, Math.floor(n / 3)),
  host: of(HOSTS, n),
  kind: of(KINDS, Math.floor(n / 5)),
});
const notificationAt = (n: number) => ({
  seq: n,
  status: of(notificationStatus.options, Math.floor(n / 4)),
  channelId: of(CHANNELS, Math.floor(n / 9)),
  alertId: `alert ${n % 50}`,
  event: of(EVENTS, n),
  failureClass: of(FAILURES, Math.floor(n / 2)),
  createdAt: n * 10,
});

const NUMBERS = Array.from({ length: STORED }, (_, n) => n + 1);

function fill(db: Db): void {
  for (const n of NUMBERS) {
    const { state, severity: level, host, kind } = alertAt(n);
    const closedAt = state === 'resolved' || state === 'expired' ? n : null;
    db.run(
      "INSERT INTO conditions (id, source, host, kind, dedup_key) VALUES (?, 'api', ?, ?, ?)",
      [n, host, kind, String(n)],
    );
    db.run(
      `INSERT INTO alerts (id, condition_id, source, host, kind, dedup_key, state, severity, peak_severity,
         message, labels, annotations, started_at, last_seen_at, unseen_from, state_from, occurrences, closed_at)
       VALUES (?, ?, 'api', ?, ?, ?, ?, ?, ?, 'm', '{}', '{}', 0, 0, 0, 0, 1, ?)`,
      [`alert ${n}`, n, host, kind, String(n), state, level, level, closedAt],
    );
    const { status, channelId, alertId, event, failureClass, createdAt } = notificationAt(n);
    const waits = status === 'pending' || status === 'failed';
    const isSending = status === 'sending';
    db.run(
      `INSERT INTO notifications (id, alert_id, condition_id, channel_id, channel_name, event, status, due_at,
         lease_token, lease_until, cancel_reason, cause, died_at, last_error_class, snapshot, created_at, updated_at)
       VALUES (?, ?, ?, ?, 'c', ?, ?, ?, ?, ?, ?, ?, ?, ?, '{}', ?, 0)`,
      [
        ...[`notification ${n}`, alertId, n, channelId, event, status, waits ? n : null],
        ...[isSending ? 'lease' : null, isSending ? n : null],
        ...[status === 'cancelled' ? 'superseded' : null, status === 'dead' ? '["a",{},""]' : null],
        ...[status === 'dead' ? n : null, failureClass, createdAt],
      ],
    );
  }
  new KeptCounts(db).recount();
}

function store() {
  const dir = tempDir();
  const db = openDatabase(dir.path);
  db.transaction(() => fill(db))();
  return {
    db,
    [Symbol.dispose]() {
      db.close();
      dir[Symbol.dispose]();
    },
  };
}

const ALERT_FILTERS: Partial<AlertsQuery>[] = [
  {},
  ...alertState.options.map((state) => ({ state: [state] })),
  ...severity.options.map((level) => ({ severity: [level] })),
  { state: ['open', 'expired'], severity: ['info', 'critical'] },
  { state: [], severity: [] },
  { host: 'nas' },
  { host: 'nas', kind: 'disk_full' },
  { host: 'nas', severity: ['warning'], state: ['resolved', 'acknowledged'] },
  { kind: 'disk_full' },
  { kind: 'disk_full', state: ['expired'] },
  { kind: 'nothing' },
];

const NOTIFICATION_FILTERS: Partial<NotificationsQuery>[] = [
  {},
  ...notificationStatus.options.map((status) => ({ status: [status] })),
  { status: ['pending', 'failed', 'dead'] },
  { channelId: 'a' },
  { channelId: 'b', status: ['sent', 'cancelled'] },
  { alertId: 'alert 7' },
  { alertId: 'alert 7', status: ['dead', 'sent'], channelId: 'a' },
  { channelId: 'nobody' },
  { event: 'resolved' },
  { event: 'raised', status: ['dead'], channelId: 'b' },
  { failureClass: 'dns', alertId: 'alert 7' },
  { failureClass: 'timeout', status: ['failed', 'dead'] },
  { createdFrom: 305, createdTo: 1_500 },
  { createdTo: 900, channelId: 'a', event: 'reminder' },
  { createdFrom: 2_400 },
  { createdFrom: 9_999 },
  { diedFrom: 20, diedTo: 150 },
  { diedFrom: 60, channelId: 'a', failureClass: 'dns', status: ['dead', 'sent'] },
  { diedTo: 100, status: ['sent'] },
  { obsolete: true },
  { obsolete: false, event: 'raised' },
];

/** Says it another way than the statements do. */
function isFound(filter: Partial<NotificationsQuery>, row: ReturnType<typeof notificationAt>) {
  const { seq, createdAt } = row;
  const isDead = row.status === 'dead';
  const alert = alertAt(Number(row.alertId.slice('alert '.length)));
  const isClosed = alert.seq === 0 || alert.state === 'resolved' || alert.state === 'expired';
  const isObsolete = isClosed && row.event !== 'resolved';
  return (
    isOneOf(filter.status, row.status) &&
    (filter.channelId ?? row.channelId) === row.channelId &&
    (filter.alertId ?? row.alertId) === row.alertId &&
    (filter.event ?? row.event) === row.event &&
    (filter.failureClass ?? row.failureClass) === row.failureClass &&
    createdAt >= (filter.createdFrom ?? 0) &&
    createdAt < (filter.createdTo ?? Infinity) &&
    (filter.diedFrom === undefined || (isDead && seq >= filter.diedFrom)) &&
    (filter.diedTo === undefined || (isDead && seq < filter.diedTo)) &&
    (filter.obsolete === undefined || (isDead && filter.obsolete === isObsolete))
  );
}

const isOneOf = <T>(asked: readonly T[] | undefined, value: T): boolean =>
  asked === undefined || asked.includes(value);

const newestFirst = (a: { seq: number }, b: { seq: number }) => b.seq - a.seq;

describe('pages of alerts', () => {
  test.each(ALERT_FILTERS)('hold every match of %j once, in either order', (filter) => {
    using stored = store();
    const pages = openTables(stored.db).alertPages;
    const states = filter.state?.length ? filter.state : undefined;
    const expected = NUMBERS.map(alertAt)
      .filter(
        (alert) =>
          isOneOf(states, alert.state) &&
          isOneOf(filter.severity, alert.severity) &&
          (filter.host ?? alert.host) === alert.host &&
          (filter.kind ?? alert.kind) === alert.kind,
      )
      .sort(newestFirst);
    const worstFirst = expected.toSorted(
      (a, b) => severity.options.indexOf(b.severity) - severity.options.indexOf(a.severity),
    );
    for (const [sort, inOrder] of [
      ['latest', expected],
      ['severity', worstFirst],
    ] as const) {
      const found: number[] = [];
      for (let after: AlertPlace | null = null; ;) {
        const { rows, total, next } = pages.list({ limit: 9, sort, ...filter }, after);
        expect(total).toBe(expected.length);
        found.push(...rows.map(({ seq }) => seq));
        if (next === null) break;
        after = next;
      }
      expect(found, sort).toEqual(inOrder.map(({ seq }) => seq));
    }
  });

  test('walk no closed alert that is not on them', () => {
    using stored = store();
    const plans = plansOf(stored.db, (db) => {
      const { alertPages: pages, alerts } = openTables(db);
      for (const filter of ALERT_FILTERS) {
        pages.list({ limit: 9, ...filter }, null);
        pages.list({ limit: 9, sort: 'severity', ...filter }, null);
        pages.groups({ by: 'zone', ...filter });
      }
      alerts.openCounts();
      new MetricCounts(db).alerts();
      new MetricCounts(db).activeAlerts();
    });
    const walks = /SCAN alerts(?! USING INDEX alerts_open_seq)/;
    for (const [sql, steps] of plans) {
      expect(steps.join('; '), sql).not.toMatch(walks);
      const isPage = sql.includes('LIMIT') && !sql.includes('GROUP BY');
      if (isPage) expect(steps.join('; '), sql).not.toContain('TEMP B-TREE');
    }
  });

  test('read of one severity only that', () => {
    using stored = store();
    const plans = plansOf(stored.db, (db) =>
      openTables(db).alertPages.list({ limit: 9, sort: 'severity', state: ['open'] }, null),
    );
    expect(plans.flatMap(([, steps]) => steps).join('; ')).toContain(
      'SEARCH alerts USING INDEX alerts_open_severity (severity=? AND seq<?)',
    );
  });

  test.each(['host', 'kind', 'severity', 'zone', 'alertname'] as const)(
    'are counted by %s, the worst group first',
    (by) => {
      using stored = store();
      const { db } = stored;
      db.run(`UPDATE alerts SET labels = '{"zone":"base"}' WHERE seq % 4 = 0`);
      const rows = db.all<{ seq: number; severity: Severity; value: string }>(
        `SELECT seq, severity, CASE ? WHEN 'host' THEN host WHEN 'kind' THEN kind WHEN 'severity' THEN severity
           WHEN 'zone' THEN coalesce(labels ->> 'zone', '') ELSE kind END AS value
         FROM alerts WHERE closed_at IS NULL AND host <> 'pi'`,
        [by],
      );
      const rank = (level: Severity): number => severity.options.indexOf(level);
      const expected = [...Map.groupBy(rows, ({ value }) => value)]
        .map(([value, all]) => ({
          ...{ value, count: all.length, newest: Math.max(...all.map(({ seq }) => seq)) },
          severity: all.map((row) => row.severity).toSorted((a, b) => rank(b) - rank(a))[0],
        }))
        .toSorted(
          (a, b) => rank(b.severity ?? 'info') - rank(a.severity ?? 'info') || b.newest - a.newest,
        )
        .map(({ newest: _newest, ...group }) => group);
      const q = 'host!="pi"';
      const found = openTables(db).alertPages.groups({ by, q, state: ['open', 'acknowledged'] });
      expect(found).toEqual({ groups: expected, total: rows.length, isPartial: false });
    },
  );

  test('list no more groups than there may be, and say so', () => {
    using stored = store();
    stored.db.run(`UPDATE alerts SET labels = json_object('n', seq)`);
    const { groups, total, isPartial } = openTables(stored.db).alertPages.groups({ by: 'n' });
    expect([groups.length, total, isPartial]).toEqual([200, STORED, true]);
  });
});

describe('pages of notifications', () => {
  test.each(NOTIFICATION_FILTERS)('hold every match of %j once, newest first', (filter) => {
    using stored = store();
    const pages = new NotificationPages(stored.db);
    const expected = NUMBERS.map(notificationAt)
      .filter((row) => isFound(filter, row))
      .sort(newestFirst)
      .map(({ seq }) => seq);
    const found: number[] = [];
    for (let page = 1; ; page++) {
      const { rows, total } = pages.list({ per_page: 7, ...filter, page }, null);
      expect(total).toBe(expected.length);
      if (rows.length === 0) break;
      found.push(...rows.map(({ seq }) => seq));
    }
    expect(found).toEqual(expected);

    const behind: number[] = [];
    for (let before: number | null = null; ;) {
      const { rows, total } = pages.list({ page: 1, per_page: 7, ...filter }, null, before);
      expect(total).toBe(expected.length);
      if (rows.length === 0) break;
      behind.push(...rows.map(({ seq }) => seq));
      before = rows.at(-1)?.seq ?? null;
    }
    expect(behind).toEqual(expected);
  });

  test('walk no notification that is not on them or before them', () => {
    using stored = store();
    const plans = plansOf(stored.db, (db) => {
      const pages = new NotificationPages(db);
      for (const filter of NOTIFICATION_FILTERS)
        pages.list({ page: 1, per_page: 7, ...filter }, null);
      pages.stats();
    });
    const steps = plans.flatMap(([, found]) => found).join();
    expect(steps).not.toMatch(/SCAN (n\b|notifications\b)/);
  });

  test('read of a time of death only what died in it', () => {
    using stored = store();
    const plans = plansOf(stored.db, (db) =>
      new NotificationPages(db).list({ page: 1, per_page: 7, diedFrom: 5, diedTo: 9 }, null),
    );
    expect(plans.flatMap(([, found]) => found)).toContain(
      'SEARCH n USING INDEX notifications_dead_by_time (died_at>? AND died_at<?)',
    );
  });
});

describe('kept counts', () => {
  test('that are wrong are found, and counted again', () => {
    using stored = store();
    const { db } = stored;
    const counts = new KeptCounts(db);
    expect(counts.wrong()).toEqual([]);
    db.run("UPDATE alert_counts SET count = count + 1 WHERE state = 'resolved'");
    db.run('UPDATE notification_counts SET dead = dead - 1');
    db.run('UPDATE dead_letter_counts SET obsolete = obsolete + 1');
    expect(counts.wrong()).toEqual(['alert_counts', 'notification_counts', 'dead_letter_counts']);
    counts.recount();
    expect(counts.wrong()).toEqual([]);
    counts.prune();
    expect(counts.wrong()).toEqual([]);
  });
});
