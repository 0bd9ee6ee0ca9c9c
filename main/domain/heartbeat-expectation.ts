import type { Heartbeat, HeartbeatSchedule } from '../contract/heartbeat.ts';
import { nextCronRun } from './cron.ts';

/** The promise of a heartbeat: how often a ping comes, how much later it may come, and what silence means. */
export type Promised = Readonly<Pick<Heartbeat, 'schedule' | 'graceMs' | 'kind'>>;

/** The known facts of a heartbeat, as they are stored. */
export type Known = Readonly<
  Pick<Heartbeat, 'state' | 'lastPingAt' | 'startedAt' | 'lastDurationMs' | 'expectedAt' | 'lateAt'>
>;

/**
 * The moment at which the next ping should come, and that at which its absence raises an
 * alert; null when it never does.
 */
export type Expectation = Readonly<Pick<Heartbeat, 'expectedAt' | 'lateAt'>>;

/** An agent that restarts with its machine is away for some minutes, and nobody wants to hear of that. */
const AGENT_SILENCE_MIN_MS = 15 * 60_000;

export const NOTHING_EXPECTED: Expectation = { expectedAt: null, lateAt: null };

/** Returns the moment of the next ping after one at `at` (ms UTC); null for an expression that has run out. */
export const nextExpected = (schedule: HeartbeatSchedule, at: number): number | null =>
  schedule.type === 'period'
    ? at + schedule.periodMs
    : nextCronRun(schedule.expression, schedule.timeZone, at);

/** How long a sender that may have pinged in vain is given at least. */
const patienceMs = ({ kind, graceMs }: Promised): number =>
  kind === 'agent_offline' ? Math.max(graceMs, AGENT_SILENCE_MIN_MS) : graceMs;

/**
 * Returns the moment of the last sign of it by `now`; a clock that was set back may
 * have noted a moment to come.
 */
const lastSignAt = ({ lastPingAt, startedAt }: Known, now: number): number =>
  Math.min(now, Math.max(lastPingAt ?? 0, startedAt ?? 0));

/**
 * Returns the moment at which silence raises an alert; null when it never does. Without a run under way: a
 * grace after the expected moment. With one: a grace after its start, since it may take that long, but no
 * later than two graces after the expected moment, or a run that is started over and over and never finishes
 * would never be late. So a run that began within the grace is never late before it had its own grace. An
 * `agent_offline` is never late before 15 minutes of silence.
 */
function lateAfter(promised: Promised, known: Known, expectedAt: number | null, now: number) {
  const { graceMs, kind } = promised;
  const { startedAt } = known;
  const run = startedAt === null ? Infinity : startedAt + graceMs;
  const graces = startedAt === null ? graceMs : 2 * graceMs;
  const late = Math.min(run, expectedAt === null ? Infinity : expectedAt + graces);
  if (!Number.isFinite(late)) return null;
  return kind === 'agent_offline'
    ? Math.max(late, lastSignAt(known, now) + AGENT_SILENCE_MIN_MS)
    : late;
}

/** Returns what is expected after a ping at `now`, which is in `known` already. */
export function expectAfterPing(promised: Promised, known: Known, now: number): Expectation {
  const expectedAt = nextExpected(promised.schedule, now);
  return { expectedAt, lateAt: lateAfter(promised, known, expectedAt, now) };
}

/**
 * Returns what is expected after a run started at `now`, which is in `known` already. A start puts the
 * expected moment off no more: it is kept, or it is counted from the first start when nothing was expected.
 */
export function expectAfterStart(promised: Promised, known: Known, now: number): Expectation {
  const expectedAt = known.expectedAt ?? nextExpected(promised.schedule, now);
  return { expectedAt, lateAt: lateAfter(promised, known, expectedAt, now) };
}

/** The known and expected facts after a recount. */
export type Recounted = Expectation & Pick<Known, 'lastPingAt' | 'startedAt'>;

/**
 * Counts from the last ping again, by the current schedule: after an edit, and whenever pings may have
 * been missed. Moments that a clock set back has left in the future count as now, or everything would be
 * expected that much too late. With `renewed` grace silence counts from `now` on only: what was expected
 * earlier is expected now, and nothing is late before its whole grace.
 */
export function recount(
  promised: Promised,
  known: Known,
  now: number,
  grace: 'renewed' | 'kept',
): Recounted {
  const byNow = (at: number | null): number | null => (at === null ? null : Math.min(at, now));
  const heard = { lastPingAt: byNow(known.lastPingAt), startedAt: byNow(known.startedAt) };
  // As long as it is new, what was heard before a pause is history, and only a start lets expect more.
  const anchor = known.state === 'new' ? heard.startedAt : heard.lastPingAt;
  if (anchor === null) return { ...heard, ...NOTHING_EXPECTED };
  const next = nextExpected(promised.schedule, anchor);
  const expectedAt = next === null || grace === 'kept' ? next : Math.max(next, now);
  const late = lateAfter(promised, { ...known, ...heard }, expectedAt, now);
  const lateAt =
    late === null || grace === 'kept' ? late : Math.max(late, now + patienceMs(promised));
  return { ...heard, expectedAt, lateAt };
}
