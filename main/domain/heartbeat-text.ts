import type { Heartbeat, HeartbeatSchedule } from '../contract/heartbeat.ts';
import { boundedLog } from './bounded-text.ts';
import { lastMeaningfulLine } from './last-line.ts';
import { durationText } from './message-text.ts';
import type { Ping } from './heartbeat-ping.ts';

type Silent = Readonly<Pick<Heartbeat, 'schedule' | 'lastPingAt' | 'startedAt'>>;

const agoText = (at: number, now: number): string => `${durationText(Math.max(0, now - at))} ago`;

const scheduleText = (schedule: HeartbeatSchedule): string =>
  schedule.type === 'period'
    ? `every ${durationText(schedule.periodMs)}`
    : `at "${schedule.expression}" (${schedule.timeZone})`;

/** Why its silence is an alert, for people. */
export function lateText({ schedule, lastPingAt, startedAt }: Silent, now: number): string {
  if (startedAt !== null) return `Started ${agoText(startedAt, now)} and has not finished`;
  const heard = lastPingAt === null ? 'never heard' : `last heard ${agoText(lastPingAt, now)}`;
  return `Expected ${scheduleText(schedule)}, ${heard}`;
}

/** Of the line of a log that an alert quotes; the log itself is in the timeline. */
const QUOTE_CHARS_MAX = 1_000;

type Reported = Pick<Ping, 'exitStatus' | 'body'>;

/** What a reported failure says: its exit status, and the last line of its log that says something. */
export const failureText = (ping: Reported): string => reportText('Reported failure', ping);

/** What a run with warnings says, likewise. */
export const warningText = (ping: Reported): string => reportText('Ended with warnings', ping);

function reportText(what: string, { exitStatus, body }: Reported): string {
  const parts = [what];
  if (exitStatus !== null) parts.push(`exit status ${exitStatus}`);
  const line = lastMeaningfulLine(body);
  if (line !== undefined) parts.push(boundedLog(line, QUOTE_CHARS_MAX));
  return parts.join(': ');
}

/** How the alert of one that went well again ends. */
export const recoveryText = (durationMs: number | null): string =>
  durationMs === null ? 'Heard again' : `Went well again, in ${durationText(durationMs)}`;

/** Why pings may have gone unheard: the clock's jump in ms, 0 after a sleep. */
export function absenceText(deltaMs: number): string {
  if (deltaMs === 0) return 'The machine was asleep';
  return deltaMs > 0
    ? `The clock went ${durationText(deltaMs)} ahead, or the machine was asleep`
    : `The clock was set back by ${durationText(-deltaMs)}`;
}
