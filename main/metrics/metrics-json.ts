import type { MetricObjectWithValues, MetricValue } from 'prom-client';

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
