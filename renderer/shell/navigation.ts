import type { View } from '../app/route.ts';
import type { Status } from '../../main/contract/system.ts';

export const VIEW_LABELS: Record<View, string> = {
  alerts: 'Alerts',
  'dead-letters': 'Dead letters',
  deliveries: 'Deliveries',
  heartbeats: 'Heartbeats',
  routing: 'Routing',
  muting: 'Muting',
  channels: 'Channels',
  settings: 'Settings',
  audit: 'Audit log',
};

/** How many views a narrow window shows beside one another; the rest are behind “More”. */
export const MAIN_VIEWS = 4;

export interface NavCount {
  readonly count: number;
  /** What is counted, for those who do not see the number's colour. */
  readonly words: string;
  readonly tone: 'critical' | 'quiet';
}

/** The number beside a view's name; null where there is nothing to count. */
export function navCount(view: View, status: Status | null): NavCount | null {
  if (!status) return null;
  const { alerts, channelsDown, channelsNeedingAttention, heartbeatsDown, muting, notifications } =
    status;
  const counts: Partial<Record<View, NavCount>> = {
    alerts: {
      count: alerts.open,
      words: 'open',
      tone: alerts.worst === 'critical' ? 'critical' : 'quiet',
    },
    'dead-letters': { count: notifications.dead, words: 'dead', tone: 'critical' },
    deliveries: {
      count: notifications.pending + notifications.sending + notifications.failed,
      words: 'on their way',
      tone: 'quiet',
    },
    heartbeats: { count: heartbeatsDown, words: 'down', tone: 'critical' },
    muting: {
      count: muting.silences + muting.maintenanceWindows,
      words: 'active',
      tone: 'quiet',
    },
    channels: {
      count: channelsDown + channelsNeedingAttention,
      words: 'not working',
      tone: 'critical',
    },
  };
  const count = counts[view];
  return count && count.count > 0 ? count : null;
}
