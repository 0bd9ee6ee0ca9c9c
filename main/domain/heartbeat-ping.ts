import {
  expectAfterPing,
  expectAfterStart,
  nextExpected,
  NOTHING_EXPECTED,
  type Known,
  type Promised,
} from './heartbeat-expectation.ts';
import type { HeartbeatState } from '../contract/heartbeat.ts';

/** One request to a ping address (https://healthchecks.io/docs/http_api/). */
export interface Ping {
  readonly action: 'success' | 'start' | 'warning' | 'fail' | 'log';
  /** 0 to 255 when the address ended in one: 0 is a success, all others a failure, or a warning where the address says so. */
  readonly exitStatus: number | null;
  /** Tells runs apart that overlap; a UUID in lower case. */
  readonly runId: string | null;
  /** The text that was sent along, in bounded length. */
  readonly body: string;
}

/** The end of a run: how long the run took (null when its start is not known), and whether it was the newest. */
export interface RunEnd {
  readonly durationMs: number | null;
  /** True if the run that is shown as under way is over. */
  readonly endsRun: boolean;
}

const ACTIONS: ReadonlySet<string> = new Set(['start', 'warning', 'fail', 'log']);

/** Reads the last part of a ping address; null when it is none of `start`, `warning`, `fail`, `log`, 0 to 255. */
export function readSuffix(suffix: string): Pick<Ping, 'action' | 'exitStatus'> | null {
  if (ACTIONS.has(suffix)) return { action: suffix as Ping['action'], exitStatus: null };
  if (!/^\d{1,3}$/.test(suffix)) return null;
  const exitStatus = Number(suffix);
  if (exitStatus > 255) return null;
  return { action: exitStatus === 0 ? 'success' : 'fail', exitStatus };
}

type Facts = Promised & Known;

/**
 * It was heard of and all is well. A run that another run's end says nothing about goes on, as long as
 * its grace lasts: one that is older was only waited for because its end may have been missed.
 */
export function afterSuccess(before: Facts, end: RunEnd, now: number): Known {
  const { startedAt, graceMs } = before;
  const goesOn = !end.endsRun && startedAt !== null && startedAt + graceMs > now;
  const known: Known = {
    ...knownOf(before),
    state: 'up',
    lastPingAt: now,
    startedAt: goesOn ? startedAt : null,
    lastDurationMs: end.durationMs,
  };
  return { ...known, ...expectAfterPing(before, known, now) };
}

/** It reported a failure: down at once, and nothing more can be late until it went well again. */
export const afterFailure = (before: Facts, end: RunEnd, now: number): Known => ({
  state: 'down',
  lastPingAt: now,
  startedAt: null,
  lastDurationMs: end.durationMs,
  expectedAt: nextExpected(before.schedule, now),
  lateAt: null,
});

/** A run began. What is down stays so until a run went well; what was paused is watched again. */
export function afterStart(before: Facts, now: number): Known {
  if (before.state === 'down') return { ...knownOf(before), startedAt: now };
  const known: Known = {
    ...knownOf(before),
    state: before.state === 'paused' ? 'new' : before.state,
    startedAt: now,
  };
  return { ...known, ...expectAfterStart(before, known, now) };
}

/** Its time was up. What it was doing is not waited for any longer. */
export const afterLate = (before: Facts): Known => ({
  ...knownOf(before),
  state: 'down',
  startedAt: null,
  lateAt: null,
});

/** Nothing is expected of it: as new (resumed), or not at all (paused). What was heard stays history. */
export const expectingNothing = (before: Facts, state: 'new' | 'paused'): Known => ({
  ...knownOf(before),
  ...NOTHING_EXPECTED,
  state,
  startedAt: null,
});

const knownOf = (facts: Facts): Known => ({
  state: facts.state,
  lastPingAt: facts.lastPingAt,
  startedAt: facts.startedAt,
  lastDurationMs: facts.lastDurationMs,
  expectedAt: facts.expectedAt,
  lateAt: facts.lateAt,
});

/**
 * The single truth about how a heartbeat may move.
 *
 * - `new`: nothing was heard of it yet, and nothing is expected but the end of a run that has started.
 * - `up`: heard in time. `down`: late, or it reported a failure; an alert was raised.
 * - `paused`: nothing is expected. Resumed it is as new; a ping resumes it, too, and a start makes it new.
 *
 * What has failed or is late never turns new again: only a run that went well ends its alert.
 */
const HEARTBEAT_TRANSITIONS: Record<HeartbeatState, readonly HeartbeatState[]> = {
  new: ['up', 'down', 'paused'],
  up: ['down', 'paused'],
  down: ['up', 'paused'],
  paused: ['new', 'up', 'down'],
};

/** Returns true if a heartbeat may be `to` after it was `from`; staying is always possible. */
export const mayBecome = (from: HeartbeatState, to: HeartbeatState): boolean =>
  from === to || HEARTBEAT_TRANSITIONS[from].includes(to);
