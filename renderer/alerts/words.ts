import type { Alert, AlertEventType, AlertState } from '../../main/contract/alert.ts';

export const STATE_LABELS: Record<AlertState, string> = {
  open: 'Open',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
  expired: 'Expired',
};

/** The colour of an alert's state: while it is open, that of its severity. */
export function stateTone({ state, severity }: Pick<Alert, 'state' | 'severity'>): string {
  const tones: Record<AlertState, string> = {
    open: severity,
    acknowledged: 'quiet',
    resolved: 'good',
    expired: 'quiet',
  };
  return tones[state];
}

export const EVENT_TYPE_LABELS: Record<AlertEventType, string> = {
  raised: 'Raised',
  escalated: 'Became more severe',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
  expired: 'Expired',
};
