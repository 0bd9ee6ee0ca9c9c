import { Registry, type MetricObjectWithValues, type MetricValue } from 'prom-client';
import type { Output } from '../contract/methods.ts';
import type { Writer } from '../store/writer.ts';
import { EventMetrics, KindNames } from './event-metrics.ts';
import { mountProcessMetrics } from './process-metrics.ts';
import { mountStateMetrics, type StateMetricsDeps } from './state-metrics.ts';

export interface MetricsDeps extends StateMetricsDeps {
  readonly writer: Pick<Writer, 'onCommitted' | 'onFailed'>;
}

/**
 * How many dead letters there are, under the name that alerts for certctl look for. It goes down with a
 * requeue, so it is no counter, and its suffix forbids a gauge: it has no type.
 */
const DEAD_TOTAL = {
  name: 'belfry_notification_dead_total',
  help: 'Notifications that are dead letters now',
};

const untyped = ({ name, help }: typeof DEAD_TOTAL, value: number): string =>
  `\n# HELP ${name} ${help}\n# TYPE ${name} untyped\n${name} ${value}\n`;

/**
 * The metrics for Prometheus. Counters and histograms hear of facts once they are committed; gauges are read
 * at the scrape. There is no timer and nothing to stop. docs/metrics.md has all of it.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #notifications;
  readonly #clock;
  readonly #startedAt: number;
  readonly #startedMonotonicMs: number;

  constructor(deps: MetricsDeps) {
    const kinds = new KindNames();
    const events = new EventMetrics(this.#registry, kinds);
    mountStateMetrics(this.#registry, deps, kinds);
    mountProcessMetrics(this.#registry, deps.clock);
    deps.writer.onCommitted(({ facts }) => events.record(facts));
    deps.writer.onFailed(() => events.saveFailed());
    this.#notifications = deps.tables.notifications;
    this.#clock = deps.clock;
    this.#startedAt = deps.clock.now();
    this.#startedMonotonicMs = deps.clock.monotonicMs();
  }

  /** In Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/). */
  async text(): Promise<string> {
    return `${await this.#registry.metrics()}${untyped(DEAD_TOTAL, this.#dead())}`;
  }

  /** The same as JSON. */
  async json(): Promise<Output<'metrics.get'>> {
    const { gauge, counter } = jsonOf(await this.#registry.getMetricsAsJSON());
    const dead = this.#dead();
    const uptimeMs = this.#clock.monotonicMs() - this.#startedMonotonicMs;
    return {
      gauge: { ...gauge, [DEAD_TOTAL.name]: dead },
      counter: { ...counter, notifications_dead_total: dead },
      uptime: {
        uptime_seconds: Math.floor(uptimeMs / 1_000),
        server_started: new Date(this.#startedAt).toISOString(),
        measured_at: new Date(this.#clock.now()).toISOString(),
      },
    };
  }

  #dead(): number {
    return this.#notifications.pages.unsettled().dead;
  }
}

type Numbers = Record<string, number>;
/** Of a histogram the sum, the count and each bucket have their own names. */
type NamedValue = MetricValue<string> & { readonly metricName?: string };

/**
 * Each series by its name as the text format writes it. The parts of a histogram only ever grow, so
 * they are counters here.
 */
export function jsonOf(metrics: readonly MetricObjectWithValues<MetricValue<string>>[]): {
  gauge: Numbers;
  counter: Numbers;
} {
  const gauge: Numbers = {};
  const counter: Numbers = {};
  for (const metric of metrics) {
    // Unlike the method that made this, its types know the kinds by number.
    const target = (metric.type as unknown) === 'gauge' ? gauge : counter;
    for (const value of metric.values as readonly NamedValue[]) {
      target[seriesName(value.metricName ?? metric.name, value.labels)] = value.value;
    }
  }
  return { gauge, counter };
}

function seriesName(name: string, labels: NamedValue['labels']): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(String(value))}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
