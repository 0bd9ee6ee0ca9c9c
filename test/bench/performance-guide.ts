import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { markdownTable } from '../../resources/markdown-table.ts';
import { drawBars, drawLines, type Series } from './plots.ts';
import {
  benchResult,
  comparisonTable,
  figureTable,
  isCompared,
  side,
  sizesOf,
  type BenchResult,
  type Compared,
  type Figures,
} from './report.ts';

/** Writes docs/performance.md and its pictures from a file of the bench: `npm run plots -- FILE`. */

const DOCS = join(import.meta.dirname, '../../docs');
/** Fewer rounds, or sizes below, are a try; the guide says so. */
const ROUNDS_MIN = 3;
const ROWS_MIN = 1_000_000;
const MEASURES_START = ', p50';

/** The explanations of rows, for readers who do not know the bench. */
const ABOUT: Readonly<Record<string, string>> = {
  latency:
    'One event at a time, from its request to the webhook that it causes. `fdatasync` is the time that this disk needs to keep one page; an event waits for two.',
  idle: 'Resident memory some seconds after the start.',
  lab: 'Events at a steady rate, half of them firing. One receiver refuses a third, one takes 300 ms to answer.',
  start: 'From the command to the first request that is accepted.',
  memory: 'Resident memory of an idle server, before and after each page was read five times.',
  prune: 'Retention removes a fixed number of rows, however many others are stored.',
  pages:
    'What the window, a scraper and the tools of Alertmanager ask for. The last rows post alerts from 8 connections, alone and while all pages are read and `/metrics` is scraped.',
};

const DISTANCE = `Alertmanager is the fastest program that does a comparable job, so it is the measure. It differs in three ways that cost Belfry time:

- **Durability.** Belfry answers a request after its alerts and notifications are in SQLite and synced to the disk. Alertmanager keeps alerts in memory, and writes what it sent to a file every fifteen minutes.
- **What is stored.** A new alert is a condition, an alert, timeline rows and their index entries, and later a notification with its attempts. This is what the history, the search and the dead letters read.
- **Language and threads.** Alertmanager is compiled Go and uses every processor for every request. Belfry runs JavaScript: one thread parses HTTP, one thread writes. A commit is shared by all requests that arrive while the previous one is written.

Repeats of open alerts are cheaper than new ones, because only the time and the count change, and these are written together.`;

const SLUG = 'performance';
const throughputFile = `${SLUG}-throughput.svg`;
const figureFile = (name: string): string => `${SLUG}-${name}.svg`;

/** Returns a series for each label, in the order of the file. */
function seriesOf({ figures }: Figures, isShown: (label: string) => boolean): Series[] {
  const labels = [...new Set(figures.map(({ label }) => label))].filter(isShown);
  return labels.map((label) => ({
    label: label.replace(MEASURES_START, ''),
    points: figures
      .flatMap((it) =>
        it.label === label && it.rows !== null ? [{ x: it.rows, y: it.value }] : [],
      )
      .sort((a, b) => a.x - b.x),
  }));
}

/** How the label of a search begins. */
const SEARCHES_START = 'search of ';

const STORED = 'stored rows of each kind';

/** The pictures of a run by their file names; none for rows that it does not have. */
export function picturesOf({ rows }: BenchResult): Map<string, string> {
  const pictures = new Map<string, string>();
  const compared = rows.filter(isCompared);
  if (compared.length > 0) pictures.set(throughputFile, throughput(compared));
  for (const row of rows) {
    if (isCompared(row) || sizesOf(row).length < 2) continue;
    if (row.name === 'pages') {
      const series = seriesOf(row, (label) => label.endsWith(MEASURES_START));
      const axes = { x: STORED, y: 'ms' };
      const searches = series.filter(({ label }) => label.startsWith(SEARCHES_START));
      const pages = series.filter((it) => !searches.includes(it));
      pictures.set(figureFile('pages'), drawLines('Time to answer a page, p50', axes, pages));
      const named = searches.map(({ label, points }) => ({
        label: label.slice(SEARCHES_START.length),
        points,
      }));
      if (named.length > 0) {
        pictures.set(
          figureFile('searches'),
          drawLines('Time to answer a search, p50', axes, named),
        );
      }
    }
    if (row.name === 'start') {
      pictures.set(
        figureFile('start'),
        drawLines(
          'Time to start',
          { x: STORED, y: 's' },
          seriesOf(row, () => true),
        ),
      );
    }
  }
  return pictures;
}

const throughput = (rows: readonly Compared[]): string =>
  drawBars(
    'Throughput beside the peer',
    'per second',
    rows.map((row) => ({
      label: row.title,
      bars: [
        { side: row.ours, value: side(row, 'ours').perSecond },
        { side: row.theirs, value: side(row, 'theirs').perSecond },
      ],
    })),
  );

function conditions({ startedAt, machine, versions, load, options, rows }: BenchResult): string {
  const largest = Math.max(0, ...rows.flatMap((row) => (isCompared(row) ? [] : sizesOf(row))));
  const isTry = options.repeats < ROUNDS_MIN || largest < ROWS_MIN;
  const isBusy = load.before > load.processors;
  const [day = ''] = startedAt.split('T');
  return [
    `Measured on ${day}. Rounds: ${options.repeats}, with ${options.seconds} s of load each. Machine: ${machine}.`,
    ...(isTry
      ? [
          '**A short run on small settings: it shows the form of this page, not how fast Belfry is.**',
        ]
      : []),
    ...(isBusy
      ? [
          `**Other programs were running: the load was ${load.before} before and ${load.after} after, on ${load.processors} processors.**`,
        ]
      : []),
    markdownTable(['Version', ''], Object.entries(versions)),
  ].join('\n\n');
}

function section(row: Figures, pictures: ReadonlyMap<string, string>): string {
  const files = [row.name, ...(row.name === 'pages' ? ['searches'] : [])].map(figureFile);
  return [
    `## ${row.title}`,
    ...(ABOUT[row.name] === undefined ? [] : [ABOUT[row.name]]),
    ...files
      .filter((file) => pictures.has(file))
      .map((file) => `![${row.title}; the table has the numbers](${file})`),
    figureTable(row),
    `Not shown: ${row.limits}`,
  ].join('\n\n');
}

/** Lists the limits of a table's rows; rows with the same sentence share a point. */
function limitsOf(rows: readonly Compared[]): string {
  const sentences = [...new Set(rows.map(({ limits }) => limits))];
  const points = sentences.map((sentence) => {
    const titles = rows.filter(({ limits }) => limits === sentence).map(({ title }) => title);
    return `- ${titles.join('; ')}. Not shown: ${sentence}`;
  });
  return points.join('\n');
}

/** Returns docs/performance.md for a run. */
export function guideOf(result: BenchResult): string {
  const { rows, missing } = result;
  const pictures = picturesOf(result);
  const compared = rows.filter(isCompared);
  const alone = rows.flatMap((row) => (isCompared(row) ? [] : [row]));
  return `${[
    '# Performance',
    '<!-- Written by `npm run plots`; change test/bench/performance-guide.ts instead. -->',
    'How fast Belfry is, beside programs that do the same job on the same machine, and how it behaves as its history grows. To measure your machine: `npm run build && npm run bench -- --json bench.json && npm run plots -- bench.json`.',
    conditions(result),
    ...(compared.length === 0
      ? []
      : [
          '## Beside other programs',
          "Both sides run in turn, each on fresh data, and the order changes from round to round. Each value is the median of its rounds, each ratio the median of the rounds' ratios: a rate above 1 and a cost below 1 favour Belfry.",
          `![Throughput of Belfry and its peers; the table has the numbers](${throughputFile})`,
          comparisonTable(compared),
          limitsOf(compared),
          '## Where the distance to Alertmanager comes from',
          DISTANCE,
        ]),
    ...alone.map((row) => section(row, pictures)),
    ...(missing.length === 0
      ? []
      : [
          '## Not measured',
          missing.map(({ title, program }) => `- ${title}: ${program} was missing.`).join('\n'),
        ]),
  ].join('\n\n')}\n`;
}

if (import.meta.main) {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [file] = positionals;
  if (file === undefined) throw new Error('Name the file: npm run plots -- FILE');
  const result = benchResult.parse(JSON.parse(readFileSync(file, 'utf8')));
  for (const [name, drawn] of picturesOf(result)) writeFileSync(join(DOCS, name), drawn);
  writeFileSync(join(DOCS, `${SLUG}.md`), guideOf(result));
}
