import type { HeartbeatState } from '../contract/heartbeat.ts';

/**
 * The single truth about how a heartbeat may move.
 *
 * - `new`: nothing was heard of it yet, and nothing is expected but the end of a run that has started.
 * - `up`: heard in time. `down`: late, or it reported a failure; an alert was raised.
 * - `paused`: nothing is expected. Resumed it is as new; a ping resumes it, too, and a start makes it new.
 *
 * What has failed or is late never turns new again: only a run that went well ends its alert.
 */
export const HEARTBEAT_TRANSITIONS: Record<HeartbeatState, readonly HeartbeatState[]> = {
  new: ['up', 'down', 'paused'],
  up: ['down', 'paused'],
  down: ['up', 'paused'],
  paused: ['new', 'up', 'down'],
};

/** Whether a heartbeat may be `to` after it was `from`; staying is always possible. */
export const mayBecome = (from: HeartbeatState, to: HeartbeatState): boolean =>
  from === to || HEARTBEAT_TRANSITIONS[from].includes(to);
