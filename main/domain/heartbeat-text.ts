import type { Heartbeat, HeartbeatSchedule } from '../contract/heartbeat.ts';
import type { Messages } from '../messages/messages.ts';
import { boundedLog } from './bounded-text.ts';
import { lastMeaningfulLine } from './last-line.ts';
import type { Ping } from './heartbeat-ping.ts';

type Silent = Readonly<Pick<Heartbeat, 'schedule' | 'lastPingAt' | 'startedAt'>>;

const scheduleText = (messages: Messages, schedule: HeartbeatSchedule): string =>
  schedule.type === 'period'
    ? messages.text('message.heartbeat.schedule.period', {
        duration: messages.duration(schedule.periodMs, { width: 'long' }),
      })
    : messages.text('message.heartbeat.schedule.cron', schedule);

/** Returns why the silence of a heartbeat is an alert. */
export function lateText(
  messages: Messages,
  { schedule, lastPingAt, startedAt }: Silent,
  now: number,
): string {
  const age = (at: number): string => messages.duration(Math.max(0, now - at), { width: 'long' });
  if (startedAt !== null) {
    return messages.text('message.heartbeat.unfinished', { duration: age(startedAt) });
  }
  return messages.text('message.heartbeat.overdue', {
    schedule: scheduleText(messages, schedule),
    lastPing: lastPingAt === null ? 'none' : age(lastPingAt),
  });
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
export function absenceText(messages: Messages, deltaMs: number): string {
  if (deltaMs === 0) return messages.text('message.heartbeat.asleep');
  const duration = messages.duration(Math.abs(deltaMs), { width: 'long' });
  return messages.text(`message.heartbeat.${deltaMs > 0 ? 'clockAhead' : 'clockBack'}`, {
    duration,
  });
}
