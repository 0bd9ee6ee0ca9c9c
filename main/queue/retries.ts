import type { RetrySelection } from '../contract/notification.ts';
import type { HoldReason } from '../contract/reasons/hold-reasons.ts';
import type { DeliveryPause } from '../contract/system.ts';
import { probeAtOnce } from '../domain/channel-health.ts';
import { channelPauseReason, deliveryPauseReason } from '../domain/pauses.ts';
import { released } from '../domain/throttle.ts';
import type { ChangedRow } from '../store/notifications/notification-rows.ts';
import { boundSearch } from '../store/search-terms.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { ChannelService } from './channel-service.ts';
import { byFilter, byId, type Selected } from './dead-letters.ts';

export interface RetriesDeps {
  readonly tables: Pick<Tables, 'notifications'>;
  readonly channels: Pick<ChannelService, 'get' | 'putHealth'>;
  /** The pause that holds every lane; null when deliveries are not paused. */
  readonly deliveryPause: () => DeliveryPause | null;
}

/** Rows looked at in one turn of the event loop. */
const STRETCH = 2_000;

const ALL = { unknown: 0, skipped: 0, named: false };

/** "Retry now": what people make due before its time. */
export class Retries {
  readonly #deps: RetriesDeps;

  constructor(deps: RetriesDeps) {
    this.#deps = deps;
  }

  /**
   * Makes the pending and failed rows among `seqs` due now, and with them the earlier rows of their
   * conditions, which go first. A channel that is down is tried at once; one that its receiver limits, as
   * soon as a test would be. Held ones are left out unless each was `named`. `tries` is false for all but
   * the first rows of many, or each batch would spend an attempt on a channel that is down.
   */
  retry(
    unit: Unit,
    seqs: readonly number[],
    { named, tries }: { readonly named: boolean; readonly tries: boolean },
    now: number,
  ): (ChangedRow & { seq: number })[] {
    const { channels } = this.#deps;
    const { notifications } = this.#deps.tables;
    const rows = notifications.waiting.retry(seqs, named, now);
    for (const { id } of rows) unit.changed({ entity: 'notification', id });
    for (const channelId of new Set(rows.map((row) => row.channelId))) {
      const channel = channels.get(channelId);
      if (tries && channel && (channel.health.state === 'down' || channel.throttle !== null)) {
        const health =
          channel.health.state === 'down' ? probeAtOnce(channel.health, now) : channel.health;
        const throttle = channel.throttle && released(channel.throttle);
        channels.putHealth(unit, { ...channel, health, throttle });
      }
      unit.enqueued(channelId);
    }
    return rows;
  }

  /** The rows that are meant, as they are now. A filter skips what is held on purpose. */
  async select({ ids, filter }: RetrySelection): Promise<Selected> {
    const { waiting, pages } = this.#deps.tables.notifications;
    if (ids) {
      const wanted = new Set(ids);
      const seqs = pages.named([...wanted]).map(({ seq }) => seq);
      return { ...ALL, seqs, unknown: wanted.size - seqs.length, named: true, audited: byId };
    }
    const { channelId = null, alertId = null, q } = filter ?? {};
    const given = { channelId, alertId, ...boundSearch(q), limit: STRETCH };
    const seqs: number[] = [];
    let skipped = 0;
    for (const status of ['pending', 'failed'] as const) {
      for (let after: number | null = 0; after !== null;) {
        const found = waiting.scan({ ...given, status, after });
        for (const seq of found.seqs) seqs.push(seq);
        skipped += found.held;
        after = found.end;
        if (after !== null) await new Promise(setImmediate);
      }
    }
    const audited = byFilter(filter);
    // One that failed between the two looks was found twice.
    return { ...ALL, seqs: [...new Set(seqs)].sort((a, b) => a - b), skipped, audited };
  }

  /** Returns what closes a channel's lane to everything; null when nothing does. */
  heldBy(channelId: string): HoldReason | null {
    const channel = this.#deps.channels.get(channelId);
    const pause = this.#deps.deliveryPause();
    if (channel?.enabled === false) {
      return { code: 'hold.channel_disabled', params: { channel: channel.name } };
    }
    if (channel?.attention?.holds === true) {
      return { code: 'hold.channel_attention', params: { channel: channel.name } };
    }
    if (pause) return deliveryPauseReason(pause);
    return channel?.paused ? channelPauseReason(channel.paused) : null;
  }
}
