import { MESSAGE_KIND, type AlertState } from '../contract/alert.ts';
import type { Severity } from '../contract/primitives.ts';
import type { AlertSnapshot, BundleKind, NotificationEvent } from '../contract/notification.ts';
import { plainText } from './plain-text.ts';

export interface MessageText {
  readonly title: string;
  readonly body: string;
}

/** How a condition stands. */
export interface Situation {
  readonly state: AlertState;
  readonly severity: Severity;
}

const UNITS: readonly [ms: number, name: string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
];

/** A duration for people, in its two largest units: `2 h 5 min`, `40 s`. */
export function durationText(ms: number): string {
  const first = UNITS.findIndex(([unit]) => ms >= unit);
  if (first === -1) return 'less than a second';
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, name] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.join(' ');
}

/** ISO 8601 to the second, which reads the same wherever the receiver is. */
export const timeText = (ms: number): string =>
  new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

const HEADLINES: Record<Exclude<NotificationEvent, 'test'>, (alert: AlertSnapshot) => string> = {
  raised: ({ severity }) => severity.toUpperCase(),
  escalated: ({ severity }) => `Now ${severity.toUpperCase()}`,
  acknowledged: () => 'Acknowledged',
  resolved: () => 'Resolved',
  reminder: ({ severity }) => `Still ${severity.toUpperCase()}`,
  flapping_started: () => 'Flapping',
  flapping_stopped: () => 'No longer flapping',
};

/** What a message is called: its own title, or else what it was sent to, if any of that can be read. */
const messageTitle = ({ labels, host }: AlertSnapshot): string =>
  [labels['title'] ?? '', host].map((text) => oneLine(plainText(text))).find(Boolean) ?? 'Message';

/** What the words are about. A message speaks for itself, so nothing is put before its own title. */
function headline(event: Exclude<NotificationEvent, 'test'>, alert: AlertSnapshot): string {
  if (alert.kind !== MESSAGE_KIND) {
    return `${HEADLINES[event](alert)}: ${oneLine(alert.kind)} on ${oneLine(alert.host)}`;
  }
  const title = messageTitle(alert);
  return event === 'raised' ? title : `${HEADLINES[event](alert)}: ${title}`;
}

export const isOver = ({ state }: Pick<Situation, 'state'>): boolean =>
  state === 'resolved' || state === 'expired';

const lastedText = ({ startedAt }: AlertSnapshot, closedAt: number): string =>
  durationText(Math.max(0, closedAt - startedAt));

/** What the event itself adds to the alert's own words. */
function remark(event: NotificationEvent, alert: AlertSnapshot): string | null {
  switch (event) {
    case 'resolved':
      return alert.closedAt === null
        ? null
        : `Began ${timeText(alert.startedAt)}, lasted ${lastedText(alert, alert.closedAt)}.`;
    case 'reminder':
      return `Began ${timeText(alert.startedAt)} and still fires.`;
    case 'flapping_started':
      return 'It changes too often. Nothing more is told until it has calmed down.';
    case 'flapping_stopped':
      return isOver(alert)
        ? `It has calmed down: ${alert.state}.`
        : `It has calmed down: still firing as ${alert.severity.toUpperCase()}.`;
    case 'raised':
    case 'escalated':
      return alert.state === 'acknowledged' ? 'It is acknowledged already.' : null;
    case 'acknowledged':
    case 'test':
      return null;
  }
}

/**
 * What a person reads. A resolved says when it began and how long it lasted; one that comes late (a
 * dead letter that was requeued, say) says so and gives the current state.
 */
export function messageText(
  event: NotificationEvent,
  alert: AlertSnapshot,
  overtakenBy: Situation | null,
): MessageText {
  if (event === 'test') {
    return { title: 'Test from Belfry', body: 'This channel works: notifications arrive here.' };
  }
  const lines = alert.message === '' ? [] : [alert.message];
  const remarked = remark(event, alert);
  if (remarked !== null) lines.push(remarked);
  if (overtakenBy) {
    const { state, severity } = overtakenBy;
    const current = isOver(overtakenBy) ? state : `${state} as ${severity.toUpperCase()}`;
    lines.push(
      alert.kind === MESSAGE_KIND
        ? 'This message is late: a newer one has replaced it.'
        : `This message is late: the alert is ${current} by now.`,
    );
  }
  return { title: headline(event, alert), body: lines.join('\n') };
}

/** One of those that leave as one message. */
export interface BundleMember {
  readonly event: NotificationEvent;
  readonly alert: AlertSnapshot;
  /** How it stands now, when that is no longer as it says. */
  readonly overtakenBy: Situation | null;
}

/** Long texts of single members would bury the others. */
const MEMBER_CHARS_MAX = 200;

/** More lines than this nobody reads; they stand in the window. */
const LINES_MAX = 1_000;

/** Senders' text within one line: what could look like another line of ours becomes a space. */
export const oneLine = (text: string): string =>
  text.replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();

/** What a cut within a surrogate pair leaves of it. */
const HALF_PAIR = /[\ud800-\udbff]$/;

/** A text on one line, cut with a mark and never within a surrogate pair. */
function shortLine(text: string): string {
  const looked = text.slice(0, 4 * MEMBER_CHARS_MAX);
  const characters = [...oneLine(looked)];
  const isWhole = looked.length === text.length && characters.length <= MEMBER_CHARS_MAX;
  if (isWhole) return characters.join('');
  const kept = characters.slice(0, MEMBER_CHARS_MAX - 1).join('');
  return `${kept.replace(HALF_PAIR, '')}…`;
}

const BUNDLE_TITLES: Record<BundleKind, (members: readonly BundleMember[]) => string> = {
  group: (members) => {
    const resolved = members.every(({ event }) => event === 'resolved');
    return `${members.length} alerts${resolved ? ' resolved' : ''}`;
  },
  digest: (members) => `While it was quiet: ${members.length} notifications`,
  storm: (members) => `${members.length} new alerts in a short time`,
  summary: (members) => `${members.length} notifications that could not be delivered before`,
};

/** One message for many: how many they are, and every one of them on a line of its own. */
export function bundleText(kind: BundleKind, members: readonly BundleMember[]): MessageText {
  const lines = members.slice(0, LINES_MAX).map(({ event, alert, overtakenBy }) => {
    const about = messageText(event, alert, null).title;
    const late = overtakenBy ? ` (${overtakenBy.state} by now)` : '';
    return `${about}${late}${alert.message === '' ? '' : `: ${shortLine(alert.message)}`}`;
  });
  if (members.length > LINES_MAX) lines.push(`… and ${members.length - LINES_MAX} more`);
  return { title: BUNDLE_TITLES[kind](members), body: lines.join('\n') };
}
