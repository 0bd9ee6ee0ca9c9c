import type { Bundle } from '../store/notifications/bundle-table.ts';
import type { NotificationRow, StoredHold } from '../store/notifications/notification-rows.ts';
import type { Claim, Lease } from '../store/notifications/notification-store.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';

/** The moment at which a notification may leave, and what it waits for until then. */
export interface Admission {
  readonly dueAt: number;
  readonly bundleId: string | null;
  /** Null when it may leave at once. */
  readonly hold: StoredHold | null;
}

export interface FetcherDeps {
  readonly tables: Pick<Tables, 'notifications' | 'bundles'>;
  /** Returns the admission of a due row that must wait after all; null lets it go. */
  readonly recheck: (unit: Unit, row: NotificationRow, now: number) => Admission | null;
  readonly newId: () => string;
}

/** The rows of one message, in delivery order. */
export interface Send {
  readonly rows: readonly [NotificationRow, ...NotificationRow[]];
  /** Null for a row that leaves alone. */
  readonly bundle: Bundle | null;
}

export interface Claimed {
  readonly sends: readonly Send[];
  /** True if there may be more that is due. */
  readonly more: boolean;
}

type Stranded = Pick<Claim, 'channelId' | 'limit' | 'dueBy'>;

/** The most rows of one claim that wait again, so that one transaction stays small. */
const ASKED_MAX = 500;

/**
 * Takes what is due out of one lane, in the caller's transaction: rows that a silence or its like came
 * to cover meanwhile go back to wait, and spend nothing; members of a bundle come along with the first.
 */
export class Fetcher {
  readonly #deps: FetcherDeps;
  /** Rows that went back to wait. */
  #heldCount = 0;

  constructor(deps: FetcherDeps) {
    this.#deps = deps;
  }

  /** At most `limit` messages of what is due. */
  claim(unit: Unit, channelId: string, limit: number, leaseUntil: number, now: number): Claimed {
    return this.#claim(unit, { channelId, limit, dueBy: now, tests: 1 }, leaseUntil, now);
  }

  /** Claims rows that came to be due up to `dueBy`, to be given up; no tests. */
  stranded(unit: Unit, claim: Stranded, leaseUntil: number, now: number): Claimed {
    return this.#claim(unit, { ...claim, tests: 0 }, leaseUntil, now);
  }

  /** Tests alone, past everything that is held or waits. */
  tests(channelId: string, limit: number, leaseUntil: number, now: number): Claimed {
    const leaseToken = this.#deps.newId();
    const claim = { channelId, limit, dueBy: now, leaseToken, leaseUntil, now };
    const rows = this.#deps.tables.notifications.claimTests(claim);
    const sends = rows.map((row): Send => ({ rows: [row], bundle: null }));
    return { sends, more: rows.length === limit };
  }

  #claim(
    unit: Unit,
    { limit, ...which }: Pick<Claim, 'channelId' | 'limit' | 'dueBy' | 'tests'>,
    leaseUntil: number,
    now: number,
  ): Claimed {
    const sends: Send[] = [];
    // Rows that wait again leave their places to others, so that a lifted silence is not asked row by row.
    for (let asked = 0; asked < ASKED_MAX;) {
      const lease: Lease = { leaseToken: this.#deps.newId(), leaseUntil, now };
      const wanted = limit - sends.length;
      const heldBefore = this.#heldCount;
      const rows = this.#deps.tables.notifications.claim({ ...which, limit: wanted, ...lease });
      sends.push(...this.#sendsOf(unit, rows, lease));
      // Rows behind one that went back to wait may go now.
      const isAnyHeld = this.#heldCount > heldBefore;
      if (rows.length < wanted && !isAnyHeld) return { sends, more: false };
      if (sends.length === limit) break;
      asked += rows.length;
    }
    return { sends, more: true };
  }

  #sendsOf(unit: Unit, rows: NotificationRow[], lease: Lease): Send[] {
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
    return sends;
  }

  #bundle(unit: Unit, bundleId: string, first: NotificationRow[], lease: Lease): Send | null {
    const { notifications, bundles } = this.#deps.tables;
    const all = [...first, ...notifications.claimBundle(bundleId, lease)];
    const attempted = all.some(({ retryCount }) => retryCount > 0);
    if (!attempted) {
      // From here on nobody joins, and what waits for an earlier row of its condition leaves alone later.
      bundles.freeze(bundleId, lease.now);
      notifications.holds.detach(bundleId);
    }
    const rows = all.sort((a, b) => a.seq - b.seq);
    // A held row leaves the bundle, even a bundle that was tried: better sent twice than not at all.
    const going = rows.filter((row) => this.#mayGo(unit, row, lease));
    const [lead, ...others] = going;
    if (!lead) return null;
    if (others.length > 0 || attempted) {
      return { rows: [lead, ...others], bundle: bundles.byId(bundleId) };
    }
    notifications.holds.alone(lead.id);
    return { rows: [lead], bundle: null };
  }

  #mayGo(unit: Unit, row: NotificationRow, lease: Lease): boolean {
    const admission = this.#deps.recheck(unit, row, lease.now);
    if (!admission || (admission.hold === null && admission.dueAt <= lease.now)) return true;
    this.#hold(unit, row, admission, lease);
    return false;
  }

  #hold(unit: Unit, { id }: NotificationRow, admission: Admission, { leaseToken, now }: Lease) {
    this.#heldCount++;
    this.#deps.tables.notifications.holds.hold({ ...admission, id, leaseToken, now });
    unit.changed({ entity: 'notification', id });
  }
}
