import type { NewId } from '../base/ids.ts';
import type { NotificationRow, ChangedRow } from '../store/notifications/notification-rows.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { ChannelService } from './channel-service.ts';
import type { DeadLetters } from './dead-letters.ts';

export interface MoveLettersDeps {
  readonly tables: Pick<Tables, 'notifications'>;
  readonly channels: Pick<ChannelService, 'get'>;
  readonly deadLetters: Pick<DeadLetters, 'requeue'>;
  readonly newId: NewId;
}

interface Ask {
  readonly channelId: string;
  readonly actor: string;
}

/**
 * Requeues dead letters through another channel: queues a copy there and cancels the dead letter, both in the
 * caller's transaction, so that each of them is always either dead or queued, and never twice. Tests are about
 * their own channel and stay.
 */
export class MoveLetters {
  readonly #deps: MoveLettersDeps;

  constructor(deps: MoveLettersDeps) {
    this.#deps = deps;
  }

  /** Returns the dead letters that moved; none when the channel was deleted meanwhile. */
  move(unit: Unit, seqs: readonly number[], ask: Ask, now: number): ChangedRow[] {
    const { channels, deadLetters } = this.#deps;
    const { notifications } = this.#deps.tables;
    const target = channels.get(ask.channelId);
    if (!target) return [];
    const rows = notifications.deadLetters.rows(seqs);
    const own = rows.filter(({ channelId }) => channelId === target.id);
    const others = rows.filter(
      ({ alertId, channelId }) => alertId !== null && channelId !== target.id,
    );
    const requeued = deadLetters.requeue(
      unit,
      own.map(({ seq }) => seq),
      ask.actor,
      now,
    );
    for (const row of others) this.#copy(unit, row, target, ask.actor, now);
    const moved = notifications.deadLetters.moved(
      others.map(({ seq }) => seq),
      now,
    );
    return [...requeued, ...moved];
  }

  /** One that the channel has queued or sent in its own right is not notified again. */
  #copy(
    unit: Unit,
    row: NotificationRow,
    target: { readonly id: string; readonly name: string },
    requeuedBy: string,
    now: number,
  ): void {
    const { notifications } = this.#deps.tables;
    const { alertId, event, snapshot } = row;
    if (alertId === null) return;
    const channelId = target.id;
    if (notifications.isNotified({ channelId, alertId, event, snapshot })) return;
    const id = this.#deps.newId();
    notifications.insert({
      ...{ id, alertId, event, snapshot, channelId, requeuedBy },
      conditionId: row.conditionId,
      channelName: target.name,
      isMessage: row.isMessage,
      dueAt: now,
      createdAt: now,
      routeId: row.routeId,
      loudness: row.loudness,
      bundleId: null,
      hold: null,
      fallbackOf: row.id,
    });
    unit.changed({ entity: 'notification', id });
    unit.enqueued(channelId);
  }
}
