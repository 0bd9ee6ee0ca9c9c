import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { ShownConditions } from '../channels/channel-adapter.ts';
import { channelKind } from '../contract/channel-kind.ts';
import type { AlertSnapshot } from '../contract/notification.ts';
import { toSnapshot } from '../store/alerts/alert-rows.ts';
import type { ChannelRow } from '../store/channel-table.ts';
import type { Writer } from '../store/writer.ts';
import type { Tables } from '../store/tables.ts';
import type { ChannelService } from './channel-service.ts';

export interface StandingConnectionsDeps {
  readonly channels: ChannelService;
  readonly tables: Pick<Tables, 'shownAlerts'>;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** More open conditions than these are not shown again after a connect, and no more expired ones. */
const SHOWN_MAX = 5_000;
/** Retention keeps for as long what was delivered about an alert that has closed. */
const EXPIRED_MS = 7 * 86_400_000;

/**
 * The connections that some kinds of channel keep open between messages (MQTT). Modes: stopped → running →
 * stopped. While it runs, every enabled channel of such a kind has its connection, and no other has one.
 */
export class StandingConnections implements Service {
  readonly #deps: StandingConnectionsDeps;
  /** The channels that have one, as they were then. */
  readonly #attached = new Map<string, ChannelRow>();
  readonly #underWay = new Set<Promise<void>>();
  #isRunning = false;

  constructor(deps: StandingConnectionsDeps) {
    this.#deps = deps;
    deps.writer.onCommitted(({ changes, facts }) => {
      for (const change of changes) if (change.entity === 'channel') this.#look(change.id);
      for (const fact of facts) if (fact.type === 'alert_expired') this.#expired(fact.alertId);
    });
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (const { id } of this.#deps.channels.all()) this.#look(id);
  }

  async stop(): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#attached.clear();
    await Promise.all(this.#underWay);
    const { channels } = this.#deps;
    const ends = channelKind.options.map(async (kind) => channels.adapter(kind).close?.());
    await Promise.all(ends);
  }

  #look(id: string): void {
    if (!this.#isRunning) return;
    const { channels } = this.#deps;
    const before = this.#attached.get(id);
    const row = channels.get(id);
    if (row?.enabled === true) {
      if (before?.sealedConfig.equals(row.sealedConfig) === true) return;
      this.#attached.set(id, row);
      const shown = this.#shown(id);
      this.#track(row, async () =>
        channels.adapter(row.kind).attach?.(channels.config(row), id, shown),
      );
    } else if (before) {
      this.#attached.delete(id);
      this.#track(before, async () => channels.adapter(before.kind).detach?.(id));
    }
  }

  /** An expiry notifies nobody, but what shows the condition as a state must not show it as open. */
  #expired(alertId: string): void {
    for (const { id, kind } of this.#attached.values()) {
      this.#deps.channels.adapter(kind).showClosed?.(id, alertId);
    }
  }

  #shown(channelId: string): ShownConditions {
    return {
      standing: () => this.#standing(channelId),
      closed: (alertId) => this.#closed(channelId, alertId),
      failed: (error) => {
        const fields = { channelId, error: errorText(error) };
        this.#deps.logger.log('warn', 'Not all conditions could be shown', fields);
      },
    };
  }

  /** Reads one at a time, since minutes may pass between two of them and each must be true by then. */
  *#standing(channelId: string): Generator<AlertSnapshot, void, undefined> {
    const { clock } = this.#deps;
    const { shownAlerts } = this.#deps.tables;
    let row = shownAlerts.nextOpen(channelId, 0);
    for (let count = 0; row && count < SHOWN_MAX; count++) {
      yield toSnapshot(row);
      row = shownAlerts.nextOpen(channelId, row.seq);
    }
    const since = clock.now() - EXPIRED_MS;
    for (const id of shownAlerts.expiredIds({ channelId, since, limit: SHOWN_MAX })) {
      const expired = this.#closed(channelId, id);
      if (expired) yield expired;
    }
  }

  #closed(channelId: string, alertId: string): AlertSnapshot | null {
    const row = this.#deps.tables.shownAlerts.expired(channelId, alertId);
    return row && toSnapshot(row);
  }

  /** Tracks a change until it ends. A change that fails here fails for the next message too, which reports it. */
  #track({ id, kind }: ChannelRow, change: () => Promise<void>): void {
    const work: Promise<void> = change()
      .catch((error: unknown) => {
        const fields = { channelId: id, kind, error: errorText(error) };
        this.#deps.logger.log('warn', 'A connection that stays open could not be changed', fields);
      })
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }
}
