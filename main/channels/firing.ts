import type { NotificationEvent } from '../contract/notification.ts';
import type { Severity } from '../contract/primitives.ts';
import { isWorse } from '../domain/alert-state.ts';
import { isOver, type BundleMember } from '../domain/message-text.ts';
import type { Delivery } from './channel-adapter.ts';

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

/** Returns the worst severity that a message reports as firing; null when nothing is: recoveries, acknowledgements, tests. */
export function firingSeverity(delivery: Delivery): Severity | null {
  const severities = (delivery.bundle?.members ?? [delivery]).map(severityOf);
  return severities.reduce(
    (worst, severity) =>
      worst === null || (severity !== null && isWorse(severity, worst)) ? severity : worst,
    null,
  );
}
