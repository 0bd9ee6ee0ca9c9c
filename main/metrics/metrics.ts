import { Registry } from 'prom-client';
import type { Output } from '../contract/methods.ts';
import type { Writer } from '../store/writer.ts';
import { EventMetrics } from './event-metrics.ts';
import { KindNames } from './kind-names.ts';
import { mountProcessMetrics } from './process-metrics.ts';
import { jsonOf } from './metrics-json.ts';
import { mountStateMetrics, type StateMetricsDeps } from './state-metrics.ts';

export interface MetricsDeps extends StateMetricsDeps {
  readonly writer: Pick<Writer, 'onCommitted' | 'onFailed'>;
}

/**
 * What Prometheus may know. Counters and histograms hear of facts once they are committed; gauges are
 * counted at the scrape. There is no timer and nothing to stop. docs/metrics.md has all of it.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #clock;
  readonly #startedMonotonicMs: number;

  constructor(deps: MetricsDeps) {
    const kinds = new KindNames();
    const events = new EventMetrics(this.#registry, kinds);
    mountStateMetrics(this.#registry, deps, kinds);
    mountProcessMetrics(this.#registry, deps.clock);
    deps.writer.onCommitted(({ facts }) => events.record(facts));
    deps.writer.onFailed(() => events.saveFailed());
    this.#clock = deps.clock;
    this.#startedMonotonicMs = deps.clock.monotonicMs();
  }

  /** The media type of `text`. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** In Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/). */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** The same as JSON. */
  async json(): Promise<Output<'metrics.get'>> {
    const uptimeMs = this.#clock.monotonicMs() - this.#startedMonotonicMs;
    return { ...jsonOf(await this.#registry.getMetricsAsJSON()), uptime: uptimeMs / 1_000 };
  }
}
