import type { View } from '../app/route.ts';
import type { Status } from '../../main/contract/system.ts';
import type { TextKey } from '../../main/messages/messages.ts';

export const VIEW_KEYS = {
  overview: 'window.view.overview',
  alerts: 'window.view.alerts',
  'dead-letters': 'window.view.deadLetters',
  deliveries: 'window.view.deliveries',
  heartbeats: 'window.view.heartbeats',
  sources: 'window.view.sources',
  routing: 'window.view.routing',
  muting: 'window.view.muting',
  channels: 'window.view.channels',
  settings: 'window.view.settings',
  audit: 'window.view.audit',
} as const satisfies Record<View, TextKey>;

/** The number of views in the bar of a narrow window; the rest are behind “More”. */
export const MAIN_VIEWS = 4;

type CountKey =
  `window.count.${'alerts' | 'dead' | 'deliveries' | 'heartbeats' | 'muting' | 'channels'}`;

export interface NavCount {
  readonly count: number;
  /** The message that names what is counted, since the number's colour is not enough. */
  readonly key: CountKey;
  readonly tone: 'critical' | 'quiet';
}

/** Returns the number beside a view's name; null where there is nothing to count. */
export function navCount(view: View, status: Status | null): NavCount | null {
  if (!status) return null;
  const { alerts, channelsDown, channelsNeedingAttention, heartbeatsDown, muting, notifications } =
    status;
  const counts: Partial<Record<View, NavCount>> = {
    alerts: {
      count: alerts.open,
      key: 'window.count.alerts',
      tone: alerts.worst === 'critical' ? 'critical' : 'quiet',
    },
    'dead-letters': { count: notifications.dead, key: 'window.count.dead', tone: 'critical' },
    deliveries: {
      count: notifications.pending + notifications.sending + notifications.failed,
      key: 'window.count.deliveries',
      tone: 'quiet',
    },
    heartbeats: { count: heartbeatsDown, key: 'window.count.heartbeats', tone: 'critical' },
    muting: {
      count: muting.silences + muting.maintenanceWindows,
      key: 'window.count.muting',
      tone: 'quiet',
    },
    channels: {
      count: channelsDown + channelsNeedingAttention,
      key: 'window.count.channels',
      tone: 'critical',
    },
  };
  const count = counts[view];
  return count && count.count > 0 ? count : null;
}
