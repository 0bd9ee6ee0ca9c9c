/** One run of one side. */
export interface Measure {
  readonly perSecond: number;
  readonly memoryMb: number;
  /** Processor time of all threads for each, in µs; null where it was not measured. */
  readonly cpuUs: number | null;
  readonly note: string;
}

/** A ratio against a peer. */
export interface Compared {
  readonly name: string;
  readonly title: string;
  readonly ours: string;
  readonly theirs: string;
  /** Pairs that ran one after the other, so that what disturbed one disturbed the other too. */
  readonly pairs: readonly { readonly ours: Measure; readonly theirs: Measure }[];
}

/** Figures that have no peer. */
export interface Figures {
  readonly name: string;
  readonly title: string;
  readonly figures: readonly Figure[];
}

export interface Figure {
  readonly label: string;
  /** Rows stored; null where that plays no part. */
  readonly rows: number | null;
  readonly value: number;
  readonly unit: 'ms' | 'MB' | 's' | '×';
}

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

const rate = ({ perSecond, memoryMb, cpuUs, note }: Measure): string =>
  [
    `${Math.round(perSecond).toLocaleString('en')}/s`,
    `${Math.round(memoryMb)} MB`,
    ...(cpuUs === null ? [] : [`${Math.round(cpuUs)} µs CPU each`]),
    note,
  ].join(', ');

/** The medians of the pairs' ratios. */
export const ratios = ({ pairs }: Compared) => ({
  speed: median(pairs.map(({ ours, theirs }) => ours.perSecond / theirs.perSecond)),
  memory: median(pairs.map(({ ours, theirs }) => ours.memoryMb / theirs.memoryMb)),
});

/** A row for people: the median of the pairs' ratios first, then every number it came from. */
export function describeCompared(row: Compared): string {
  const { title, ours, theirs, pairs } = row;
  const { speed, memory } = ratios(row);
  const lines = pairs.flatMap((pair, index) => [
    `  ${index + 1}. ${ours}: ${rate(pair.ours)}`,
    `     ${theirs}: ${rate(pair.theirs)}`,
  ]);
  return [
    `${title}: ${speed.toFixed(2)} × ${theirs}, with ${memory.toFixed(2)} × its memory`,
    ...lines,
  ].join('\n');
}

/** Figures for people: one line each, those of several sizes in one line. */
export function describeFigures({ title, figures }: Figures): string {
  const labels = [...new Set(figures.map(({ label }) => label))];
  const lines = labels.map((label) => {
    const values = figures.filter((figure) => figure.label === label);
    return `  ${label}: ${values.map(describeFigure).join(', ')}`;
  });
  return [title, ...lines].join('\n');
}

const describeFigure = ({ value, unit, rows }: Figure): string =>
  `${value.toFixed(value < 10 ? 2 : 0)} ${unit}${rows === null ? '' : ` at ${rows.toLocaleString('en')}`}`;
