import type { DeadLetterGroup } from '../../contract/notification.ts';
import type { FailureReason } from '../../contract/reasons/failure-reasons.ts';
import type { Failure } from '../../domain/outcome.ts';
import { Columns } from '../columns.ts';
import { HOUR_MS, OBSOLETE } from '../count-deltas.ts';
import { Table } from '../row-table.ts';
import { SearchIndex } from '../search-index.ts';
import { Move } from './move.ts';
import { MATCHES, NARROWED, type NotificationFilter } from './notification-filter.ts';
import {
  CHANGED,
  NOTIFICATION,
  type ChangedRow,
  type NotificationRow,
  type Stretch,
} from './notification-rows.ts';
import { INDEXED_NOTIFICATIONS } from './notification-search.ts';

/** Dead letters of one channel whose attempts ended for one cause. */
export type DeadLetterGroupRow = Readonly<
  Omit<DeadLetterGroup, 'key' | 'channelName' | 'receiverText'>
>;

/** A dead letter that was looked for. */
export interface FoundLetter {
  readonly seq: number;
  readonly channelId: string;
  readonly obsolete: boolean;
}

/** The letters that were discarded in one go: all of them in order, and when the last discard was. */
export interface Discarded {
  readonly seqs: number[];
  readonly lastAt: number;
}

export interface Undone {
  readonly seq: number;
  readonly discardId: string;
  /** For what never failed, so that nobody wonders why it is dead. */
  readonly error: string;
  readonly cause: string;
  readonly now: number;
}

/** A place among the dead letters of a channel, in the order in which they died. */
export interface DiedAt {
  readonly diedAt: number;
  readonly seq: number;
}

export interface RecoveryScan {
  readonly channelId: string;
  readonly after: DiedAt;
  /**
   * The moment at which the channel came back; letters that died, or were requeued
   * automatically, since then are left alone.
   */
  readonly recoveredAt: number;
  readonly limit: number;
}

/** A dead letter, and whether to requeue it automatically: not yet, while a fallback's copy of it still waits. */
export interface Recoverable extends DiedAt {
  readonly verdict: 'eligible' | 'undecided' | 'left';
}

const FOUND = new Columns<FoundLetter & { readonly matches: boolean }>({
  seq: 'plain',
  channelId: 'plain',
  obsolete: 'flag',
  matches: 'flag',
});

const FAILURE = new Columns<
  Pick<Failure, 'receiverText'> & { readonly reason: FailureReason | null }
>({ reason: ['json', 'last_error'], receiverText: 'plain' });

interface GroupSpan {
  readonly firstAt: number;
  readonly lastAt: number;
  readonly newestSeq: number;
}

type CountedGroup = Omit<DeadLetterGroupRow, 'firstAt' | 'lastAt' | 'reason'> & GroupSpan;

const groupsBy = (rows: string): string =>
  `SELECT n.channel_id AS channelId, n.last_error_class AS class, coalesce(n.cause, '') AS cause, count(*) AS count,
     sum(${OBSOLETE}) AS obsolete, min(n.died_at) AS firstAt, max(n.died_at) AS lastAt, max(n.seq) AS newestSeq
   FROM notifications n ${rows} AND ${MATCHES}
   GROUP BY 1, 2, 3 ORDER BY count DESC, lastAt DESC LIMIT @limit`;

const GROUPS = {
  all: groupsBy(`INDEXED BY notifications_status WHERE n.status = 'dead'`),
  died: groupsBy(
    `INDEXED BY notifications_dead_by_time
     WHERE n.status = 'dead' AND n.died_at >= @diedFrom AND n.died_at < @diedTo`,
  ),
};

/** The rows of a kept count `g`; the first and the last of them are at the ends of a range of the index. */
const IN_GROUP = (index: string): string =>
  `INDEXED BY ${index} WHERE n.status = 'dead' AND n.channel_id = g.channel_id
     AND n.last_error_class IS nullif(g.class, '') AND n.cause = g.cause`;

/**
 * The fate of the copies of a dead one on other channels, at whatever remove: 'left' when one has
 * arrived or was cancelled as superseded, 'undecided' when one is on its way, 'eligible' when
 * there is none, or they died.
 */
const ELSEWHERE = `(
  WITH RECURSIVE copies (id, status, cancel_reason) AS (
    SELECT id, status, cancel_reason FROM notifications WHERE fallback_of = n.id
    UNION ALL
    SELECT c.id, c.status, c.cancel_reason FROM copies JOIN notifications c ON c.fallback_of = copies.id)
  SELECT CASE max(CASE WHEN status IN ('pending', 'failed', 'sending') THEN 1 ELSE 2 END)
    WHEN 2 THEN 'left' WHEN 1 THEN 'undecided' ELSE 'eligible' END
  FROM copies WHERE status <> 'dead' AND cancel_reason IS NOT 'channel_deleted')`;

const AMONG = 'n.seq IN (SELECT value FROM json_each(@seqs))';

// With a plus no index is used for the status: the seqs name the rows, the status merely guards them.
const DISCARD = new Move<ChangedRow>({
  from: `notifications n
    WHERE ${AMONG} AND (+status = 'dead' OR (@waiting = 1 AND +status IN ('pending', 'failed')))`,
  to: 'cancelled',
  set: `due_at = NULL, cancel_reason = 'discarded', discard_id = @discardId, updated_at = @now`,
  returning: CHANGED,
});

const REQUEUE = new Move<ChangedRow>({
  from: `notifications n WHERE ${AMONG} AND +status = 'dead'`,
  to: 'pending',
  set: `budget = budget + 1, retry_count = 0, max_attempts = NULL, due_at = @now, last_error_class = NULL,
    last_error = NULL, receiver_text = NULL, cause = NULL, died_at = NULL, bundle_id = NULL, hastened_by = NULL,
    requeued_by = @actor, auto_requeued_at = coalesce(@autoRequeuedAt, auto_requeued_at), updated_at = @now`,
  returning: CHANGED,
});

const MOVED = new Move<ChangedRow>({
  from: `notifications n WHERE ${AMONG} AND +status = 'dead'`,
  to: 'cancelled',
  set: `due_at = NULL, cancel_reason = 'moved', updated_at = @now`,
  returning: CHANGED,
});

/** Dead letters that are looked at before it is said that none would come back. */
const LOOKED_AT_MAX = 2_000;

/** A desktop without a notification server is away as a receiver is, though a person may have to start one. */
const NO_SERVER = `n.cause LIKE '["failure.desktop_no_service"%' OR n.cause LIKE '["failure.desktop_no_bus"%'`;

// Obsolete is what tells of a condition that is over, but for the notification that it is.
const RECOVERABLE = `SELECT n.seq, n.died_at AS diedAt, CASE WHEN n.event <> 'test'
      AND (coalesce(n.last_error_class, '') IN ('timeout', 'dns', 'connection', 'rate_limited',
        'server_error', 'interrupted', 'channel_down') OR ${NO_SERVER})
      AND (n.auto_requeued_at IS NULL OR n.auto_requeued_at < @recoveredAt)
      AND (n.is_message = 1 OR n.event IN ('resolved', 'flapping_stopped') OR a.closed_at IS NULL)
      THEN ${ELSEWHERE} ELSE 'left' END AS verdict
    FROM notifications n INDEXED BY notifications_died LEFT JOIN alerts a ON a.id = n.alert_id
    WHERE n.status = 'dead' AND n.channel_id = @channelId AND (n.died_at, n.seq) > (@diedAt, @seq)
      AND n.died_at <= @recoveredAt`;

/** Dead letters: by cause, back to life, discarded and brought back. */
export class DeadLetterRows extends Table {
  readonly #index = new SearchIndex(this.db, INDEXED_NOTIFICATIONS);

  /** Most first, at most `limit`. */
  groups(limit: number): DeadLetterGroupRow[] {
    this.db.counts.write();
    const groups = this.db.all<CountedGroup>(
      `SELECT channel_id AS channelId, nullif(class, '') AS class, cause, count, obsolete,
         (SELECT min(died_at) FROM notifications n ${IN_GROUP('notifications_dead_since')}) AS firstAt,
         (SELECT max(died_at) FROM notifications n ${IN_GROUP('notifications_dead_since')}) AS lastAt,
         (SELECT max(seq) FROM notifications n ${IN_GROUP('notifications_dead')}) AS newestSeq
       FROM dead_letter_counts g WHERE count > 0 ORDER BY count DESC, lastAt DESC LIMIT ?`,
      [limit],
    );
    return groups.map((group) => this.#withReason(group));
  }

  /** The groups of what a filter finds, most first, at most `limit`. */
  groupsOf(filter: NotificationFilter, limit: number): DeadLetterGroupRow[] {
    const groups = this.db.all<CountedGroup>(GROUPS[filter.died === 1 ? 'died' : 'all'], {
      ...{ ...filter, limit },
    });
    return groups.map((group) => this.#withReason(group));
  }

  /** How many of what a filter finds died in each hour; the filter says since when. */
  hours(filter: NotificationFilter): ReadonlyMap<number, number> {
    const counted = this.db.all<{ hour: number; count: number }>(
      `SELECT n.died_at / ${HOUR_MS} * ${HOUR_MS} AS hour, count(*) AS count
       FROM notifications n INDEXED BY notifications_dead_by_time
       WHERE n.status = 'dead' AND n.died_at >= @diedFrom AND n.died_at < @diedTo AND ${MATCHES} GROUP BY 1`,
      filter,
    );
    return new Map(counted.map(({ hour, count }) => [hour, count]));
  }

  #withReason({ newestSeq, ...group }: CountedGroup): DeadLetterGroupRow {
    return { ...group, reason: this.failure(newestSeq)?.reason ?? null };
  }

  newestSeq(): number {
    return this.db.value<number>('SELECT max(seq) FROM notifications') ?? 0;
  }

  /** The matching dead letters among the next `limit`, and where that stretch ended; null at the end of all. */
  scan(
    filter: NotificationFilter,
    stretch: Stretch,
  ): { letters: FoundLetter[]; end: number | null } {
    // Rows that do not match are returned too: where the next stretch begins must not depend on the matches.
    const found = this.db.all(
      `SELECT n.seq AS seq, ${NARROWED} AS matches, n.channel_id AS channelId, (${OBSOLETE}) AS obsolete
       FROM notifications n WHERE n.status = 'dead' AND n.seq > @after AND n.seq <= @upTo
       ORDER BY n.seq LIMIT @limit`,
      { ...filter, ...stretch },
      FOUND.decode,
    );
    return {
      letters: found.filter(({ matches }) => matches),
      end: found.length < stretch.limit ? null : (found.at(-1)?.seq ?? null),
    };
  }

  /** Makes the dead among them pending with a fresh budget, due now, their errors cleared. */
  requeue(seqs: readonly number[], actor: string, now: number): ChangedRow[] {
    return this.#requeue({ seqs, actor, autoRequeuedAt: null, now });
  }

  /** The same for what died of an outage, and notes when. */
  autoRequeue(seqs: readonly number[], now: number): ChangedRow[] {
    return this.#requeue({ seqs, actor: 'belfry', autoRequeuedAt: now, now });
  }

  /** Gives up the dead among them, with `waiting` the pending and failed too. */
  discard(
    seqs: readonly number[],
    { discardId, waiting }: { readonly discardId: string | null; readonly waiting: boolean },
    now: number,
  ): ChangedRow[] {
    const bound = { seqs: JSON.stringify(seqs), discardId, waiting: waiting ? 1 : 0, now };
    this.db.counts.deadLetters(AMONG, bound, -1);
    return DISCARD.run(this.db, bound);
  }

  /** The dead among them, in their order. */
  rows(seqs: readonly number[]): NotificationRow[] {
    return this.db.all(
      `SELECT ${NOTIFICATION.list} FROM notifications n WHERE ${AMONG} AND +status = 'dead' ORDER BY seq`,
      { seqs: JSON.stringify(seqs) },
      NOTIFICATION.decode,
    );
  }

  /** Cancels the dead among them, whose place another channel's notification has taken. */
  moved(seqs: readonly number[], now: number): ChangedRow[] {
    const bound = { seqs: JSON.stringify(seqs), now };
    this.db.counts.deadLetters(AMONG, bound, -1);
    return MOVED.run(this.db, bound);
  }

  /** Null when nothing is left of it. */
  discarded(discardId: string): Discarded | null {
    const found = this.db.all<{ seq: number; at: number }>(
      'SELECT seq, updated_at AS at FROM notifications WHERE discard_id = ? ORDER BY seq',
      [discardId],
    );
    const last = found.at(-1);
    // It was done in this order.
    return last === undefined ? null : { seqs: found.map(({ seq }) => seq), lastAt: last.at };
  }

  /** Returns why its last attempt failed; null when none has. */
  failure(seq: number): Pick<Failure, 'reason' | 'receiverText'> | null {
    const sql = `SELECT ${FAILURE.list} FROM notifications WHERE seq = ?`;
    const { reason = null, receiverText = null } = this.db.get(sql, [seq], FAILURE.decode) ?? {};
    return reason && { reason, receiverText };
  }

  /** Back to dead, with count, error and cause as they were; null when it is not of that discard any more. */
  undo(undone: Undone): ChangedRow | null {
    this.#index.noteGaps([undone.seq]);
    // A channel that was deleted meanwhile will deliver nothing any more.
    const undead = this.db.get<ChangedRow>(
      `UPDATE notifications SET status = 'dead', cancel_reason = NULL, discard_id = NULL,
         hold_kind = NULL, hold_ref = NULL, hold_until = NULL, hold_reason = NULL,
         last_error = coalesce(last_error, @error), cause = coalesce(cause, @cause),
         died_at = coalesce(died_at, @now), updated_at = @now
       WHERE seq = @seq AND status = 'cancelled' AND cancel_reason = 'discarded' AND discard_id = @discardId
         AND channel_id IN (SELECT id FROM channels)
       RETURNING ${CHANGED}`,
      undone,
    );
    if (undead) {
      this.db.counts.notification(undead.channelId, 'cancelled', 'dead');
      this.db.counts.deadLetters('n.seq = @seq', undone, 1);
    }
    return undead;
  }

  count(): number {
    this.db.counts.write();
    return this.db.value<number>('SELECT sum(dead) FROM notification_counts') ?? 0;
  }

  /** Those that died first. */
  oldest(limit: number): number[] {
    // Repeats the partial index's own condition, without which SQLite would not use it.
    return this.db.values(
      `SELECT seq FROM notifications WHERE status IN ('sent', 'cancelled', 'dead') AND status = 'dead'
       ORDER BY updated_at LIMIT ?`,
      [limit],
    );
  }

  ofAlert(alertId: string): string[] {
    const sql = `SELECT id FROM notifications WHERE alert_id = ? AND status = 'dead'`;
    return this.db.values(sql, [alertId]);
  }

  /** The next dead letters up to the recovery, in the order in which they died. */
  recoverable({ after, ...scan }: RecoveryScan): Recoverable[] {
    const sql = `${RECOVERABLE} ORDER BY n.died_at, n.seq LIMIT @limit`;
    return this.db.all(sql, { ...scan, ...after });
  }

  /** Returns true if anything that died since `diedAfter` would be requeued if the channel came back. */
  mayRecover(channelId: string, diedAfter: number): boolean {
    // Also what died by a clock that ran ahead. The newest first, since the older ones are likelier obsolete.
    const recoveredAt = Number.MAX_SAFE_INTEGER;
    const found = this.db.value(
      `SELECT max(verdict = 'eligible') FROM (
         ${RECOVERABLE} ORDER BY n.died_at DESC, n.seq DESC LIMIT ${LOOKED_AT_MAX})`,
      { channelId, recoveredAt, diedAt: diedAfter, seq: 0 },
    );
    return found === 1;
  }

  /** Nothing has died later than now, whatever the clock was at the time. */
  diedBy(channelId: string, now: number): void {
    this.db.run(
      `UPDATE notifications SET died_at = @now, auto_requeued_at = min(auto_requeued_at, @now - 1)
       WHERE status = 'dead' AND channel_id = @channelId AND died_at > @now`,
      { channelId, now },
    );
  }

  #requeue({
    seqs,
    ...given
  }: {
    readonly seqs: readonly number[];
    readonly actor: string;
    readonly autoRequeuedAt: number | null;
    readonly now: number;
  }): ChangedRow[] {
    const bound = { ...given, seqs: JSON.stringify(seqs) };
    this.#index.noteGaps(seqs);
    this.db.counts.deadLetters(AMONG, bound, -1);
    return REQUEUE.run(this.db, bound);
  }
}
