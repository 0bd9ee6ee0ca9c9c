import type { AlertState } from '../contract/alert.ts';
import type { Severity } from '../contract/primitives.ts';

/**
 * The single truth about how an alert may move. Acknowledged alerts keep their condition's dedup
 * slot; closed ones (resolved, expired) are history, and the condition's next report opens a new alert.
 */
export const ALERT_TRANSITIONS: Record<AlertState, readonly AlertState[]> = {
  open: ['acknowledged', 'resolved', 'expired'],
  acknowledged: ['open', 'resolved', 'expired'],
  resolved: [],
  expired: [],
};

const RANK: Record<Severity, number> = { info: 0, warning: 1, critical: 2 };

/** Returns 0 for the least severe. */
export const rankOf = (severity: Severity): number => RANK[severity];

export const isWorse = (severity: Severity, than: Severity): boolean => RANK[severity] > RANK[than];
