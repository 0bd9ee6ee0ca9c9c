import type { NotificationEvent } from '../contract/notification.ts';
import type { Severity } from '../contract/primitives.ts';
import { isWorse } from '../domain/alert-state.ts';
import { isOver, type BundleMember } from '../domain/message-text.ts';
import type { Delivery } from './channel-adapter.ts';

/** The tone of a message, which decides its colour. */
export type Tone = Severity | 'good';

/** Dark enough for light themes and light enough for dark ones. */
export const TONE_COLOURS: Readonly<Record<Tone, string>> = {
  critical: '#d32f2f',
  warning: '#f9a825',
  info: '#1976d2',
  good: '#388e3c',
};

/** Returns the worst severity among these; there is at least one. */
export const worstSeverity = (members: readonly BundleMember[]): Severity =>
  members.reduce<Severity>(
    (found, { alert }) => (isWorse(alert.severity, found) ? alert.severity : found),
    'info',
  );

/** Returns the tone of a delivery: good if everything is over, else the worst open severity. */
export function toneOf(delivery: Delivery): Tone {
  if (delivery.event === 'test') return 'good';
  const members = delivery.bundle?.members ?? [delivery];
  const open = members.filter(({ alert, overtakenBy }) => !isOver(overtakenBy ?? alert));
  return open.length === 0 ? 'good' : worstSeverity(open);
}

/** The events about a condition that is firing, unless it has ended since. */
const FIRING: Record<NotificationEvent, boolean> = {
  raised: true,
  escalated: true,
  reminder: true,
  flapping_started: true,
  flapping_stopped: true,
  acknowledged: false,
  resolved: false,
  test: false,
};

function severityOf({ event, alert, overtakenBy }: BundleMember): Severity | null {
  const now = overtakenBy ?? alert;
  return FIRING[event] && !isOver(now) ? now.severity : null;
}

/** Returns the step of a critical message's loudness, the usual one first; the last step is as loud as it gets. */
export const stepOf = <Step>(
  { loudness }: Delivery,
  [usual, ...louder]: readonly [Step, ...Step[]],
): Step => louder[Math.min(loudness, louder.length) - 1] ?? usual;

/** Returns the worst severity that a message reports as firing; null when nothing is: recoveries, acknowledgements, tests. */
export function firingSeverity(delivery: Delivery): Severity | null {
  const severities = (delivery.bundle?.members ?? [delivery]).map(severityOf);
  return severities.reduce(
    (worst, severity) =>
      worst === null || (severity !== null && isWorse(severity, worst)) ? severity : worst,
    null,
  );
}
