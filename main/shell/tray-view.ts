import { MESSAGE_KIND, type Alert } from '../contract/alert.ts';
import type { Channel } from '../contract/channel.ts';
import type { DeliveryPause, Status } from '../contract/system.ts';
import { plainText } from '../domain/bounded-text.ts';
import { shortText } from '../domain/notice-text.ts';
import type { Messages } from '../messages/messages.ts';
import { nextStep } from '../messages/reasons.ts';
import { recoveryTitle } from '../messages/recovery-text.ts';
import type { CoreState } from './core-watch.ts';

/** Each has its own shape, since not everybody can distinguish colours. */
export const TRAY_ICONS = [
  'ok',
  'info',
  'warning',
  'critical',
  'dead',
  'paused',
  'unwritable',
  'down',
] as const;
export type TrayIcon = (typeof TRAY_ICONS)[number];

/** An open alert as the menu shows it. */
export interface TrayAlert {
  readonly id: string;
  readonly label: string;
  readonly canAcknowledge: boolean;
}

/** The content of the tray. */
export interface TrayView {
  readonly icon: TrayIcon;
  readonly tooltip: string;
  /** The first line of the menu: the open alerts. */
  readonly summary: string;
  /** Below the summary, a line for each thing that does not work or suppresses notifications. */
  readonly notes: readonly string[];
  /** The newest open alerts. */
  readonly alerts: readonly TrayAlert[];
  /** How many alerts are open. */
  readonly count: number;
  readonly deadLetters: string;
  readonly canRequeue: boolean;
  readonly paused: boolean;
  readonly running: boolean;
  /** The line for a newer version; null while none is known. */
  readonly update: string | null;
}

const storageTroubles = (messages: Messages, { storage, recovery }: Status): string[] => [
  ...(storage.writable ? [] : [messages.text('tray.storage')]),
  ...(recovery === null ? [] : [recoveryTitle(messages, recovery)]),
];

type CountKey = 'attention' | 'channelsDown' | 'flapping' | 'maintenance' | 'silences';

/** Returns the line for a count; nothing for none. */
const counted = (messages: Messages, name: CountKey, count: number): string[] =>
  count === 0 ? [] : [messages.text(`tray.${name}`, { count })];

/** With its weekday, since a pause may last for days. */
const momentText = ({ locale }: Messages, atMs: number): string =>
  new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    hour: 'numeric',
    minute: '2-digit',
  }).format(atMs);

/** Channels that do not work, the ones that need a person first. */
function brokenChannels(messages: Messages, status: Status): string[] {
  const { channelsDown, channelsNeedingAttention, channelsRateLimited, rateLimitedUntil } = status;
  return [
    ...counted(messages, 'attention', channelsNeedingAttention),
    ...counted(messages, 'channelsDown', channelsDown),
    ...(rateLimitedUntil === null
      ? []
      : [
          messages.text('tray.channelsLimited', {
            count: channelsRateLimited,
            until: momentText(messages, rateLimitedUntil),
          }),
        ]),
  ];
}

/** More lines than these would hide the rest of the menu. */
const STEPS_MAX = 5;

/** Returns what to do about the channels that need attention. */
const stepsOf = (messages: Messages, channels: readonly Channel[]): string[] =>
  channels
    .flatMap(({ name, attention }) => {
      const step = attention && nextStep(messages, attention.reason, attention.class);
      return step ? [messages.text('tray.step', { name: plainText(name), step })] : [];
    })
    .slice(0, STEPS_MAX);

const pauseNote = (messages: Messages, { until }: DeliveryPause): string =>
  until === null
    ? messages.text('tray.pausedOpen')
    : messages.text('tray.pausedUntil', { until: momentText(messages, until) });

/** Returns a line for each thing that is broken or suppresses notifications, with times by this machine's clock. */
function notesOf(messages: Messages, status: Status, attention: readonly Channel[]): string[] {
  const { flapping, muting, pause } = status;
  const { silences, maintenanceWindows, quietUntil } = muting;
  const until = (atMs: number) => ({ until: momentText(messages, atMs) });
  return [
    ...storageTroubles(messages, status),
    ...brokenChannels(messages, status),
    ...stepsOf(messages, attention),
    ...counted(messages, 'flapping', flapping),
    ...(pause === null ? [] : [pauseNote(messages, pause)]),
    ...(quietUntil === null ? [] : [messages.text('tray.quietUntil', until(quietUntil))]),
    ...counted(messages, 'silences', silences),
    ...counted(messages, 'maintenance', maintenanceWindows),
  ];
}

/** The worst first: what could not be delivered, or cannot be, comes right after critical. */
function iconOf(status: Status): TrayIcon {
  if (!status.storage.writable) return 'unwritable';
  if (status.alerts.worst === 'critical') return 'critical';
  if (status.notifications.dead > 0 || status.channelsNeedingAttention > 0) return 'dead';
  if (status.recovery !== null) return 'dead';
  if (status.alerts.worst === 'warning' || status.channelsDown > 0) return 'warning';
  if (status.pause !== null) return 'paused';
  return status.alerts.worst ?? 'ok';
}

/** Longer than a menu should be wide. */
const ALERT_CHARS_MAX = 60;

/** Returns an alert in one line. A message has no kind worth reading; its text says what it is about. */
export function trayAlert(
  messages: Messages,
  { id, kind, host, message, severity, state }: Alert,
): TrayAlert {
  const name = kind === MESSAGE_KIND ? message : kind;
  const label = messages.text('tray.alert', {
    severity,
    name: shortText(name.replace(/\s+/g, ' '), ALERT_CHARS_MAX),
    host: shortText(host, ALERT_CHARS_MAX),
  });
  return { id, label, canAcknowledge: state === 'open' };
}

/** Returns what the tray shows of a core; null while there is none to ask. */
export function trayView(messages: Messages, state: CoreState | null): TrayView {
  if (state === null) {
    const summary = messages.text('tray.notRunning');
    const deadLetters = messages.text('tray.deadLettersUnknown');
    const nothing = { notes: [], alerts: [], count: 0, canRequeue: false };
    const idle = { ...nothing, deadLetters, paused: false, running: false, update: null };
    return { icon: 'down', tooltip: summary, summary, ...idle };
  }
  const { status, attention, newest } = state;
  const { alerts, notifications, pause, muting, flapping, enabledChannels, update } = status;
  const { dead } = notifications;
  const summary =
    alerts.open === 0
      ? messages.text('tray.noAlerts')
      : messages.text('tray.openAlerts', { count: alerts.open, worst: alerts.worst ?? 'info' });
  const facts = [
    ...storageTroubles(messages, status),
    summary,
    ...(dead > 0 ? [messages.text('common.deadLetters', { count: dead })] : []),
    ...brokenChannels(messages, status),
    ...counted(messages, 'flapping', flapping),
    ...(pause === null ? [] : [messages.text('tray.paused')]),
    ...(muting.quietUntil === null ? [] : [messages.text('tray.quiet')]),
    ...(enabledChannels === 0 ? [messages.text('tray.noChannel')] : []),
  ];
  return {
    icon: iconOf(status),
    tooltip: messages.text('tray.tooltip', { facts: facts.join(', ') }),
    summary,
    notes: notesOf(messages, status, attention),
    alerts: newest.map((alert) => trayAlert(messages, alert)),
    count: alerts.open,
    update: update && messages.text('update.available', { version: update.version }),
    canRequeue: dead > 0,
    deadLetters: messages.text('tray.deadLetters', { count: dead }),
    paused: pause !== null,
    running: true,
  };
}
