import { expect, test } from 'vitest';
import { KindNames, KINDS_MAX, OTHER } from '../../main/metrics/event-metrics.ts';
import { CoreFixture, firing } from '../support/core-fixture.ts';

test('the first kinds keep their names, whatever comes later', () => {
  const kinds = new KindNames();
  const names = Array.from({ length: KINDS_MAX + 50 }, (_, i) => `kind ${i}`);
  expect(names.map((name) => kinds.nameOf(name)).slice(0, KINDS_MAX)).toEqual(
    names.slice(0, KINDS_MAX),
  );
  expect(new Set(names.slice(KINDS_MAX).map((name) => kinds.nameOf(name)))).toEqual(
    new Set([OTHER]),
  );
  expect(kinds.nameOf('kind 0')).toBe('kind 0');
});

test('a sender that invents a kind for each event cannot fill Prometheus', async () => {
  await using fixture = await CoreFixture.start();
  const { core } = fixture;
  await core.alerts.ingest(
    Array.from({ length: 1_000 }, (_, i) => firing({ kind: `invented ${i}` })),
  );
  const { gauge, counter } = await core.metrics.json();
  for (const [name, numbers] of [
    ['belfry_alerts_active', gauge],
    ['belfry_alerts_fired_total', counter],
  ] as const) {
    const series = Object.entries(numbers).filter(([key]) => key.startsWith(`${name}{`));
    expect(series).toHaveLength(KINDS_MAX + 1);
    expect(numbers[`${name}{level="warning",type="other"}`]).toBe(1_000 - KINDS_MAX);
  }
});

test('a kind with quotes, backslashes and line breaks keeps the text readable', async () => {
  await using fixture = await CoreFixture.start();
  await fixture.core.alerts.ingest([firing({ kind: 'a"b\\c\nd' })]);
  expect(await fixture.core.metrics.text()).toContain(
    'belfry_alerts_fired_total{level="warning",type="a\\"b\\\\c\\nd"} 1\n',
  );
});
