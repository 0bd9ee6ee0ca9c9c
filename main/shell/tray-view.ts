import { recoveryTitle } from '../contract/backup.ts';
import type { Status } from '../contract/system.ts';

/** Each has a shape of its own, since colour alone tells not everybody. */
export const TRAY_ICONS = ['ok', 'info', 'warning', 'critical', 'dead', 'paused', 'down'] as const;
export type TrayIcon = (typeof TRAY_ICONS)[number];

/** What the tray shows; drawn by the tray itself. */
export interface TrayView {
  readonly icon: TrayIcon;
  readonly tooltip: string;
  /** One line for the menu's head: what stands open. */
  readonly summary: string;
  /** A line each for what keeps quiet at present, below the summary. */
  readonly notes: readonly string[];
  readonly deadLetters: string;
  readonly paused: boolean;
  readonly running: boolean;
}

/** What is wrong with the storage itself, which comes before all else. */
const storageTroubles = ({ storage, recovery }: Status): string[] => [
  ...(storage.writable ? [] : ['Nothing can be stored']),
  ...(recovery === null ? [] : [recoveryTitle(recovery)]),
];

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

/** With its weekday, since a pause may last for days. */
const moment = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  hour: 'numeric',
  minute: '2-digit',
});

/** Channels that do not work, the ones that wait for a person first. */
const brokenChannels = (status: Status): string[] => {
  const { channelsDown, channelsNeedingAttention } = status;
  return [
    ...(channelsNeedingAttention > 0
      ? [count(channelsNeedingAttention, 'channel needs attention', 'channels need attention')]
      : []),
    ...(channelsDown > 0 ? [count(channelsDown, 'channel is down', 'channels are down')] : []),
    ...limitedChannels(status),
  ];
};

const limitedChannels = ({ channelsRateLimited, rateLimitedUntil }: Status): string[] =>
  rateLimitedUntil === null
    ? []
    : [
        `${count(channelsRateLimited, 'channel is', 'channels are')} rate limited by the receiver until ${moment.format(rateLimitedUntil)}`,
      ];

/** What keeps alerts from being told, and until when by this machine's clock. */
function notesOf(status: Status): string[] {
  const { flapping, muting, pausedUntil } = status;
  const { silences, maintenanceWindows, quietUntil } = muting;
  return [
    ...storageTroubles(status),
    ...brokenChannels(status),
    ...(flapping > 0 ? [count(flapping, 'condition flaps', 'conditions flap')] : []),
    ...(pausedUntil === null ? [] : [`Paused until ${moment.format(pausedUntil)}`]),
    ...(quietUntil === null ? [] : [`Quiet hours until ${moment.format(quietUntil)}`]),
    ...(silences > 0 ? [count(silences, 'silence is active', 'silences are active')] : []),
    ...(maintenanceWindows > 0
      ? [
          count(
            maintenanceWindows,
            'maintenance window is active',
            'maintenance windows are active',
          ),
        ]
      : []),
  ];
}

/** The worst news first: what nobody was told of, or can be told of, stands right after critical. */
function iconOf(status: Status): TrayIcon {
  if (!status.storage.writable) return 'down';
  if (status.alerts.worst === 'critical') return 'critical';
  if (status.notifications.dead > 0 || status.channelsNeedingAttention > 0) return 'dead';
  if (status.recovery !== null) return 'dead';
  if (status.alerts.worst === 'warning' || status.channelsDown > 0) return 'warning';
  if (status.pausedUntil !== null) return 'paused';
  return status.alerts.worst ?? 'ok';
}

/** What the tray says about a status; null while there is no core to ask. */
export function trayView(status: Status | null): TrayView {
  if (status === null) {
    return {
      icon: 'down',
      tooltip: 'Belfry is not running',
      summary: 'Belfry is not running',
      notes: [],
      deadLetters: 'Dead letters',
      paused: false,
      running: false,
    };
  }
  const { dead } = status.notifications;
  const paused = status.pausedUntil !== null;
  const summary =
    status.alerts.open === 0
      ? 'No open alerts'
      : count(status.alerts.open, 'open alert', 'open alerts') +
        ` (${status.alerts.worst ?? 'info'})`;
  const facts = [
    ...storageTroubles(status),
    summary,
    ...(dead > 0 ? [count(dead, 'dead letter', 'dead letters')] : []),
    ...brokenChannels(status),
    ...(status.flapping > 0 ? [`${status.flapping} flapping`] : []),
    ...(paused ? ['deliveries paused'] : []),
    ...(status.muting.quietUntil === null ? [] : ['quiet hours']),
    ...(status.enabledChannels === 0 ? ['no channel is enabled'] : []),
  ];
  return {
    icon: iconOf(status),
    tooltip: `Belfry: ${facts.join(', ')}`,
    summary,
    notes: notesOf(status),
    deadLetters: `Dead letters (${dead})`,
    paused,
    running: true,
  };
}
