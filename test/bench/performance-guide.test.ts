import { Resvg } from '@resvg/resvg-js';
import { describe, expect, test } from 'vitest';
import { guideOf, picturesOf } from './performance-guide.ts';
import { benchResult, type BenchResult, type Figure } from './report.ts';

const measure = (perSecond: number, cpuUs: number | null, memoryMb: number) => ({
  ...{ perSecond, cpuUs, memoryMb },
  note: '',
});

const figure = (label: string, rows: number, value: number): Figure => ({
  ...{ label, rows, value, unit: 'ms' },
});

const run: BenchResult = {
  startedAt: '2026-01-02T03:04:05.000Z',
  machine: '2 × Fast & Cheap',
  versions: { Belfry: '1.2.3' },
  load: { before: 0.1, after: 2, processors: 2 },
  options: { repeats: 5, seconds: 5 },
  rows: [
    {
      ...{ name: 'single', title: 'Alerts <one> & all', limits: 'The rest.' },
      ...{ ours: 'Belfry', theirs: 'Peer' },
      pairs: [
        { ours: measure(100, 10, 50), theirs: measure(400, 5, 100) },
        { ours: measure(300, 30, 50), theirs: measure(600, 5, 100) },
        { ours: measure(200, 20, 50), theirs: measure(200, 5, 100) },
      ],
    },
    {
      ...{ name: 'start', title: 'Start', limits: 'The disk.' },
      figures: [figure('start', 1_000_000, 10), figure('start', 1_000, 1)],
    },
    {
      ...{ name: 'pages', title: 'Pages', limits: 'Peers.' },
      figures: [
        figure('open, p50', 1_000, 2),
        figure('open, p99', 1_000, 4),
        figure('open, p50', 1_000_000, 3),
        figure('open, p99', 1_000_000, 9),
        figure('search of alerts, p50', 1_000, 2),
        figure('search of alerts, p50', 1_000_000, 3),
      ],
    },
  ],
  missing: [{ title: 'Queue', program: 'wrk' }],
};

const pictures = picturesOf(run);
const pictureOf = (name: string): string => pictures.get(`performance-${name}.svg`) ?? '';

describe('the pictures', () => {
  test('are drawable, have a title and a text with the numbers, and suit light and dark', () => {
    expect([...pictures.keys()].sort()).toEqual([
      'performance-pages.svg',
      'performance-searches.svg',
      'performance-start.svg',
      'performance-throughput.svg',
    ]);
    for (const svg of pictures.values()) {
      expect(new Resvg(svg).render().width).toBe(720);
      expect(svg).toMatch(/<title id="title">.+<\/title>\n<desc id="about">.+<\/desc>/);
      expect(svg).toContain('@media (prefers-color-scheme: dark)');
    }
    expect(pictureOf('throughput')).toContain(
      'Alerts &lt;one&gt; &amp; all: Belfry 200, Peer 400 per second.',
    );
  });

  test('show the medians as bars whose lengths have their ratio', () => {
    const widths = [
      ...pictureOf('throughput').matchAll(/<rect x="\d+" y="[\d.]+" width="([\d.]+)"/g),
    ];
    expect(widths.map(([, width]) => Number(width))).toEqual([220, 440]);
  });

  test('put ten times as much the same way further on both axes', () => {
    // From 1,000 to 1,000,000 rows is the whole width, and from 1 to 10 the whole height.
    expect(/<polyline points="([^"]+)"/.exec(pictureOf('start'))?.[1]).toBe(
      '56.0,316.0 456.0,76.0',
    );
  });

  test('show each page by its median alone', () => {
    expect(pictureOf('pages').match(/<polyline/g)).toHaveLength(1);
    expect(pictureOf('pages')).toContain('>open</text>');
  });

  test('are left out where there is nothing to compare', () => {
    const figures = [figure('start', 1_000, 1)];
    const rows = [{ ...{ name: 'start', title: 'Start', limits: '' }, figures }];
    expect(picturesOf({ ...run, rows }).size).toBe(0);
  });
});

describe('the guide', () => {
  test('has every row with its ratios, its growth and what it does not show', () => {
    const lines = guideOf(run)
      .split('\n')
      .map((line) => line.replaceAll(/ +/g, ' '));
    expect(lines).toContain(
      '| Alerts <one> & all | 200/s, 20 µs CPU, 50 MB | Peer 400/s, 5 µs CPU, 100 MB | 0.50 × | 4.00 × | 0.50 × |',
    );
    expect(lines).toContain('| open, p99 | 4.00 ms | 9.00 ms | 2.25 × |');
    expect(lines).toContain('Not shown: Peers.');
    expect(lines).toContain('- Queue: wrk was missing.');
    for (const name of pictures.keys()) expect(lines.join('\n')).toContain(`](${name})`);
  });

  test('is the same for the same file', () => {
    const again = benchResult.parse(JSON.parse(JSON.stringify(run)));
    expect(guideOf(again)).toBe(guideOf(run));
    expect([...picturesOf(again)]).toEqual([...pictures]);
  });

  test('says when a run was short or the machine was busy', () => {
    expect(guideOf(run)).not.toMatch(/short run|Other programs/);
    expect(guideOf({ ...run, options: { repeats: 1, seconds: 1 } })).toContain('A short run');
    const load = { before: 2.5, after: 2, processors: 2 };
    expect(guideOf({ ...run, load })).toContain('Other programs were running: the load was 2.5');
  });
});
