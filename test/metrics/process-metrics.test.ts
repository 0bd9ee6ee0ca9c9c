import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { mountProcessMetrics } from '../../main/metrics/process-metrics.ts';

test('every metric of the process has a number at the first scrape, and nothing is left running', async () => {
  const before = process.getActiveResourcesInfo();
  const registry = new Registry();
  mountProcessMetrics(registry, systemClock);
  const metrics = await registry.getMetricsAsJSON();
  for (const { name, values } of metrics) {
    expect(
      values.map(({ value }) => value),
      name,
    ).toEqual([expect.toSatisfy((value: number) => value > 0)]);
  }
  expect(process.getActiveResourcesInfo()).toEqual(before);
});

test('CPU time grows by what was spent since the last scrape', async () => {
  const registry = new Registry();
  mountProcessMetrics(registry, systemClock);
  const total = async () => {
    const metrics = await registry.getMetricsAsJSON();
    const metric = metrics.find(({ name }) => name === 'process_cpu_seconds_total');
    return metric?.values[0]?.value ?? 0;
  };
  const first = await total();
  const { user, system } = process.cpuUsage();
  expect(await total()).toBeGreaterThan(first);
  expect(first).toBeLessThanOrEqual((user + system) / 1e6);
});
