import type { Limited, NotificationStore } from '../store/notifications/notification-store.ts';
import type { Unit } from '../store/unit.ts';

/** Rows that are noted in one transaction. */
const NOTED_MAX = 500;

/**
 * Counts each message once that a limit holds, the receiver's or the channel's own, however often its
 * lane is looked at meanwhile. What has been counted is noted with the row, so that a restart counts
 * nothing twice.
 */
export class LimitedCount {
  readonly #notifications: Pick<NotificationStore, 'noteLimited'>;
  /** By channel, the due time up to which everything has been counted, ms UTC. */
  readonly #countedTo = new Map<string, number>();

  constructor(notifications: Pick<NotificationStore, 'noteLimited'>) {
    this.#notifications = notifications;
  }

  /** Counts what is due and held now. Returns true if there may be more to count. */
  held(unit: Unit, channelId: string, now: number): boolean {
    const before = this.#countedTo.get(channelId) ?? 0;
    // A clock that was set back has moved what waits with it.
    const from = before > now ? 0 : before;
    const rows = this.#notifications.noteLimited({ channelId, from, now, limit: NOTED_MAX });
    for (let n = messagesIn(rows); n > 0; n--) unit.counted({ type: 'rate_limited' });
    const more = rows.length === NOTED_MAX;
    unit.onUndone(() => this.#countedTo.set(channelId, before));
    // Rows that come to be due in this very millisecond are looked for again.
    this.#countedTo.set(channelId, more ? Math.max(...rows.map(({ dueAt }) => dueAt)) : now);
    return more;
  }
}

/** A bundle is one message. */
function messagesIn(rows: readonly Limited[]): number {
  const bundles = new Set(rows.map(({ bundleId }) => bundleId).filter((id) => id !== null));
  return rows.filter(({ bundleId }) => bundleId === null).length + bundles.size;
}
