import { defined } from '../base/assert.ts';
import type { Severity } from '../contract/primitives.ts';
import { Table } from './row-table.ts';

export interface ActiveAlerts {
  readonly severity: Severity;
  readonly kind: string;
  readonly count: number;
}

export interface ChannelTroubles {
  /** Enabled ones that are down or being probed. */
  readonly down: number;
  /** Those whose failures only a person can fix. */
  readonly attention: number;
  /** Those that somebody has paused. */
  readonly paused: number;
}

export interface HeldChannel {
  readonly channel: string;
  /** The moment at which the hold ends, ms UTC. */
  readonly until: number;
}

/** More failed rows than this need not be looked at to find one of the oldest. */
const FAILED_LOOKED_AT = 100;

/** The counts that the metrics read at each scrape. */
export class MetricCounts extends Table {
  /** Alerts that are not closed, the most frequent first. */
  activeAlerts(): ActiveAlerts[] {
    this.db.counts.write();
    return this.db.all(
      `SELECT severity, kind, sum(count) AS count FROM alert_counts
       WHERE state IN ('open', 'acknowledged') AND count > 0 GROUP BY severity, kind ORDER BY count DESC`,
    );
  }

  /** Every alert that is kept, open or closed. */
  alerts(): number {
    this.db.counts.write();
    return this.db.value<number>('SELECT sum(count) FROM alert_counts') ?? 0;
  }

  /**
   * Since when, ms UTC, the notification that has waited longest could have been delivered; null when
   * none waits. In the future when all of them wait on purpose. Disabled and paused channels do not count.
   */
  undeliveredSince(): number | null {
    // The first arm is an index seek for each channel. What is held on purpose has its due moment moved,
    // and a row that failed has it in the future: since when it has been tried is in its attempts.
    return this.db.value(
      `SELECT min(since) FROM (
         SELECT (SELECT n.due_at FROM notifications n
           WHERE n.channel_id = c.id AND n.status IN ('pending', 'failed') ORDER BY n.due_at LIMIT 1) AS since
         FROM channels c WHERE c.enabled = 1 AND c.paused_since IS NULL
         UNION ALL
         SELECT (SELECT min(t.started_at) FROM delivery_attempts t
           WHERE t.notification_id = f.id AND t.budget = f.budget)
         FROM (SELECT id, budget, channel_id FROM notifications
           WHERE status = 'failed' ORDER BY seq LIMIT ${FAILED_LOOKED_AT}) f
         JOIN channels c ON c.id = f.channel_id AND c.enabled = 1 AND c.paused_since IS NULL)`,
    );
  }

  /** Channels that their receivers hold for the number of messages. */
  rateLimited(now: number): HeldChannel[] {
    return this.db.all(
      `SELECT name AS channel, json_extract(throttle, '$.until') AS until FROM channels
       WHERE enabled = 1 AND json_extract(throttle, '$.refusals') > 0
         AND json_extract(throttle, '$.until') > ? ORDER BY name`,
      [now],
    );
  }

  channelTroubles(): ChannelTroubles {
    return defined(
      this.db.get<ChannelTroubles>(
        `SELECT count(*) FILTER (WHERE enabled = 1 AND health <> 'closed') AS down,
           count(*) FILTER (WHERE attention IS NOT NULL) AS attention,
           count(*) FILTER (WHERE paused_since IS NOT NULL) AS paused FROM channels`,
      ),
      'the counts',
    );
  }
}
