import type { AlertState } from '../contract/alert.ts';
import type { Severity } from '../contract/primitives.ts';
import type { AlertSnapshot, NotificationEvent } from '../contract/notification.ts';

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
const timeText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

const HEADLINES: Record<Exclude<NotificationEvent, 'test'>, (alert: AlertSnapshot) => string> = {
  raised: ({ severity }) => severity.toUpperCase(),
  escalated: ({ severity }) => `Now ${severity.toUpperCase()}`,
  acknowledged: () => 'Acknowledged',
  resolved: () => 'Resolved',
};

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
  if (event === 'resolved' && alert.closedAt !== null) {
    const lasted = durationText(Math.max(0, alert.closedAt - alert.startedAt));
    lines.push(`Began ${timeText(alert.startedAt)}, lasted ${lasted}.`);
  }
  if (overtakenBy) {
    const { state, severity } = overtakenBy;
    const closed = state === 'resolved' || state === 'expired';
    const current = closed ? state : `${state} as ${severity.toUpperCase()}`;
    lines.push(`This message is late: the alert is ${current} by now.`);
  }
  return {
    title: `${HEADLINES[event](alert)}: ${alert.kind} on ${alert.host}`,
    body: lines.join('\n'),
  };
}
