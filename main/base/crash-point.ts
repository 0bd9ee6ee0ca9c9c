/** The moments at which the test build can end the process, as a power switch would. */
export const CRASH_POINTS = [
  'ingest',
  'claim',
  'delivery.before',
  'delivery.after',
  'settle',
  'prune',
  'bulk',
  'import',
  'migration',
  'backup.copied',
  'backup.kept',
  'key.written',
  'rotate.key',
  'rotate',
  'rotate.done',
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

/** Set by the build alone, and not there without one, as in the launcher; a release has none of this. */
declare const BELFRY_CRASH_POINTS: boolean | undefined;

/** The point, and at which time that it is passed: `BELFRY_CRASH_AT=claim.committed:3`. */
interface Wanted {
  readonly name: string;
  readonly passes: number;
}

const wanted: Wanted | null =
  typeof BELFRY_CRASH_POINTS !== 'undefined' && BELFRY_CRASH_POINTS ? read() : null;
/** Those that the open transaction has passed. */
let passed: CrashPoint[] = [];
let times = 0;

/** Ends the process here if it was started to; within a transaction, before its COMMIT. */
export function crashPoint(name: CrashPoint): void {
  if (wanted === null) return;
  passed.push(name);
  pass(wanted, name);
}

/** The points `<name>.committed`: call when the transaction is durable and nobody knows yet. */
export function crashAfterCommit(): void {
  if (wanted === null) return;
  for (const name of passed) pass(wanted, `${name}.committed`);
  passed = [];
}

function pass({ name, passes }: Wanted, here: string): void {
  if (here !== name || ++times < passes) return;
  process.kill(process.pid, 'SIGKILL');
  // The signal is delivered while this waits.
  for (;;);
}

function read(): Wanted | null {
  const [name = '', passes = '1'] = (process.env['BELFRY_CRASH_AT'] ?? '').split(':');
  return name === '' ? null : { name, passes: Number(passes) };
}
