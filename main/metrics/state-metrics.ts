import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../base/clock.ts';
import type { OutboundHeartbeatStatus } from '../contract/outbound-heartbeat.ts';
import type { Severity } from '../contract/primitives.ts';
import type { DeliveryPause } from '../contract/system.ts';
import type { MetricCounts } from '../store/metric-counts.ts';
import type { Tables } from '../store/tables.ts';
import type { KindNames } from './event-metrics.ts';

export interface StateMetricsDeps {
  readonly tables: Pick<Tables, 'metricCounts' | 'notifications'>;
  readonly routes: { silentWays(): number };
  /** The pause that holds every lane; null when deliveries are not paused. */
  readonly deliveryPause: () => DeliveryPause | null;
  readonly outboundHeartbeat: { status(): OutboundHeartbeatStatus };
  readonly clock: Clock;
}

/** Mounts the gauges: the current state, read at each scrape. */
export function mountStateMetrics(
  registry: Registry,
  deps: StateMetricsDeps,
  kinds: KindNames,
): void {
  const { deliveryPause, outboundHeartbeat, clock } = deps;
  const { metricCounts, notifications } = deps.tables;
  const registers = [registry];
  const gauge: MountGauge = (name, help, read) =>
    new Gauge({
      name: `belfry_${name}`,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  mountActiveAlerts(registry, metricCounts, kinds);
  mountOutboundHeartbeat(registry, outboundHeartbeat);
  new Gauge({
    name: 'belfry_notification_queue_depth',
    help: 'Notifications that are not settled well, by status; the dead ones are the dead letters',
    labelNames: ['status'] as const,
    registers,
    collect() {
      const depth = notifications.pages.unsettled();
      for (const [status, count] of Object.entries(depth)) this.set({ status }, count);
    },
  });
  gauge('alert_history_size', 'Alerts kept, open and closed', () => metricCounts.alerts());
  gauge(
    'notification_oldest_pending_seconds',
    'For how long the notification that has waited longest could have been delivered; what is held on purpose does not count',
    () => {
      const since = deliveryPause() === null ? metricCounts.undeliveredSince() : null;
      return since === null ? 0 : Math.max(0, clock.now() - since) / 1_000;
    },
  );
  mountChannels(registry, gauge, deps);
}

type MountGauge = (name: string, help: string, read: () => number) => Gauge;

function mountChannels(
  registry: Registry,
  gauge: MountGauge,
  { tables: { metricCounts }, routes, clock }: StateMetricsDeps,
): void {
  gauge(
    'channels_down',
    'Channels that failed so often that only one message at a time is tried',
    () => metricCounts.channelTroubles().down,
  );
  gauge(
    'channels_needing_attention',
    'Channels with failures that only a person can fix',
    () => metricCounts.channelTroubles().attention,
  );
  gauge(
    'channels_rate_limited',
    'Channels that are rate limited by their receivers',
    () => metricCounts.rateLimited(clock.now()).length,
  );
  new Gauge({
    name: 'belfry_channel_rate_limited_until_seconds',
    help: 'Until when a channel is rate limited by its receiver, in seconds since 1970; absent when it is not',
    labelNames: ['channel'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const { channel, until } of metricCounts.rateLimited(clock.now())) {
        this.set({ channel }, until / 1_000);
      }
    },
  });
  gauge(
    'routes_without_channel',
    'Routes that notify no one, since every channel of theirs, or of a step, is disabled or gone; without routes, 1 while no channel is enabled',
    () => routes.silentWays(),
  );
  gauge(
    'channels_paused',
    'Channels that somebody has paused; what is queued for them waits',
    () => metricCounts.channelTroubles().paused,
  );
}

/** Without an address there is no series, or a rule would fire where nobody wants one. */
function mountOutboundHeartbeat(
  registry: Registry,
  heartbeat: StateMetricsDeps['outboundHeartbeat'],
): void {
  new Gauge({
    name: 'belfry_outbound_heartbeat_up',
    help: '1 while the outbound heartbeat is sent and accepted, 0 while it fails or is withheld',
    registers: [registry],
    collect() {
      const { enabled, lastAcceptedAt, failingSince, withheldSince } = heartbeat.status();
      const isUp = lastAcceptedAt !== null && failingSince === null && withheldSince === null;
      if (enabled) this.set(isUp ? 1 : 0);
      else this.remove();
    },
  });
}

/** A kind that was seen once stays, at zero: the graph of an ended kind must not break off. */
function mountActiveAlerts(registry: Registry, counts: MetricCounts, kinds: KindNames): void {
  const seen = new Map<string, { readonly level: Severity; readonly type: string }>();
  new Gauge({
    name: 'belfry_alerts_active',
    help: 'Alerts that are open or acknowledged, by severity and kind',
    labelNames: ['level', 'type'] as const,
    registers: [registry],
    collect() {
      for (const labels of seen.values()) this.set(labels, 0);
      for (const { severity: level, kind, count } of counts.activeAlerts()) {
        const labels = { level, type: kinds.nameOf(kind) };
        seen.set(`${level} ${labels.type}`, labels);
        this.inc(labels, count);
      }
    },
  });
}
