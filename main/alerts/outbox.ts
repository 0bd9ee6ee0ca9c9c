import type { NotificationEvent } from '../contract/notification.ts';
import type { ChannelBook } from '../queue/channel-book.ts';
import { toAlert, type AlertRow } from '../store/alert-rows.ts';
import type { NotificationTable } from '../store/notifications.ts';
import type { Unit } from '../store/unit.ts';

export interface OutboxDeps {
  readonly notifications: NotificationTable;
  readonly channels: Pick<ChannelBook, 'enabled' | 'get'>;
  readonly newId: () => string;
}

/** Decides to whom an alert's events are owed, and owes them in the alert's own transaction. */
export class Outbox {
  readonly #deps: OutboxDeps;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
  }

  /** A new alert is owed to every enabled channel. */
  oweToAll(unit: Unit, alert: AlertRow, event: NotificationEvent, now: number): void {
    const channels = this.#deps.channels.enabled().map(({ id }) => id);
    this.#owe(unit, alert, event, channels, now);
  }

  /** What follows is owed to exactly those that were told of it, disabled ones included: theirs waits. */
  oweToTold(unit: Unit, alert: AlertRow, event: NotificationEvent, now: number): void {
    this.#owe(unit, alert, event, this.#deps.notifications.toldChannels(alert.id), now);
  }

  /** What still waits for an alert that has resolved is old news; its `resolved` says when it began. */
  supersede(unit: Unit, alert: AlertRow, now: number): void {
    for (const id of this.#deps.notifications.supersede(alert.id, now)) {
      unit.changed({ entity: 'notification', id });
    }
    // Dead ones stay, and are shown as obsolete from now on.
    for (const id of this.#deps.notifications.deadOfAlert(alert.id)) {
      unit.changed({ entity: 'notification', id });
    }
  }

  #owe(
    unit: Unit,
    alert: AlertRow,
    event: NotificationEvent,
    channelIds: readonly string[],
    now: number,
  ): void {
    if (channelIds.length === 0) return;
    const { endsAt: _endsAt, ...snapshot } = toAlert(alert);
    for (const channelId of channelIds) {
      const channel = this.#deps.channels.get(channelId);
      if (!channel) continue;
      const id = this.#deps.newId();
      this.#deps.notifications.insert({
        id,
        alertId: alert.id,
        conditionId: alert.conditionId,
        channelId,
        channelName: channel.name,
        event,
        snapshot,
        dueAt: now,
        createdAt: now,
      });
      unit.changed({ entity: 'notification', id });
      unit.owes(channelId);
    }
  }
}
