import type { Heartbeat } from '../contract/heartbeat.ts';
import type { AbsenceReason, HeartbeatReason } from '../contract/reasons/heartbeat-reasons.ts';
import type { Messages } from '../messages/messages.ts';
import { boundedLog } from './bounded-text.ts';
import { lastMeaningfulLine } from './last-line.ts';
import type { Ping } from './heartbeat-ping.ts';

type Silent = Readonly<Pick<Heartbeat, 'schedule' | 'lastPingAt' | 'startedAt'>>;

/** Returns why the silence of a heartbeat is an alert. */
export function lateReason(
  { schedule, lastPingAt, startedAt }: Silent,
  now: number,
): HeartbeatReason {
  const age = (at: number): number => Math.max(0, now - at);
  if (startedAt !== null) {
    return { code: 'heartbeat.unfinished', params: { runningMs: age(startedAt) } };
  }
  if (schedule.type === 'period') {
    const { periodMs } = schedule;
    return lastPingAt === null
      ? { code: 'heartbeat.overdue_new', params: { periodMs } }
      : { code: 'heartbeat.overdue', params: { periodMs, silentMs: age(lastPingAt) } };
  }
  const { expression, timeZone } = schedule;
  return lastPingAt === null
    ? { code: 'heartbeat.overdue_cron_new', params: { expression, timeZone } }
    : {
        code: 'heartbeat.overdue_cron',
        params: { expression, timeZone, silentMs: age(lastPingAt) },
      };
}

/** Of the line of a log that an alert quotes; the log itself is in the timeline. */
const QUOTE_CHARS_MAX = 1_000;

/** Returns what a job reported: its result, its exit status, and the last line of its log that says something. */
export function reportText(
  messages: Messages,
  result: 'failure' | 'warning',
  { exitStatus: status, body }: Pick<Ping, 'exitStatus' | 'body'>,
): string {
  const parts = [messages.text(`message.heartbeat.${result}`)];
  if (status !== null) {
    parts.push(messages.text('message.heartbeat.exitStatus', { status: String(status) }));
  }
  const line = lastMeaningfulLine(body);
  if (line !== undefined) parts.push(boundedLog(line, QUOTE_CHARS_MAX));
  return parts.join(': ');
}

/** Returns how the alert of a heartbeat ends that reports success again. */
export const recoveryText = (messages: Messages, durationMs: number | null): string =>
  durationMs === null
    ? messages.text('message.heartbeat.recovered')
    : messages.text('message.heartbeat.recoveredIn', {
        duration: messages.duration(durationMs, { width: 'long' }),
      });

/** Returns why pings may have been missed: the clock's jump in ms, 0 after a sleep. */
export function absenceReason(deltaMs: number): AbsenceReason {
  if (deltaMs === 0) return { code: 'absence.asleep', params: {} };
  const code = deltaMs > 0 ? 'absence.clock_ahead' : 'absence.clock_back';
  return { code, params: { jumpMs: Math.abs(deltaMs) } };
}
