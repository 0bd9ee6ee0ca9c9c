import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CoreFixture } from '../support/core-fixture.ts';

const read = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

/** The suffixes by which a query may name the parts of a histogram. */
const PARTS = /_(bucket|sum|count)$/;

async function existing(): Promise<Set<string>> {
  await using fixture = await CoreFixture.start();
  const text = await fixture.core.metrics.text();
  return new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? ''));
}

const named = (text: string): string[] => [
  ...new Set(text.match(/\b(?:belfry|process|nodejs)_[a-z_]+\b/g)),
];

test.for(['grafana-dashboard.json', 'prometheus-rules.yml'])(
  'every metric in %s exists',
  async (name) => {
    const metrics = await existing();
    const wanted = named(read(name));
    expect(wanted.length).toBeGreaterThan(3);
    const unknown = wanted.filter(
      (metric) => !metrics.has(metric) && !metrics.has(metric.replace(PARTS, '')),
    );
    expect(unknown).toEqual([]);
  },
);

test('docs/metrics.md has every metric and no other', async () => {
  const here = (name: string) => name !== 'process_open_fds' || process.platform === 'linux';
  expect(new Set(named(read('metrics.md')).filter(here))).toEqual(await existing());
});

test('the dashboard is one that Grafana can import: ids once each, panels beside each other', () => {
  const { panels } = JSON.parse(read('grafana-dashboard.json')) as {
    panels: {
      id: number;
      title: string;
      gridPos: { x: number; y: number; w: number; h: number };
    }[];
  };
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
});
