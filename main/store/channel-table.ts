import type { FailureClass } from '../contract/failure-class.ts';
import type {
  BreakerState,
  ChannelAttention,
  ChannelHealth,
  ChannelPause,
  ChannelThrottle,
  RateLimit,
  RetryPolicy,
} from '../contract/channel.ts';
import type { Language } from '../contract/language.ts';
import { CHANNEL_KINDS, type ChannelKind } from '../contract/channel-kind.ts';
import { withoutSecrets } from '../contract/field.ts';
import { holdsLane } from '../domain/channel-health.ts';
import type { Db } from './database.ts';

export interface ChannelRow {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly name: string;
  readonly enabled: boolean;
  readonly paused: ChannelPause | null;
  readonly sealedConfig: Buffer;
  readonly target: string;
  readonly configured: readonly string[];
  /** The fields that are no secret, by today's rule: rows may be older than it. */
  readonly shownConfig: Readonly<Record<string, unknown>>;
  readonly retry: RetryPolicy;
  /** Null is the kind's own, if it has one. */
  readonly rateLimit: RateLimit | null;
  readonly fallbackChannelId: string | null;
  readonly autoRequeue: boolean;
  readonly resolveOnlyIfDelivered: boolean;
  /** Of its messages; null is that of the settings. */
  readonly language: Language | null;
  readonly health: ChannelHealth;
  readonly attention: ChannelAttention | null;
  /** Set while the receiver has asked for fewer messages. */
  readonly throttle: ChannelThrottle | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

interface StoredHealth {
  health: BreakerState;
  failures: number;
  failing_since: number | null;
  last_failure: string | null;
  probe_at: number | null;
  attention_class: FailureClass | null;
  attention: string | null;
  attention_since: number | null;
  throttle: string | null;
  rejections: number;
  worked_at: number | null;
}

interface Stored extends StoredHealth {
  id: string;
  kind: ChannelKind;
  name: string;
  enabled: number;
  paused_since: number | null;
  paused_until: number | null;
  config: Buffer;
  target: string;
  configured: string;
  shown_config: string;
  retry: string;
  rate_limit: string | null;
  fallback_channel_id: string | null;
  auto_requeue: number;
  resolve_only_if_delivered: number;
  language: Language | null;
  created_at: number;
  updated_at: number;
}

const toAttention = (stored: StoredHealth): ChannelAttention | null =>
  stored.attention_class === null || stored.attention_since === null
    ? null
    : {
        holds: holdsLane(stored.attention_class),
        class: stored.attention_class,
        message: stored.attention ?? '',
        since: stored.attention_since,
      };

const toRow = (stored: Stored): ChannelRow => ({
  id: stored.id,
  kind: stored.kind,
  name: stored.name,
  enabled: stored.enabled === 1,
  paused:
    stored.paused_since === null
      ? null
      : { since: stored.paused_since, until: stored.paused_until },
  sealedConfig: stored.config,
  target: stored.target,
  configured: JSON.parse(stored.configured) as string[],
  shownConfig: withoutSecrets(
    CHANNEL_KINDS[stored.kind].config,
    JSON.parse(stored.shown_config) as Record<string, unknown>,
  ),
  retry: JSON.parse(stored.retry) as RetryPolicy,
  rateLimit: stored.rate_limit === null ? null : (JSON.parse(stored.rate_limit) as RateLimit),
  fallbackChannelId: stored.fallback_channel_id,
  autoRequeue: stored.auto_requeue === 1,
  resolveOnlyIfDelivered: stored.resolve_only_if_delivered === 1,
  language: stored.language,
  health: {
    state: stored.health,
    failures: stored.failures,
    failingSince: stored.failing_since,
    lastFailure: stored.last_failure,
    probeAt: stored.probe_at,
    rejections: stored.rejections,
    workedAt: stored.worked_at,
  },
  attention: toAttention(stored),
  throttle: stored.throttle === null ? null : (JSON.parse(stored.throttle) as ChannelThrottle),
  createdAt: stored.created_at,
  updatedAt: stored.updated_at,
});

/** How a channel's deliveries have gone of late, and what its lane lets pass because of it. */
type Standing = Pick<ChannelRow, 'health' | 'attention' | 'throttle'>;

const toStoredHealth = ({ health, attention, throttle }: Standing): StoredHealth => ({
  health: health.state,
  failures: health.failures,
  failing_since: health.failingSince,
  last_failure: health.lastFailure,
  probe_at: health.probeAt,
  attention_class: attention?.class ?? null,
  attention: attention?.message ?? null,
  attention_since: attention?.since ?? null,
  throttle: throttle === null ? null : JSON.stringify(throttle),
  rejections: health.rejections,
  worked_at: health.workedAt,
});

const toStored = (row: ChannelRow): Stored => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  enabled: row.enabled ? 1 : 0,
  paused_since: row.paused?.since ?? null,
  paused_until: row.paused?.until ?? null,
  config: row.sealedConfig,
  target: row.target,
  configured: JSON.stringify(row.configured),
  shown_config: JSON.stringify(row.shownConfig),
  retry: JSON.stringify(row.retry),
  rate_limit: row.rateLimit === null ? null : JSON.stringify(row.rateLimit),
  fallback_channel_id: row.fallbackChannelId,
  auto_requeue: row.autoRequeue ? 1 : 0,
  resolve_only_if_delivered: row.resolveOnlyIfDelivered ? 1 : 0,
  language: row.language,
  ...toStoredHealth(row),
  created_at: row.createdAt,
  updated_at: row.updatedAt,
});

const SQL = {
  put: `INSERT INTO channels (id, kind, name, enabled, paused_since, paused_until, config, target, configured, shown_config, retry, rate_limit,
      fallback_channel_id, auto_requeue, resolve_only_if_delivered, language, health, failures, failing_since,
      last_failure, probe_at, attention_class, attention, attention_since, throttle, rejections, worked_at, created_at, updated_at)
    VALUES (@id, @kind, @name, @enabled, @paused_since, @paused_until, @config, @target, @configured, @shown_config, @retry, @rate_limit,
      @fallback_channel_id, @auto_requeue, @resolve_only_if_delivered, @language, @health, @failures, @failing_since,
      @last_failure, @probe_at, @attention_class, @attention, @attention_since, @throttle, @rejections, @worked_at, @created_at, @updated_at)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, enabled = excluded.enabled,
      paused_since = excluded.paused_since, paused_until = excluded.paused_until,
      config = excluded.config, target = excluded.target, configured = excluded.configured,
      shown_config = excluded.shown_config, retry = excluded.retry, rate_limit = excluded.rate_limit,
      fallback_channel_id = excluded.fallback_channel_id, auto_requeue = excluded.auto_requeue,
      resolve_only_if_delivered = excluded.resolve_only_if_delivered, language = excluded.language, health = excluded.health,
      failures = excluded.failures, failing_since = excluded.failing_since,
      last_failure = excluded.last_failure, probe_at = excluded.probe_at,
      attention_class = excluded.attention_class, attention = excluded.attention,
      attention_since = excluded.attention_since, throttle = excluded.throttle,
      rejections = excluded.rejections, worked_at = excluded.worked_at, updated_at = excluded.updated_at`,
  health: `UPDATE channels SET health = @health, failures = @failures, failing_since = @failing_since,
      last_failure = @last_failure, probe_at = @probe_at, attention_class = @attention_class,
      attention = @attention, attention_since = @attention_since, throttle = @throttle,
      rejections = @rejections, worked_at = @worked_at
    WHERE id = @id`,
  clearFallback: `UPDATE channels SET fallback_channel_id = NULL WHERE fallback_channel_id = ? RETURNING id`,
};

export class ChannelTable {
  readonly #all;
  readonly #put;
  readonly #health;
  readonly #clearFallback;
  readonly #delete;

  constructor(db: Db) {
    this.#all = db.prepare<[], Stored>('SELECT * FROM channels ORDER BY name, id');
    this.#put = db.prepare<Stored>(SQL.put);
    this.#health = db.prepare<StoredHealth & { id: string }>(SQL.health);
    this.#clearFallback = db.prepare<[string], string>(SQL.clearFallback).pluck();
    this.#delete = db.prepare<[string]>('DELETE FROM channels WHERE id = ?');
  }

  all(): ChannelRow[] {
    return this.#all.all().map(toRow);
  }

  /** Inserts, or replaces everything but kind and creation time. */
  put(row: ChannelRow): void {
    this.#put.run(toStored(row));
  }

  /** How its deliveries go, and nothing else about it. */
  putHealth(row: Standing & Pick<ChannelRow, 'id'>): void {
    this.#health.run({ id: row.id, ...toStoredHealth(row) });
  }

  /** Nobody falls back to it any more; answers who did. */
  clearFallback(id: string): string[] {
    return this.#clearFallback.all(id);
  }

  delete(id: string): boolean {
    return this.#delete.run(id).changes === 1;
  }
}
