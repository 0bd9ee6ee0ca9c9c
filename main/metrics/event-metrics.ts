import { Counter, Histogram, type Registry } from 'prom-client';
import { channelKind } from '../contract/channel-kind.ts';
import { severity } from '../contract/primitives.ts';
import { holdKind } from '../contract/suppression.ts';
import type { AttemptSettled, Fact, SuppressionReason } from '../store/unit.ts';

/** A minute to a week: from what was over before anybody looked to what nobody ever repaired. */
const ALERT_SECONDS = [
  10, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 259_200, 604_800,
];
/** From a service in the same house to one that is cut off for time. */
const DELIVERY_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const GROUP_SIZES = [1, 2, 5, 10, 20, 50, 100];

const REASONS: readonly SuppressionReason[] = [...holdKind.options, 'flapping', 'no_route'];

const counters = (registers: Registry[]) => ({
  fired: new Counter({
    name: 'belfry_alerts_fired_total',
    help: 'Alerts raised',
    labelNames: ['level', 'type'] as const,
    registers,
  }),
  resolved: new Counter({
    name: 'belfry_alerts_resolved_total',
    help: 'Alerts resolved; those that expired are not among them',
    labelNames: ['type'] as const,
    registers,
  }),
  acknowledged: new Counter({
    name: 'belfry_alerts_acknowledged_total',
    help: 'Alerts acknowledged, by a person or automatically',
    registers,
  }),
  suppressed: new Counter({
    name: 'belfry_alerts_suppressed_total',
    help: 'Times that notifications of an alert were held or not sent, by reason',
    labelNames: ['reason'] as const,
    registers,
  }),
  rateLimited: new Counter({
    name: 'belfry_alerts_rate_limited_total',
    help: 'Messages that a limit has held, each once: storm control, a channel, or its receiver',
    registers,
  }),
  sent: new Counter({
    name: 'belfry_notifications_sent_total',
    help: 'Delivery attempts of notifications, by kind of channel and success or failure',
    labelNames: ['method', 'status'] as const,
    registers,
  }),
  retries: new Counter({
    name: 'belfry_notification_retries_total',
    help: 'Delivery attempts after the first of their budget',
    labelNames: ['method'] as const,
    registers,
  }),
  deadLettered: new Counter({
    name: 'belfry_notification_dlq_total',
    help: 'Notifications that became dead letters',
    registers,
  }),
  grouped: new Counter({
    name: 'belfry_notifications_grouped_total',
    help: 'Messages delivered that spoke of several alerts at once',
    registers,
  }),
  escalations: new Counter({
    name: 'belfry_alert_escalations_total',
    help: 'Alerts that became worse, and escalation steps taken, by severity',
    labelNames: ['level'] as const,
    registers,
  }),
  saveErrors: new Counter({
    name: 'belfry_alert_history_save_errors_total',
    help: 'Writes that the disk or the database refused',
    registers,
  }),
});

const histograms = (registers: Registry[]) => ({
  alertDuration: new Histogram({
    name: 'belfry_alert_duration_seconds',
    help: 'How long resolved alerts had lasted',
    labelNames: ['type'] as const,
    buckets: ALERT_SECONDS,
    registers,
  }),
  deliveryDuration: new Histogram({
    name: 'belfry_notification_delivery_duration_seconds',
    help: 'How long delivery attempts took, by kind of channel; without those that were cut off',
    labelNames: ['method'] as const,
    buckets: DELIVERY_SECONDS,
    registers,
  }),
  groupSize: new Histogram({
    name: 'belfry_alerts_grouped_count',
    help: 'Notifications in messages that spoke of several at once',
    buckets: GROUP_SIZES,
    registers,
  }),
});

/** Counters and histograms: what happened since the start. Fed with facts that are committed, and only those. */
export class EventMetrics {
  readonly #counters;
  readonly #histograms;
  readonly #kinds: KindNames;

  constructor(registry: Registry, kinds: KindNames) {
    this.#counters = counters([registry]);
    this.#histograms = histograms([registry]);
    this.#kinds = kinds;
    this.#beginAtZero();
  }

  /** Counts the facts of one commit. Several channels that miss the same notification count once. */
  record(facts: readonly Fact[]): void {
    const suppressed = new Set<string>();
    for (const fact of facts) {
      if (fact.type === 'alert_suppressed') {
        const key = `${fact.alertId} ${fact.reason}`;
        if (suppressed.has(key)) continue;
        suppressed.add(key);
      }
      this.#count(fact);
    }
  }

  saveFailed(): void {
    this.#counters.saveErrors.inc();
  }

  #count(fact: Fact): void {
    const { fired, resolved, acknowledged, escalations, deadLettered, rateLimited } =
      this.#counters;
    switch (fact.type) {
      case 'alert_raised':
        fired.inc({ level: fact.severity, type: this.#kinds.nameOf(fact.kind) });
        return;
      case 'alert_resolved': {
        const type = this.#kinds.nameOf(fact.kind);
        resolved.inc({ type });
        this.#histograms.alertDuration.observe({ type }, Math.max(0, fact.durationMs) / 1_000);
        return;
      }
      case 'alert_expired':
        return;
      case 'alert_acknowledged':
        acknowledged.inc();
        return;
      case 'alert_escalated':
        escalations.inc({ level: fact.severity });
        return;
      case 'alert_suppressed':
        this.#counters.suppressed.inc({ reason: fact.reason });
        if (fact.reason === 'storm') rateLimited.inc();
        return;
      case 'rate_limited':
        rateLimited.inc();
        return;
      case 'attempt_settled':
        this.#attempted(fact);
        return;
      case 'dead_lettered':
        deadLettered.inc();
    }
  }

  #attempted({ channelKind: kind, outcome, number, durationMs, members }: AttemptSettled): void {
    const { sent, retries, grouped } = this.#counters;
    const method = kind ?? 'deleted';
    sent.inc({ method, status: outcome === 'sent' ? 'success' : 'failure' });
    if (number > 1) retries.inc({ method });
    if (members === 0) return;
    // Nobody knows how long one would have taken that we cut off ourselves.
    if (outcome !== 'interrupted') {
      this.#histograms.deliveryDuration.observe({ method }, durationMs / 1_000);
    }
    if (members < 2 || outcome !== 'sent') return;
    grouped.inc();
    this.#histograms.groupSize.observe(members);
  }

  /** A series that appears with its first event hides that event from `rate` and `increase`. */
  #beginAtZero(): void {
    const { sent, retries, suppressed, escalations } = this.#counters;
    for (const method of channelKind.options) {
      for (const status of ['success', 'failure']) sent.inc({ method, status }, 0);
      retries.inc({ method }, 0);
    }
    for (const reason of REASONS) suppressed.inc({ reason }, 0);
    for (const level of severity.options) escalations.inc({ level }, 0);
  }
}

/** Enough for every lab; each one is a separate time series in Prometheus, for each metric that has it. */
export const KINDS_MAX = 200;

/** The name under which every further kind is counted. */
export const OTHER = 'other';

/**
 * Senders choose what their alerts' kinds are called, so a broken or hostile one could fill the
 * memory here and in Prometheus with names. The first that come keep theirs, the rest share one.
 */
export class KindNames {
  readonly #known = new Set<string>();

  /** The label to count `kind` under. */
  nameOf(kind: string): string {
    if (this.#known.has(kind)) return kind;
    if (this.#known.size >= KINDS_MAX) return OTHER;
    this.#known.add(kind);
    return kind;
  }
}
