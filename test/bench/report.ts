/** One run of one side. */
export interface Measure {
  readonly perSecond: number;
  readonly memoryMb: number;
  readonly note: string;
}

export interface Row {
  readonly title: string;
  readonly ours: string;
  readonly theirs: string;
  /** Pairs that ran one after the other, so that what disturbed one disturbed the other too. */
  readonly pairs: readonly { readonly ours: Measure; readonly theirs: Measure }[];
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

const rate = (measure: Measure): string =>
  `${Math.round(measure.perSecond).toLocaleString('en')}/s, ${Math.round(measure.memoryMb)} MB, ${measure.note}`;

/** A row for people: the median of the pairs' ratios first, then every number it came from. */
export function describeRow({ title, ours, theirs, pairs }: Row): string {
  const speed = median(pairs.map((pair) => pair.ours.perSecond / pair.theirs.perSecond));
  const memory = median(pairs.map((pair) => pair.ours.memoryMb / pair.theirs.memoryMb));
  const lines = pairs.flatMap((pair, index) => [
    `  ${index + 1}. ${ours}: ${rate(pair.ours)}`,
    `     ${theirs}: ${rate(pair.theirs)}`,
  ]);
  return [
    `${title}: ${speed.toFixed(2)} × ${theirs}, with ${memory.toFixed(2)} × its memory`,
    ...lines,
  ].join('\n');
}
