import type { NotificationRow } from '../store/notifications/notification-rows.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { ChannelService } from './channel-service.ts';

export interface FallbacksDeps {
  readonly tables: Pick<Tables, 'notifications' | 'bundles'>;
  readonly channels: Pick<ChannelService, 'usableFallback' | 'waitingFallback'>;
  readonly newId: () => string;
}

/**
 * Queues what died on one channel to its fallback, in the transaction of the death. The dead one stays a
 * dead letter. Chains go on as long as each channel has a fallback, and never back to one that was tried.
 */
export class Fallbacks {
  readonly #deps: FallbacksDeps;

  constructor(deps: FallbacksDeps) {
    this.#deps = deps;
  }

  /** `dead`: one row, or those of one message that died together; these stay one message. */
  enqueue(unit: Unit, dead: readonly NotificationRow[], now: number): void {
    const { channels, newId } = this.#deps;
    const { notifications } = this.#deps.tables;
    const [first] = dead;
    if (!first) return;
    // One that is held takes it only where there is no better: it waits there, and is seen to wait.
    const { channelId } = first;
    const fallback = channels.usableFallback(channelId) ?? channels.waitingFallback(channelId);
    if (!fallback) return;
    const due = dead.filter((row) => this.#isDue(row, fallback.id));
    const bundleId = due.length > 1 ? this.#bundle(first, fallback.id, due.length, now) : null;
    for (const row of due) {
      const id = newId();
      notifications.insert({
        id,
        alertId: row.alertId,
        conditionId: row.conditionId,
        channelId: fallback.id,
        channelName: fallback.name,
        event: row.event,
        isMessage: row.isMessage,
        snapshot: row.snapshot,
        dueAt: now,
        createdAt: now,
        routeId: row.routeId,
        loudness: row.loudness,
        bundleId,
        hold: null,
        fallbackOf: row.id,
      });
      unit.changed({ entity: 'notification', id });
      unit.enqueued(fallback.id);
    }
  }

  /** Tests are about their own channel. One that was notified in its own right is not notified again. */
  #isDue(row: NotificationRow, channelId: string): boolean {
    if (row.alertId === null) return false;
    const { notifications } = this.#deps.tables;
    if (notifications.lineage(row.id).includes(channelId)) return false;
    const { alertId, event, snapshot } = row;
    return !notifications.isNotified({ channelId, alertId, event, snapshot });
  }

  #bundle(row: NotificationRow, channelId: string, size: number, now: number): string | null {
    const { newId } = this.#deps;
    const { bundles } = this.#deps.tables;
    const origin = row.bundleId === null ? null : bundles.byId(row.bundleId);
    if (!origin) return null;
    const id = newId();
    const { kind, groupKey } = origin;
    // Closed in the same breath, since the one that still collects may have the same key.
    bundles.insert({
      id,
      channelId,
      kind,
      groupKey: `${groupKey} ${id}`,
      openedAt: now,
      dueAt: now,
      size,
    });
    bundles.freeze(id, now);
    return id;
  }
}
