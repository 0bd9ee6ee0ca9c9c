import type { AlertState } from '../../main/contract/alert.ts';
import type {
  AttemptOutcome,
  CancelReason,
  NotificationEvent,
  NotificationStatus,
} from '../../main/contract/notification.ts';
import type { Severity } from '../../main/contract/primitives.ts';
import type { RouteDefinition } from '../../main/contract/route.ts';
import type { DeliveryPause } from '../../main/contract/system.ts';
import type { Db } from '../../main/store/database.ts';

export interface AlertRecord {
  readonly id: string;
  readonly condition_id: number;
  readonly source: string;
  readonly host: string;
  readonly kind: string;
  readonly dedup_key: string;
  readonly state: AlertState;
  readonly severity: Severity;
  readonly closed_at: number | null;
  readonly snoozed_until: number | null;
  readonly is_message: 0 | 1;
  readonly occurrences: number;
  readonly labels: string;
}

export interface NotificationRecord {
  readonly seq: number;
  readonly id: string;
  readonly alert_id: string | null;
  readonly condition_id: number | null;
  readonly channel_id: string;
  readonly event: NotificationEvent;
  readonly status: NotificationStatus;
  readonly due_at: number | null;
  readonly budget: number;
  readonly retry_count: number;
  readonly max_attempts: number | null;
  readonly last_error_class: string | null;
  readonly cancel_reason: CancelReason | null;
  readonly hold_kind: string | null;
  readonly bundle_id: string | null;
  readonly fallback_of: string | null;
  readonly requeued_by: string | null;
  readonly loudness: number;
  readonly is_message: 0 | 1;
  readonly past_holds: 0 | 1;
  readonly created_at: number;
  readonly updated_at: number;
  readonly snapshot: string;
}

export interface TimelineRecord {
  readonly alert_id: string;
  readonly at: number;
  readonly type: string;
  readonly channel_reason: string | null;
}

export interface AttemptRecord {
  readonly notification_id: string;
  readonly budget: number;
  readonly number: number;
  readonly outcome: AttemptOutcome;
  readonly failure_class: string | null;
}

export interface ChannelRecord {
  readonly id: string;
  readonly name: string;
  readonly enabled: 0 | 1;
  readonly retry: string;
  readonly rate_limit: string | null;
  readonly health: string;
  readonly failures: number;
  readonly attention: string | null;
  readonly throttle: string | null;
  readonly paused_since: number | null;
  readonly paused_until: number | null;
  readonly created_at: number;
}

export interface RouteRecord extends RouteDefinition {
  readonly id: string;
}

interface RuleRecord {
  readonly id: string;
  readonly updated_at: number;
}

export interface SilenceRecord extends RuleRecord {
  readonly matchers: string;
  readonly starts_at: number;
  readonly ends_at: number;
}

export interface MaintenanceRecord extends RuleRecord {
  readonly matchers: string;
  readonly schedule: string;
}

export interface InhibitionRecord extends RuleRecord {
  readonly source_matchers: string;
  readonly target_matchers: string;
}

/** The database's contents, read with the simulator's own statements: it depends on the schema alone. */
export class Records {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  alerts(): AlertRecord[] {
    return this.#all('SELECT * FROM alerts ORDER BY seq');
  }

  alert(id: string): AlertRecord | undefined {
    return this.#all<AlertRecord>('SELECT * FROM alerts WHERE id = ?', id)[0];
  }

  notifications(): NotificationRecord[] {
    return this.#all('SELECT * FROM notifications ORDER BY seq');
  }

  /** The rows that are on their way under one id: a notification's, or a bundle's. */
  sending(messageId: string): NotificationRecord[] {
    return this.#all(
      "SELECT * FROM notifications WHERE status = 'sending' AND (id = ? OR bundle_id = ?) ORDER BY seq",
      messageId,
      messageId,
    );
  }

  /** Returns the other notifications queued for a row's condition on its channel. */
  sameStory({ channel_id, condition_id, seq }: NotificationRecord): NotificationRecord[] {
    return this.#all(
      'SELECT * FROM notifications WHERE channel_id = ? AND condition_id = ? AND seq <> ?',
      channel_id,
      condition_id,
      seq,
    );
  }

  /** Returns when an alert was raised by Belfry's clock; null when there is no such alert. */
  raisedAt(alertId: string): number | null {
    return this.#lastOf(alertId, 'raised');
  }

  /** Returns when an alert was last snoozed; null when it never was. */
  lastSnoozedAt(alertId: string): number | null {
    return this.#lastOf(alertId, 'snoozed');
  }

  #lastOf(alertId: string, type: string): number | null {
    const [row] = this.#all<{ at: number | null }>(
      'SELECT max(at) AS at FROM alert_events WHERE alert_id = ? AND type = ?',
      alertId,
      type,
    );
    return row?.at ?? null;
  }

  timeline(): TimelineRecord[] {
    return this.#all('SELECT * FROM alert_events ORDER BY id');
  }

  attempts(): AttemptRecord[] {
    return this.#all('SELECT * FROM delivery_attempts ORDER BY id');
  }

  channels(): ChannelRecord[] {
    return this.#all('SELECT * FROM channels ORDER BY created_at, id');
  }

  routes(): RouteRecord[] {
    const rows = this.#all<{ id: string; definition: string }>(
      'SELECT id, definition FROM routes WHERE enabled = 1 ORDER BY position',
    );
    return rows.map(({ id, definition }) => ({
      ...(JSON.parse(definition) as RouteDefinition),
      id,
    }));
  }

  silences(): SilenceRecord[] {
    return this.#all('SELECT * FROM silences');
  }

  maintenance(): MaintenanceRecord[] {
    return this.#all('SELECT * FROM maintenance_windows');
  }

  inhibitions(): InhibitionRecord[] {
    return this.#all('SELECT * FROM inhibitions');
  }

  /** A value of the settings table; null when there is none. */
  setting<T>(key: string): T | null {
    const [row] = this.#all<{ value: string }>('SELECT value FROM settings WHERE key = ?', key);
    return row ? (JSON.parse(row.value) as T) : null;
  }

  /** The pause of all deliveries at a moment (ms UTC); null when there is none. */
  pause(now: number): DeliveryPause | null {
    const until = this.setting<number>('pausedUntil');
    if (until !== null) return until > now ? { until } : null;
    return this.setting('pausedSince') === null ? null : { until: null };
  }

  /** Returns when something was last done, by the audit log; null for never. */
  lastDone(action: string): number | null {
    const [row] = this.#all<{ at: number | null }>(
      'SELECT max(at) AS at FROM audit_log WHERE action = ?',
      action,
    );
    return row?.at ?? null;
  }

  #all<T>(sql: string, ...bound: (string | number | null)[]): T[] {
    return this.#db.all(sql, bound);
  }
}
