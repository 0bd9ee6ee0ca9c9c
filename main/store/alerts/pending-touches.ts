import { Table } from '../row-table.ts';
import type { Unit } from '../unit.ts';
import type { AlertRow, Touch } from './alert-rows.ts';
import type { ConditionIdentity } from './condition-table.ts';

/** For how long, in ms, reports that only repeat an alert may be in memory alone: what a crash may forget. */
export const TOUCHES_KEPT_MS = 5_000;

/** Bounds the memory of a flood of different alerts; further ones are written at once. */
const ALERTS_MAX = 5_000;

/** The facts of an alert that another report of the same changes. */
export type Repeat = Pick<Touch, 'seenAt' | 'reportedAt' | 'endsAt'>;

interface Pending {
  /** The alert with all of its reports. */
  readonly row: AlertRow;
  /** The alert as it is written. */
  readonly written: AlertRow;
}

const WRITE = `UPDATE alerts SET last_seen_at = ?, unseen_from = ?, last_reported_at = ?, occurrences = ?, ends_at = ?
  WHERE id = ? AND closed_at IS NULL`;

/**
 * Open alerts whose latest reports changed nothing but their count and times, and are in memory alone.
 * They are written after TOUCHES_KEPT_MS at most, before every other write of the alert, and before
 * anything is decided by these times; reads merge them. A job that is undone undoes its part here too.
 */
export class PendingTouches extends Table {
  readonly #byId = new Map<string, Pending>();
  readonly #byIdentity = new Map<string, Pending>();
  /** The moment at which the oldest came, ms UTC, or earlier; null when there are none. */
  #since: number | null = null;

  /** The moment at which they are to be written, ms UTC; null when there is nothing to write. */
  get dueAt(): number | null {
    return this.#since === null ? null : this.#since + TOUCHES_KEPT_MS;
  }

  /** The open alert of a condition, if some of its reports are in memory alone. */
  open(identity: ConditionIdentity): AlertRow | null {
    return this.#byIdentity.get(keyOf(identity))?.row ?? null;
  }

  /** The alert with the reports that are not written yet. */
  shown(row: AlertRow): AlertRow {
    const pending = this.#byId.get(row.id);
    if (!pending) return row;
    const { lastSeenAt, lastReportedAt, endsAt, occurrences } = pending.row;
    return { ...row, lastSeenAt, lastReportedAt, endsAt, occurrences };
  }

  /**
   * Keeps one more report of an open alert in memory. False, and nothing is kept, when it is to be
   * written: the last one that was lies too far back, by our clock or its sender's, or lies ahead since
   * the clock was set.
   */
  keep(unit: Unit, open: AlertRow, repeat: Repeat): boolean {
    const before = this.#byId.get(open.id);
    if (!before && this.#byId.size >= ALERTS_MAX) return false;
    const { row, written } = before ?? { row: open, written: open };
    if (row.lastReportedAt === null || written.lastReportedAt === null) return false;
    const { seenAt: lastSeenAt, endsAt } = repeat;
    const lastReportedAt = Math.max(row.lastReportedAt, repeat.reportedAt ?? row.lastReportedAt);
    const isNear =
      lastSeenAt >= written.lastSeenAt &&
      lastSeenAt < written.lastSeenAt + TOUCHES_KEPT_MS &&
      lastReportedAt < written.lastReportedAt + TOUCHES_KEPT_MS;
    if (!isNear) return false;
    const occurrences = row.occurrences + 1;
    this.#put({ row: { ...row, lastSeenAt, lastReportedAt, endsAt, occurrences }, written });
    this.#since ??= lastSeenAt;
    unit.onUndone(() => (before ? this.#put(before) : this.#remove(open)));
    return true;
  }

  /** Writes what is not written of an alert. Call before every other write of it. */
  write(unit: Unit, id: string): void {
    const pending = this.#byId.get(id);
    if (!pending) return;
    const { lastSeenAt, lastReportedAt, occurrences, endsAt } = pending.row;
    this.db.run(WRITE, [lastSeenAt, lastSeenAt, lastReportedAt, occurrences, endsAt, id]);
    this.#remove(pending.row);
    unit.onUndone(() => this.#put(pending));
  }

  /** Writes all of them. Call before anything is decided by ages or ends. */
  writeAll(unit: Unit): void {
    const since = this.#since;
    if (since === null) return;
    for (const id of this.#byId.keys()) this.write(unit, id);
    this.#since = null;
    unit.onUndone(() => (this.#since = since));
  }

  #put(pending: Pending): void {
    this.#byId.set(pending.row.id, pending);
    this.#byIdentity.set(keyOf(pending.row), pending);
  }

  #remove(row: AlertRow): void {
    this.#byId.delete(row.id);
    this.#byIdentity.delete(keyOf(row));
  }
}

/** As JSON, since any character may be part of a name. */
const keyOf = ({ source, host, kind, dedupKey }: ConditionIdentity): string =>
  JSON.stringify([source, host, kind, dedupKey]);
