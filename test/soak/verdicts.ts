import { median } from '../bench/report.ts';
import { MEASURES, type Measure, type Sample } from './samples.ts';

export interface Verdict {
  readonly claim: string;
  readonly isKept: boolean;
  readonly evidence: string;
}

/** The first quarter fills caches; a leak shows between the second and the fourth. */
const EARLY = 1;
const LATE = 3;
const QUARTERS = 4;

/** How much a median may grow from the second to the fourth quarter. */
interface Growth {
  readonly claim: string;
  readonly measure: Measure;
  readonly share: number;
  /** Besides the share, in the measure's unit: noise of small numbers. */
  readonly plus: number;
}

export const GROWTH: readonly Growth[] = [
  { claim: 'resident memory is flat', measure: 'residentMb', share: 0.1, plus: 8 },
  { claim: 'the heap is flat', measure: 'heapMb', share: 0.15, plus: 8 },
  { claim: 'open files and connections are flat', measure: 'openFiles', share: 0, plus: 8 },
  { claim: 'the queue does not pile up', measure: 'queued', share: 0.5, plus: 200 },
];

/** A reader, such as a backup, keeps the log from being reused for as long as it reads. */
export const WAL_MB_MAX = 64;

/** Returns the median and the maximum of a measure in each quarter of the run. */
export function quartersOf(samples: readonly Sample[], measure: Measure) {
  return Array.from({ length: QUARTERS }, (_, quarter) => {
    const from = Math.floor((samples.length * quarter) / QUARTERS);
    const to = Math.floor((samples.length * (quarter + 1)) / QUARTERS);
    const values = samples.slice(from, to).map((sample) => sample[measure]);
    return { median: median(values), most: Math.max(...values) };
  });
}

function growthVerdict(samples: readonly Sample[], growth: Growth): Verdict {
  const { claim, measure, share, plus } = growth;
  const quarters = quartersOf(samples, measure);
  const early = quarters[EARLY]?.median ?? Number.NaN;
  const late = quarters[LATE]?.median ?? Number.NaN;
  const allowed = early * (1 + share) + plus;
  return {
    claim,
    isKept: late <= allowed,
    evidence: `${MEASURES[measure]}: median ${early.toFixed(1)} in the second quarter, ${late.toFixed(1)} in the fourth, ${allowed.toFixed(1)} allowed`,
  };
}

/** Judges what was measured. With fewer than four samples nothing is kept. */
export function resourceVerdicts(samples: readonly Sample[]): Verdict[] {
  const walMb = Math.max(...samples.map((sample) => sample.walMb));
  return [
    ...GROWTH.map((growth) => growthVerdict(samples, growth)),
    {
      claim: 'the write-ahead log is bounded',
      isKept: samples.length > 0 && walMb <= WAL_MB_MAX,
      evidence: `at most ${walMb.toFixed(1)} MB, ${WAL_MB_MAX} allowed`,
    },
  ];
}

const SHOWN_MAX = 10;

/** Judges the accounts: `problems` are what is lost or unexplained, a line each. */
export function accountVerdict(accepted: number, problems: readonly string[]): Verdict {
  const shown = problems.slice(0, SHOWN_MAX).map((problem) => `\n    ${problem}`);
  return {
    claim: 'nothing is lost',
    isKept: accepted > 0 && problems.length === 0,
    evidence: `${accepted} events accepted, ${problems.length} problems${shown.join('')}`,
  };
}

/** Judges what the senders were answered: at this rate, nothing is to be refused. */
export function refusalVerdict(refused: Readonly<Record<string, number>>): Verdict {
  const answers = Object.entries(refused).map(([answer, count]) => `${count} × ${answer}`);
  return {
    claim: 'every event is accepted',
    isKept: answers.length === 0,
    evidence: answers.length === 0 ? 'none refused' : answers.join(', '),
  };
}

/** The table of all measures: the median and the maximum of each quarter. */
export function describeSamples(samples: readonly Sample[]): string {
  const rows = Object.entries(MEASURES).map(([measure, title]) => {
    const cells = quartersOf(samples, measure as Measure).map(
      ({ median: middle, most }) => `${middle.toFixed(1)} / ${most.toFixed(1)}`,
    );
    return `${title.padEnd(28)}${cells.map((cell) => cell.padStart(18)).join('')}`;
  });
  const heads = ['1st quarter', '2nd quarter', '3rd quarter', '4th quarter'];
  const head = `${'median / most'.padEnd(28)}${heads.map((name) => name.padStart(18)).join('')}`;
  return [head, ...rows].join('\n');
}

export const describeVerdict = ({ claim, isKept, evidence }: Verdict): string =>
  `${isKept ? 'ok  ' : 'FAIL'} ${claim}: ${evidence}`;
