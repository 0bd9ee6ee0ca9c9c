import { expect, test } from 'vitest';
import type { Settlement } from '../../main/domain/notification-state.ts';
import { openDatabase, type Db } from '../../main/store/database.ts';
import { KeptCounts } from '../../main/store/kept-counts.ts';
import { openTables, type Tables } from '../../main/store/tables.ts';
import { Transactions } from '../../main/store/transaction.ts';
import { CommitLog } from '../../main/store/files/commit-log.ts';
import type { Unit } from '../../main/store/unit.ts';
import { legacy } from '../support/failures.ts';
import { tempDir } from '../support/temp-dir.ts';

const NOW = 1_000;
const LEASE = { leaseToken: 'lease', leaseUntil: NOW + 1, now: NOW };
const CLAIM = { ...LEASE, channelId: 'ntfy', dueBy: NOW, tests: 1, limit: 1 } as const;
const FAILURE = {
  class: 'timeout',
  reason: legacy('no answer'),
  receiverText: null,
} as const;

interface Lab extends Disposable {
  readonly db: Db;
  readonly tables: Tables;
  /** One transaction, as the writer runs it. */
  readonly commit: (work: (unit: Unit) => void) => void;
}

function lab(): Lab {
  const dir = tempDir();
  const db = openDatabase(dir.path);
  const transactions = new Transactions(db, new CommitLog(db));
  return {
    db,
    tables: openTables(db),
    commit: (work) => {
      let thrown: unknown = null;
      const job = { run: work, succeed: () => undefined, fail: () => undefined };
      for (const { failure } of transactions.run([job], NOW).done) thrown = failure?.error ?? null;
      if (thrown !== null) throw thrown as Error;
    },
    [Symbol.dispose]: () => {
      db.close();
      dir[Symbol.dispose]();
    },
  };
}

const texts = (id: string) => ({
  ...({
    id,
    severity: 'warning',
    message: 'm',
    messageReason: null,
    labels: {},
    annotations: {},
    url: null,
  } as const),
  ...{ startedAt: NOW, seenAt: NOW, reportedAt: NOW, endsAt: null },
});

function raise({ tables }: Lab, id: string) {
  const identity = { source: 'api', host: 'nas', kind: 'disk_full', dedupKey: id };
  const { id: conditionId } = tables.conditions.insert(identity, {});
  return tables.alerts.insert({ ...identity, ...texts(id), conditionId, flapping: false });
}

function queue({ tables }: Lab, id: string, alertId: string) {
  tables.notifications.insert({
    ...{ id, alertId, conditionId: null, channelId: 'ntfy', channelName: 'ntfy', event: 'raised' },
    ...{ isMessage: false, snapshot: {} as never, dueAt: NOW, createdAt: NOW, routeId: null },
    ...{ bundleId: null, hold: null },
  });
}

const complete = ({ tables }: Lab, id: string, settlement: Settlement) =>
  tables.notifications.complete({
    ...{ id, leaseToken: 'lease', settlement, maxAttempts: 5, now: NOW },
    failure: settlement.status === 'sent' ? null : FAILURE,
  });

/** The lives of rows, each step in its own transaction, in this order. */
const STEPS: Readonly<Record<string, (lab: Lab, unit: Unit) => unknown>> = {
  'alerts are raised': (its) => ['a', 'b', 'c', 'd'].map((id) => raise(its, id)),
  'one is acknowledged': ({ tables }, unit) => tables.alerts.acknowledge(unit, 'a', NOW, false),
  'one is no longer acknowledged': ({ tables }, unit) =>
    tables.alerts.unacknowledge(unit, 'a', NOW),
  'one becomes worse': ({ tables }, unit) => {
    const { id: _id, startedAt: _at, ...report } = texts('a');
    const worse = {
      ...report,
      severity: 'critical',
      peakSeverity: 'critical',
      messageReason: null,
    } as const;
    tables.alerts.touch(unit, tables.alerts.byId('a') as never, worse);
  },
  'one becomes a message': ({ tables }) => {
    const { id: _id, ...report } = texts('d');
    const before = tables.alerts.byId('d') as never;
    tables.messages.replace(before, { ...report, severity: 'info', idempotencyKey: null });
  },
  'notifications are queued': (its) => {
    for (const id of ['1', '2', '3', '4', '5', '6', '7']) queue(its, id, id < '5' ? 'a' : 'b');
  },
  'one is sent': (its) => {
    its.tables.notifications.claim(CLAIM);
    complete(its, '1', { status: 'sent', retryCount: 0 });
  },
  'one fails': (its) => {
    its.tables.notifications.claim(CLAIM);
    complete(its, '2', { status: 'failed', retryCount: 1, dueAt: NOW });
  },
  'one dies after it failed': (its) => {
    its.tables.notifications.claim(CLAIM);
    complete(its, '2', { status: 'dead', retryCount: 2 });
  },
  'one is claimed and held': ({ tables }) => {
    tables.notifications.claim(CLAIM);
    tables.notifications.holds.hold({
      ...{ id: '3', leaseToken: 'lease', dueAt: NOW, bundleId: null, now: NOW },
      hold: {
        ...{ kind: 'silence', ref: null, until: null },
        reason: { code: 'hold.silence', params: { comment: '' } } as never,
      },
    });
  },
  'others die': (its) => {
    for (const id of ['3', '4', '5']) {
      its.tables.notifications.claim(CLAIM);
      complete(its, id, { status: 'dead', retryCount: 1 });
    }
  },
  'the alert of dead letters closes': ({ tables }, unit) => tables.alerts.resolve(unit, 'a', NOW),
  'one is requeued': ({ tables }) => tables.notifications.deadLetters.requeue([5], 'window', NOW),
  'dead, failed and pending are discarded': ({ tables }) =>
    tables.notifications.deadLetters.discard([2, 3, 6], { discardId: 'x', waiting: true }, NOW),
  'a discard is undone': ({ db, tables }) => {
    db.run(
      `INSERT INTO channels (id, kind, name, enabled, config, configured, retry, created_at, updated_at)
       VALUES ('ntfy', 'ntfy', 'n', 1, x'00', '[]', '{}', 0, 0)`,
    );
    tables.notifications.deadLetters.undo({
      ...{ seq: 2, discardId: 'x', error: '{"code":"legacy","params":{}}', cause: 'c', now: NOW },
    });
  },
  'what waits is superseded': ({ tables }) => tables.notifications.holds.supersedeAlert('b', NOW),
  'the channel is deleted': ({ tables }) => tables.notifications.cancelChannel('ntfy', NOW),
  'an alert expires': ({ tables }, unit) => tables.alerts.expire(unit, 'b', NOW),
  'a message is over': ({ tables }) => tables.messages.closeSettled('d', NOW),
  'everything is past its retention': ({ tables }) => {
    const all = NOW + 1;
    const cutoffs = { delivered: all, dead: all, attempts: all, audit: all, closedAlerts: all };
    while (tables.retention.prune(cutoffs, 2) > 0);
  },
};

test('kept counts change with every verb of the store', () => {
  using its = lab();
  const counts = new KeptCounts(its.db);
  for (const [step, work] of Object.entries(STEPS)) {
    const changes = its.db.changes();
    its.commit((unit) => work(its, unit));
    expect(its.db.changes(), step).toBeGreaterThan(changes + 1);
    expect(counts.wrong(), step).toEqual([]);
  }
  expect(its.db.values('SELECT count(*) FROM notifications')).toEqual([0]);
});

test('kept counts forget what was rolled back, and only that', () => {
  using its = lab();
  const counts = new KeptCounts(its.db);
  const failing = (): void => {
    raise(its, 'lost');
    throw new Error('no');
  };
  expect(() => its.commit(failing)).toThrow('no');
  its.commit(() => raise(its, 'kept'));
  expect(counts.wrong()).toEqual([]);
  expect(its.db.values('SELECT sum(count) FROM alert_counts')).toEqual([1]);
});
