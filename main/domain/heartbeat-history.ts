import {
  HEARTBEAT_HISTORY,
  type Heartbeat,
  type HeartbeatDay,
  type HeartbeatEvent,
} from '../contract/heartbeat.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A clock day or hour of UTC, by when it began. */
export interface Span {
  readonly lengthMs: number;
  readonly at: number;
}

/** The lengths of time whose history is kept, and how many of each, the current one included. */
const SPANS = [
  { lengthMs: DAY_MS, kept: HEARTBEAT_HISTORY.days },
  { lengthMs: HOUR_MS, kept: HEARTBEAT_HISTORY.hours },
] as const;

/** The history of a day, or of an hour, which counts no runs. */
export type SpanHistory = Span & Omit<HeartbeatDay, 'at'>;

type Standing = Readonly<Pick<Heartbeat, 'state' | 'stateSince'>>;

/** The counters of a day: how runs ended, and pings that were missed. */
const COUNTED = ['succeeded', 'warned', 'failed', 'late'] as const;

/** Returns true for the events that a day counts. */
export const isCounted = (type: HeartbeatEvent['type']): type is (typeof COUNTED)[number] =>
  COUNTED.some((counted) => counted === type);

/** Returns since when a heartbeat is in its state, after a change at `now`. */
export const sinceOf = (before: Standing, after: Pick<Standing, 'state'>, now: number): number =>
  before.state === after.state ? before.stateSince : now;

/** Returns the day in which a moment lies. */
export const dayOf = (now: number): Span => ({ lengthMs: DAY_MS, at: startOf(now, DAY_MS) });

/** Returns when the first day or hour began of those that are kept at `now`. */
export const keptSince = (lengthMs: number, now: number): number => {
  const kept = lengthMs === DAY_MS ? HEARTBEAT_HISTORY.days : HEARTBEAT_HISTORY.hours;
  return startOf(now, lengthMs) - (kept - 1) * lengthMs;
};

/** Returns when the first of the days began that are kept at `now`. */
export const firstDay = (now: number): number => keptSince(DAY_MS, now);

/** Divides a time among the days and hours that are kept at its end. A clock that was set back leaves none. */
export function spansOf(from: number, to: number): (Span & { readonly ms: number })[] {
  const spans: (Span & { ms: number })[] = [];
  if (to <= from) return spans;
  for (const { lengthMs } of SPANS) {
    const first = Math.max(startOf(from, lengthMs), keptSince(lengthMs, to));
    for (let at = first; at < to; at += lengthMs) {
      spans.push({ lengthMs, at, ms: Math.min(to, at + lengthMs) - Math.max(from, at) });
    }
  }
  return spans;
}

/** The history of a heartbeat's last 90 days and 24 hours. */
export interface History {
  /** All of them, oldest first. */
  readonly days: readonly HeartbeatDay[];
  /** The share of the watched time in which it was up, 0 to 1; null where it was never watched. */
  readonly uptime90d: number | null;
  readonly uptime24h: number | null;
}

/** Returns a heartbeat's history, with the time since its last change of state, which is not stored. */
export function historyOf(
  stored: readonly SpanHistory[],
  { state, stateSince }: Standing,
  now: number,
): History {
  const [days, hours] = SPANS.map(({ lengthMs, kept }) => emptySpans(lengthMs, kept, now)) as [
    HeartbeatDay[],
    HeartbeatDay[],
  ];
  const add = ({ lengthMs, at, ...more }: Span & Partial<HeartbeatDay>): void => {
    const all = lengthMs === DAY_MS ? days : hours;
    const index = Math.round((at - (all[0]?.at ?? 0)) / lengthMs);
    const span = all[index];
    if (span) all[index] = sumOf(span, more);
  };
  for (const span of stored) add(span);
  if (state === 'up' || state === 'down') {
    for (const { ms, ...span } of spansOf(stateSince, now)) {
      add({ ...span, ...timeIn(state, ms) });
    }
  }
  return { days, uptime90d: uptimeOf(days), uptime24h: uptimeOf(hours) };
}

/** Returns time that is counted as up or down. */
export const timeIn = (
  state: 'up' | 'down',
  ms: number,
): Partial<Pick<HeartbeatDay, 'upMs' | 'downMs'>> =>
  state === 'up' ? { upMs: ms } : { downMs: ms };

const startOf = (at: number, lengthMs: number): number => Math.floor(at / lengthMs) * lengthMs;

const emptySpans = (lengthMs: number, kept: number, now: number): HeartbeatDay[] =>
  Array.from({ length: kept }, (_, index) => ({
    at: keptSince(lengthMs, now) + index * lengthMs,
    ...{ upMs: 0, downMs: 0, succeeded: 0, warned: 0, failed: 0, late: 0 },
  }));

const sumOf = (day: HeartbeatDay, more: Partial<HeartbeatDay>): HeartbeatDay => ({
  at: day.at,
  upMs: day.upMs + (more.upMs ?? 0),
  downMs: day.downMs + (more.downMs ?? 0),
  succeeded: day.succeeded + (more.succeeded ?? 0),
  warned: day.warned + (more.warned ?? 0),
  failed: day.failed + (more.failed ?? 0),
  late: day.late + (more.late ?? 0),
});

function uptimeOf(spans: readonly HeartbeatDay[]): number | null {
  const upMs = spans.reduce((sum, span) => sum + span.upMs, 0);
  const downMs = spans.reduce((sum, span) => sum + span.downMs, 0);
  return upMs + downMs === 0 ? null : upMs / (upMs + downMs);
}
