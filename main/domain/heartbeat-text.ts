import type { Heartbeat, HeartbeatEvent } from '../contract/heartbeat.ts';
import {
  alertReason,
  type AbsenceReason,
  type AlertReason,
  type LateReason,
} from '../contract/reasons/heartbeat-reasons.ts';
import { boundedLog } from './bounded-text.ts';
import type { Ping } from './heartbeat-ping.ts';

type Silent = Readonly<Pick<Heartbeat, 'schedule' | 'lastPingAt' | 'startedAt'>>;

/** Returns why the silence of a heartbeat is an alert. */
export function lateReason({ schedule, lastPingAt, startedAt }: Silent, now: number): LateReason {
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
export function reportReason(
  isFailure: boolean,
  { exitStatus, body }: Pick<Ping, 'exitStatus' | 'body'>,
): AlertReason {
  const line = lastMeaningfulLine(body);
  const params = {
    ...{ isFailure, hasStatus: exitStatus !== null, exitStatus: exitStatus ?? 0 },
    ...{ hasLine: line !== undefined, line: boundedLog(line ?? '', QUOTE_CHARS_MAX) },
  };
  return { code: 'heartbeat.reported', params };
}

/** Returns why a heartbeat is down, by the event that made it so; null where that is not known. */
export function downReason({
  type,
  exitStatus,
  detail,
  reason,
}: Pick<HeartbeatEvent, 'type' | 'exitStatus' | 'detail' | 'reason'>): AlertReason | null {
  if (type === 'failed') return reportReason(true, { exitStatus, body: detail });
  const late = alertReason.safeParse(reason);
  return late.success ? late.data : null;
}

/** Returns how the alert of a heartbeat ends that reports success again. */
export const recoveryReason = (durationMs: number | null): AlertReason =>
  durationMs === null
    ? { code: 'heartbeat.recovered', params: {} }
    : { code: 'heartbeat.recovered_after', params: { tookMs: durationMs } };

/** Returns why pings may have been missed: the clock's jump in ms, 0 after a sleep. */
export function absenceReason(deltaMs: number): AbsenceReason {
  if (deltaMs === 0) return { code: 'absence.asleep', params: {} };
  const code = deltaMs > 0 ? 'absence.clock_ahead' : 'absence.clock_back';
  return { code, params: { jumpMs: Math.abs(deltaMs) } };
}

/** Colours and cursor movements of terminals (ECMA-48 §5.4), and the titles that they set. */
// eslint-disable-next-line no-control-regex -- these are control characters
const TERMINAL = /\x1B(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1B]*(?:\x07|\x1B\\)?|[@-Z\\-_])/g;

const BAR = /[[|(](?=[\s.]*[=#*>-])[=#*.>\-\s]{4,}[\])|]|[█▉▊▋▌▍▎▏░▒▓━]{2,}/u;
const SHARE = /%|\d\S{0,20}\s{0,3}\/\s{0,3}\d|\beta\b/i;

/** restic's `[1:05] 45.00% …`, rsync's `1,234 45% 1.2MB/s …`, and `Uploading: 45 %`. */
const PROGRESS =
  /^(?:\[?(?:\d+:)?\d+:\d\d\]?\s+\d+(?:\.\d+)?\s*%|[\d.,]+[kmgt]?\s+\d+%\s+[\d.,]+\s*[kmgt]?i?b\/s|(?:progress|\p{L}+ing)\b[^\p{L}]*\d+(?:\.\d+)?\s*%[^\p{L}]*$)/iu;

const DAYS =
  'mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?';
const MONTHS =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const SIZES = '[kmgtp]?i?b(?:ytes?)?(?:\\/s)?|[kmgt]|ms|[hms]';

/** Words of dates, times, sizes and rates, which say nothing without others. */
const UNITS = new RegExp(
  `\\b(?:${DAYS}|${MONTHS}|utc|gmt|ce?s?t|[ap]m|eta|it\\/s)\\b|(?<=\\d)(?:t(?=\\d)|z\\b|(?:${SIZES})\\b)|(?<=\\d )(?:${SIZES})\\b`,
  'gi',
);

/** Nothing that shows progress is longer, and what looks for it takes longer for longer lines. */
const LOOKED_CHARS_MAX = 400;

function saysSomething(whole: string): boolean {
  const line = whole.slice(0, LOOKED_CHARS_MAX);
  if (PROGRESS.test(line) || (BAR.test(line) && SHARE.test(line))) return false;
  return /\p{L}/u.test(line.replace(UNITS, ''));
}

/**
 * Returns the last line of a log that says something: no ruler, progress bar, bare number or time. Where
 * none does, the last that is not blank; undefined when all are. A line may have been written over and
 * over, as progress is.
 */
export function lastMeaningfulLine(log: string): string | undefined {
  const lines = log
    .replace(TERMINAL, '')
    .split(/[\r\n\u2028\u2029]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.findLast(saysSomething) ?? lines.at(-1);
}
