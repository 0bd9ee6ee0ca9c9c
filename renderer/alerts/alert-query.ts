import type { Alert, AlertState } from '../../main/contract/alert.ts';

/** The tabs of the alerts view. What flaps are conditions, which have a list of their own. */
export const ALERT_TABS = ['active', 'flapping', 'closed', 'all'] as const;
export type AlertTab = (typeof ALERT_TABS)[number];

export const ALERT_TAB_LABELS: Record<AlertTab, string> = {
  active: 'Active',
  flapping: 'Flapping',
  closed: 'Closed',
  all: 'All',
};

/** The states that each tab shows; undefined asks for every state, and none is for what are no alerts. */
export const TAB_STATES: Record<AlertTab, AlertState[] | undefined> = {
  active: ['open', 'acknowledged'],
  flapping: [],
  closed: ['resolved', 'expired'],
  all: undefined,
};

export const belongsTo = (tab: AlertTab, alert: Alert): boolean =>
  TAB_STATES[tab]?.includes(alert.state) ?? true;
