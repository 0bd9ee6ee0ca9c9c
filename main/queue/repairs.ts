import type { DeliveryPause } from '../contract/system.ts';
import { repairedDueAt } from '../domain/retry-policy.ts';
import type { Scheduled } from '../scheduler/scheduler.ts';
import { TaskWork, type TaskDeps } from '../scheduler/task-work.ts';
import type { ChannelRow } from '../store/channel-table.ts';
import type { LaneRepair } from '../store/notifications/lane-repair-table.ts';
import type { WaitingRow } from '../store/notifications/waiting-rows.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { ChannelService } from './channel-service.ts';
import { isHeld } from './channel-facts.ts';
import type { RepairReason } from './channel-change.ts';
import type { RateGate } from './rate-gate.ts';

export interface RepairsDeps extends TaskDeps {
  readonly tables: Pick<Tables, 'repairs' | 'notifications'>;
  readonly channels: Pick<ChannelService, 'get'>;
  readonly rateGate: Pick<RateGate, 'drainMs'>;
  /** The pause that holds every lane; null when deliveries are not paused. */
  readonly deliveryPause: () => DeliveryPause | null;
}

/** The lane is filled up to this many due rows, so that a fresh alert never waits behind thousands. */
const BATCH = 50;
/** A receiver that has just come back must not be flooded. */
const BETWEEN_BATCHES_MS = 250;
/** Between two looks at a lane that is held or down. */
const BLOCKED_RETRY_MS = 60_000;
/** Rows read in one transaction. */
const READ_MAX = 500;

/** A pass over the failed rows of one channel. */
interface Pass extends LaneRepair {
  /** The seq of the last row that was handled. */
  readonly after: number;
  /** The moment at which to continue, ms UTC. */
  readonly dueAt: number;
}

/**
 * Ends the waits of failed rows once their channel is repaired, in batches that follow the lane as it
 * empties. A success says nothing about a row that the receiver refuses while it takes others. So each
 * repair makes a row due early once; if it fails again, it waits as the retry policy says. Only a wait
 * that the receiver asked for beyond the policy is still shortened to the policy. Held rows are left
 * alone. A pass that a restart cut off begins again.
 */
export class Repairs implements Scheduled {
  readonly #deps: RepairsDeps;
  readonly #passes = new Map<string, Pass>();
  readonly #work: TaskWork;

  constructor(deps: RepairsDeps) {
    this.#deps = deps;
    this.#work = new TaskWork(deps);
    for (const repair of deps.tables.repairs.underWay()) {
      this.#passes.set(repair.channelId, { ...repair, after: 0, dueAt: 0 });
    }
  }

  /** Begins a pass over the channel's rows, in the transaction of what repaired it. */
  begin(unit: Unit, channelId: string, reason: RepairReason | 'test' | 'success'): void {
    const counts = reason === 'configuration' || reason === 'test';
    const pass = reason === 'policy' ? 'policy' : 'due';
    const repair = this.#deps.tables.repairs.begin(channelId, pass, counts);
    this.#put(unit, channelId, { ...repair, after: 0, dueAt: 0 });
    unit.enqueued(channelId);
  }

  nextDueAt(): number | null {
    if (this.#work.busy || this.#passes.size === 0) return null;
    const dueAt = [...this.#passes.values()].map((pass) => pass.dueAt);
    return this.#work.turnFor(Math.min(...dueAt));
  }

  run(now: number): void {
    this.#work.begin(
      this.#deps.writer.submit((unit) => {
        for (const pass of this.#passes.values()) {
          if (pass.dueAt <= now) this.#continue(unit, pass);
        }
      }),
      'Could not shorten waits after a repair',
    );
  }

  clockChanged(): void {
    for (const [id, pass] of this.#passes) this.#passes.set(id, { ...pass, dueAt: 0 });
  }

  /** Handles one batch of one channel. */
  #continue(unit: Unit, pass: Pass): void {
    const { channels, rateGate, clock, deliveryPause } = this.#deps;
    const { repairs, notifications } = this.#deps.tables;
    const { channelId } = pass;
    const now = clock.now();
    const channel = channels.get(channelId);
    if (!channel) return this.#put(unit, channelId, null);
    if (isHeld(channel) || deliveryPause() !== null) {
      return this.#put(unit, channelId, { ...pass, dueAt: now + BLOCKED_RETRY_MS });
    }
    const rows = notifications.waiting.failed({
      channelId,
      after: pass.after,
      now,
      limit: READ_MAX,
    });
    const after = this.#hasten(unit, channel, { pass, rows, now });
    if (after === null && rows.length < READ_MAX) {
      repairs.finish(channelId);
      return this.#put(unit, channelId, null);
    }
    const waitMs =
      channel.health.state === 'closed'
        ? Math.max(
            BETWEEN_BATCHES_MS,
            this.#isFull(channelId, now) ? rateGate.drainMs(channel, BATCH) : 0,
          )
        : BLOCKED_RETRY_MS;
    const next = after ?? rows.at(-1)?.seq ?? pass.after;
    this.#put(unit, channelId, { ...pass, after: next, dueAt: now + waitMs });
  }

  #isFull(channelId: string, now: number): boolean {
    return this.#deps.tables.notifications.countDue(channelId, now, BATCH) >= BATCH;
  }

  /** Returns the seq after which to continue; null when all of the rows were handled. */
  #hasten(
    unit: Unit,
    channel: ChannelRow,
    {
      pass,
      rows,
      now,
    }: { readonly pass: Pass; readonly rows: readonly WaitingRow[]; readonly now: number },
  ): number | null {
    const { notifications } = this.#deps.tables;
    // One at least: what fills the lane may wait for a row that is still to come.
    let room = Math.max(1, BATCH - notifications.countDue(channel.id, now, BATCH));
    let last = pass.after;
    if (rows.length > 0) unit.enqueued(channel.id);
    for (const row of rows) {
      const isFirst = pass.pass === 'due' && (row.hastenedBy ?? -1) < pass.number;
      const dueAt = isFirst ? now : repairedDueAt(channel.retry, row, now);
      if (dueAt < row.dueAt) {
        if (dueAt <= now && room === 0) return last;
        if (dueAt <= now) room--;
        const hastenedBy = isFirst ? pass.number : row.hastenedBy;
        const id = notifications.waiting.hasten({ seq: row.seq, dueAt, hastenedBy });
        if (id !== null) unit.changed({ entity: 'notification', id });
      }
      last = row.seq;
    }
    return null;
  }

  #put(unit: Unit, channelId: string, pass: Pass | null): void {
    const before = this.#passes.get(channelId) ?? null;
    unit.onUndone(() => this.#set(channelId, before));
    this.#set(channelId, pass);
  }

  #set(channelId: string, pass: Pass | null): void {
    if (pass) this.#passes.set(channelId, pass);
    else this.#passes.delete(channelId);
  }
}
