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
    const [lead, ...others] = all
      .sort((a, b) => a.seq - b.seq)
      .filter((row) => this.#mayGo(unit, row, lease));
    if (!lead) return null;
    if (others.length > 0 || attempted) {
      return { rows: [lead, ...others], bundle: bundles.byId(bundleId) };
    }
    holds.alone(lead.id);
    return { rows: [lead], bundle: null };
  }

  #mayGo(unit: Unit, row: NotificationRow, { leaseToken, now }: Lease): boolean {
    const admission = this.#deps.recheck(unit, row, now);
    if (!admission?.hold) return true;
    const { dueAt, bundleId, hold } = admission;
    this.#deps.holds.hold({ ...hold, id: row.id, leaseToken, dueAt, bundleId, now });
    unit.changed({ entity: 'notification', id: row.id });
    return false;
  }
}
