import { z } from 'zod';
import { markdownTable } from '../../resources/markdown-table.ts';

const measure = z.object({
  perSecond: z.number(),
  memoryMb: z.number(),
  /** Processor time of all threads for each, in µs; null where it was not measured. */
  cpuUs: z.number().nullable(),
  note: z.string(),
});
/** One run of one side. */
export type Measure = z.infer<typeof measure>;

const figure = z.object({
  label: z.string(),
  /** Rows stored; null where that plays no part. */
  rows: z.int().nullable(),
  value: z.number(),
  unit: z.enum(['ms', 'MB', 'kB', 's', '×', '%', '']),
});
export type Figure = z.infer<typeof figure>;

const described = z.object({
  name: z.string(),
  title: z.string(),
  /** The aspects that the row does not show. */
  limits: z.string(),
});

const compared = described.extend({
  ours: z.string(),
  theirs: z.string(),
  /** Pairs that ran one after the other, so that what disturbed one disturbed the other too. */
  pairs: z.array(z.object({ ours: measure, theirs: measure })).min(1),
});
/** A ratio against a peer. */
export type Compared = z.infer<typeof compared>;

const figures = described.extend({ figures: z.array(figure) });
/** Figures that have no peer. */
export type Figures = z.infer<typeof figures>;

/** All that one run of the bench says, as its `--json` file has it. */
export const benchResult = z.object({
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  machine: z.string(),
  /** Of everything that was measured, by its name. */
  versions: z.record(z.string(), z.string()),
  /** The load of the machine before and after, per processor 1.0. */
  load: z.object({ before: z.number(), after: z.number(), processors: z.int() }),
  options: z.object({ repeats: z.int(), seconds: z.int() }),
  rows: z.array(z.union([compared, figures])),
  /** Rows that could not be measured, and the program that each lacks. */
  missing: z.array(z.object({ title: z.string(), program: z.string() })),
});
export type BenchResult = z.infer<typeof benchResult>;

export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export const isCompared = (row: Compared | Figures): row is Compared => 'pairs' in row;

/** One side of a comparison: the medians of its runs. */
export const side = ({ pairs }: Compared, which: 'ours' | 'theirs') => ({
  perSecond: median(pairs.map((pair) => pair[which].perSecond)),
  memoryMb: median(pairs.map((pair) => pair[which].memoryMb)),
  cpuUs: median(pairs.map((pair) => pair[which].cpuUs ?? Number.NaN)),
});

/** The medians of the pairs' ratios; that of processor time is NaN where it was not measured. */
export const ratios = ({ pairs }: Compared) => ({
  speed: median(pairs.map(({ ours, theirs }) => ours.perSecond / theirs.perSecond)),
  cpu: median(
    pairs.map(({ ours, theirs }) => (ours.cpuUs ?? Number.NaN) / (theirs.cpuUs ?? Number.NaN)),
  ),
  memory: median(pairs.map(({ ours, theirs }) => ours.memoryMb / theirs.memoryMb)),
});

const rate = ({ perSecond, memoryMb, cpuUs }: ReturnType<typeof side>): string =>
  [
    `${Math.round(perSecond).toLocaleString('en')}/s`,
    ...(Number.isNaN(cpuUs) ? [] : [`${Math.round(cpuUs)} µs CPU`]),
    `${Math.round(memoryMb)} MB`,
  ].join(', ');

const times = (ratio: number): string => (Number.isNaN(ratio) ? '' : `${ratio.toFixed(2)} ×`);

/** Comparisons as a Markdown table: medians of both sides, and of the pairs' ratios. */
export function comparisonTable(rows: readonly Compared[]): string {
  const head = ['Work', 'Belfry', 'Beside it', 'Rate', 'CPU each', 'Memory'];
  return markdownTable(
    head,
    rows.map((row) => {
      const { speed, cpu, memory } = ratios(row);
      const theirs = `${row.theirs} ${rate(side(row, 'theirs'))}`;
      return [row.title, rate(side(row, 'ours')), theirs, ...[speed, cpu, memory].map(times)];
    }),
  );
}

/** Returns the stored sizes that figures were measured at, ascending. */
export const sizesOf = ({ figures: all }: Figures): number[] =>
  [...new Set(all.map(({ rows }) => rows))].filter((rows) => rows !== null).sort((a, b) => a - b);

const amount = (found: Figure | undefined): string =>
  found ? `${found.value.toFixed(found.value < 10 ? 2 : 0)} ${found.unit}` : '';

/** Figures as a Markdown table: a line each, a column for each stored size. */
export function figureTable(row: Figures): string {
  const sizes = sizesOf(row);
  const labels = [...new Set(row.figures.map(({ label }) => label))];
  const at = (label: string, rows: number | null) =>
    row.figures.find((it) => it.label === label && it.rows === rows);
  if (sizes.length === 0) {
    return markdownTable(
      ['Measure', 'Value'],
      labels.map((label) => [label, amount(at(label, null))]),
    );
  }
  const columns = sizes.map((rows) => `${rows.toLocaleString('en')} rows`);
  const isGrowing = sizes.length > 1;
  return markdownTable(
    ['Measure', ...columns, ...(isGrowing ? ['Growth'] : [])],
    labels.map((label) => {
      const found = sizes.map((rows) => at(label, rows));
      const growth = (found.at(-1)?.value ?? Number.NaN) / (found[0]?.value ?? Number.NaN);
      return [label, ...found.map(amount), ...(isGrowing ? [times(growth)] : [])];
    }),
  );
}

/** Every table of a run, for the terminal. */
export function describeResult({ rows, missing }: BenchResult): string {
  const all = rows.filter(isCompared);
  return [
    ...(all.length > 0 ? [comparisonTable(all)] : []),
    ...rows.flatMap((row) => (isCompared(row) ? [] : [`${row.title}\n${figureTable(row)}`])),
    'What a row does not show:',
    ...rows.map(({ title, limits }) => `- ${title}: ${limits}`),
    ...missing.map(({ title, program }) => `Not measured: ${title}; ${program} is missing.`),
  ].join('\n\n');
}
