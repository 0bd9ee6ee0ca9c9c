import type { Alert, AlertState } from '../../main/contract/alert.ts';

/** The tabs of the alerts view. */
export const ALERT_TABS = ['active', 'closed', 'all'] as const;
export type AlertTab = (typeof ALERT_TABS)[number];

export const ALERT_TAB_LABELS: Record<AlertTab, string> = {
  active: 'Active',
  closed: 'Closed',
  all: 'All',
};

/** The states that each tab shows; undefined asks for every state. */
export const TAB_STATES: Record<AlertTab, AlertState[] | undefined> = {
  active: ['open', 'acknowledged'],
  closed: ['resolved', 'expired'],
  all: undefined,
};

export const belongsTo = (tab: AlertTab, alert: Alert): boolean =>
  TAB_STATES[tab]?.includes(alert.state) ?? true;
