import type { AlertEventType, AlertState } from '../../main/contract/alert.ts';

export const STATE_LABELS: Record<AlertState, string> = {
  open: 'Open',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
  expired: 'Expired',
};

export const STATE_TONES: Record<AlertState, 'critical' | 'info' | 'good' | 'quiet'> = {
  open: 'critical',
  acknowledged: 'info',
  resolved: 'good',
  expired: 'quiet',
};

export const EVENT_TYPE_LABELS: Record<AlertEventType, string> = {
  raised: 'Raised',
  escalated: 'Became more severe',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
  expired: 'Expired',
};
