import { probeAtOnce } from '../domain/channel-health.ts';
import { released } from '../domain/throttle.ts';
import type { ChangedRow } from '../store/dead-letters.ts';
import type { LaneRepairTable } from '../store/lane-repairs.ts';
import type { Unit } from '../store/unit.ts';
import type { ChannelBook } from './channel-book.ts';
import { pauseText } from './pause.ts';

export interface RetriesDeps {
  readonly repairs: Pick<LaneRepairTable, 'retry'>;
  readonly channels: Pick<ChannelBook, 'get' | 'putHealth'>;
  /** Until when every lane is held; null when deliveries are not paused. */
  readonly pausedUntil: () => number | null;
}

/** "Retry now": what people make due before its time. */
export class Retries {
  readonly #deps: RetriesDeps;

  constructor(deps: RetriesDeps) {
    this.#deps = deps;
  }

  /**
   * Makes the pending and failed rows among `seqs` due now, and with them the earlier rows of their
   * conditions, which go first. A channel that is down is tried at once; one that its receiver limits, as
   * soon as a test would be. Returns what changed.
   */
  retry(unit: Unit, seqs: readonly number[], now: number): (ChangedRow & { seq: number })[] {
    const { repairs, channels } = this.#deps;
    const rows = repairs.retry(seqs, now);
    for (const { id } of rows) unit.changed({ entity: 'notification', id });
    for (const channelId of new Set(rows.map((row) => row.channelId))) {
      const channel = channels.get(channelId);
      if (channel && (channel.health.state === 'down' || channel.throttle !== null)) {
        const health =
          channel.health.state === 'down' ? probeAtOnce(channel.health, now) : channel.health;
        const throttle = channel.throttle && released(channel.throttle);
        channels.putHealth(unit, { ...channel, health, throttle });
      }
      unit.owes(channelId);
    }
    return rows;
  }

  /** What closes a channel's lane to everything, for people; null when nothing does. */
  heldBy(channelId: string): string | null {
    const channel = this.#deps.channels.get(channelId);
    const until = this.#deps.pausedUntil();
    if (channel?.enabled === false) return `${channel.name}, which is disabled`;
    if (channel?.attention?.holds === true) {
      return `${channel.name}, which needs attention: edit or test it`;
    }
    return until === null ? null : pauseText(until);
  }
}
