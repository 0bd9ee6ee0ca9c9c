import type { Admission } from '../alerts/admission.ts';
import type { Bundle, BundleTable } from '../store/bundles.ts';
import type { NotificationHolds } from '../store/notification-holds.ts';
import type { NotificationRow } from '../store/notification-rows.ts';
import type { NotificationTable } from '../store/notifications.ts';
import type { Unit } from '../store/unit.ts';

export interface ClaimsDeps {
  readonly notifications: Pick<NotificationTable, 'claim' | 'claimBundle'>;
  readonly holds: NotificationHolds;
  readonly bundles: Pick<BundleTable, 'byId' | 'freeze'>;
  /** Whether a row that is due must wait after all; null lets it go. */
  readonly recheck: (unit: Unit, row: NotificationRow, now: number) => Admission | null;
  readonly newId: () => string;
}

/** What leaves as one message, in order. */
export interface Send {
  readonly rows: readonly [NotificationRow, ...NotificationRow[]];
  /** Null for a row that leaves by itself. */
  readonly bundle: Bundle | null;
}

export interface Claimed {
  readonly sends: readonly Send[];
  /** How many rows were due, those that wait again included. */
  readonly rows: number;
}

interface Lease {
  readonly leaseToken: string;
  readonly leaseUntil: number;
  readonly now: number;
}

/**
 * Takes what is due out of one lane, in the caller's transaction: rows that a silence or its like came
 * to cover meanwhile go back to wait, and spend nothing; members of a bundle come along with the first.
 */
export class Claims {
  readonly #deps: ClaimsDeps;

  constructor(deps: ClaimsDeps) {
    this.#deps = deps;
  }

  claim(unit: Unit, channelId: string, limit: number, leaseUntil: number, now: number): Claimed {
    const lease: Lease = { leaseToken: this.#deps.newId(), leaseUntil, now };
    const rows = this.#deps.notifications.claim({ channelId, limit, ...lease });
    const bundled = Map.groupBy(
      rows.filter(({ bundleId }) => bundleId !== null),
      ({ bundleId }) => bundleId,
    );
    const sends: Send[] = [];
    for (const row of rows) {
      if (row.bundleId === null && this.#mayGo(unit, row, lease)) {
        sends.push({ rows: [row], bundle: null });
      }
    }
    for (const [bundleId, first] of bundled) {
      if (bundleId === null) continue;
      const send = this.#bundle(unit, bundleId, first, lease);
      if (send) sends.push(send);
    }
    return { sends, rows: rows.length };
  }

  #bundle(unit: Unit, bundleId: string, first: NotificationRow[], lease: Lease): Send | null {
    const { notifications, bundles, holds } = this.#deps;
    const all = [...first, ...notifications.claimBundle({ bundleId, ...lease })];
    const attempted = all.some(({ retryCount }) => retryCount > 0);
    if (!attempted) {
      // From here on nobody joins, and what waits for an elder of its condition leaves by itself later.
      bundles.freeze(bundleId, lease.now);
      holds.detach(bundleId);
    }
    const rows = all.sort((a, b) => a.seq - b.seq);
    const going = attempted
      ? this.#allOrNone(unit, rows, lease)
      : rows.filter((row) => this.#mayGo(unit, row, lease));
    const [lead, ...others] = going;
    if (!lead) return null;
    if (others.length > 0 || attempted) {
      return { rows: [lead, ...others], bundle: bundles.byId(bundleId) };
    }
    holds.alone(lead.id);
    return { rows: [lead], bundle: null };
  }

  /** What may have arrived under one key leaves again under it as a whole, or waits as a whole. */
  #allOrNone(unit: Unit, rows: NotificationRow[], lease: Lease): NotificationRow[] {
    const held = rows
      .map((row) => this.#deps.recheck(unit, row, lease.now))
      .filter((admission) => admission?.hold)
      .sort((a, b) => (b?.dueAt ?? 0) - (a?.dueAt ?? 0))[0];
    if (!held) return rows;
    for (const row of rows) this.#hold(unit, row, { ...held, bundleId: row.bundleId }, lease);
    return [];
  }

  #mayGo(unit: Unit, row: NotificationRow, lease: Lease): boolean {
    const admission = this.#deps.recheck(unit, row, lease.now);
    if (!admission?.hold) return true;
    this.#hold(unit, row, admission, lease);
    return false;
  }

  #hold(unit: Unit, { id }: NotificationRow, admission: Admission, { leaseToken, now }: Lease) {
    const { dueAt, bundleId, hold } = admission;
    if (!hold) return;
    this.#deps.holds.hold({ ...hold, id, leaseToken, dueAt, bundleId, now });
    unit.changed({ entity: 'notification', id });
  }
}
