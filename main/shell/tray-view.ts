import type { Channel } from '../contract/channel.ts';
import type { Status } from '../contract/system.ts';
import { plainText } from '../domain/bounded-text.ts';
import type { Messages } from '../messages/messages.ts';
import { nextStep } from '../messages/reasons.ts';
import { recoveryTitle } from '../messages/recovery-text.ts';

/** Each has its own shape, since not everybody can distinguish colours. */
export const TRAY_ICONS = ['ok', 'info', 'warning', 'critical', 'dead', 'paused', 'down'] as const;
export type TrayIcon = (typeof TRAY_ICONS)[number];

/** The content of the tray. */
export interface TrayView {
  readonly icon: TrayIcon;
  readonly tooltip: string;
  /** The first line of the menu: the open alerts. */
  readonly summary: string;
  /** Below the summary, a line for each thing that does not work or suppresses notifications. */
  readonly notes: readonly string[];
  readonly deadLetters: string;
  readonly paused: boolean;
  readonly running: boolean;
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

/** Returns a line for each thing that is broken or suppresses notifications, with times by this machine's clock. */
function notesOf(messages: Messages, status: Status, attention: readonly Channel[]): string[] {
  const { flapping, muting, pausedUntil } = status;
  const { silences, maintenanceWindows, quietUntil } = muting;
  const until = (atMs: number) => ({ until: momentText(messages, atMs) });
  return [
    ...storageTroubles(messages, status),
    ...brokenChannels(messages, status),
    ...stepsOf(messages, attention),
    ...counted(messages, 'flapping', flapping),
    ...(pausedUntil === null ? [] : [messages.text('tray.pausedUntil', until(pausedUntil))]),
    ...(quietUntil === null ? [] : [messages.text('tray.quietUntil', until(quietUntil))]),
    ...counted(messages, 'silences', silences),
    ...counted(messages, 'maintenance', maintenanceWindows),
  ];
}

/** The worst first: what could not be delivered, or cannot be, comes right after critical. */
function iconOf(status: Status): TrayIcon {
  if (!status.storage.writable) return 'down';
  if (status.alerts.worst === 'critical') return 'critical';
  if (status.notifications.dead > 0 || status.channelsNeedingAttention > 0) return 'dead';
  if (status.recovery !== null) return 'dead';
  if (status.alerts.worst === 'warning' || status.channelsDown > 0) return 'warning';
  if (status.pausedUntil !== null) return 'paused';
  return status.alerts.worst ?? 'ok';
}

/** Returns what the tray shows of a status, null while there is no core to ask, and of the channels that need attention. */
export function trayView(
  messages: Messages,
  status: Status | null,
  attention: readonly Channel[] = [],
): TrayView {
  if (status === null) {
    const summary = messages.text('tray.notRunning');
    const deadLetters = messages.text('tray.deadLettersUnknown');
    const idle = { notes: [], deadLetters, paused: false, running: false };
    return { icon: 'down', tooltip: summary, summary, ...idle };
  }
  const { alerts, notifications, pausedUntil, muting, flapping, enabledChannels } = status;
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
    ...(pausedUntil === null ? [] : [messages.text('tray.paused')]),
    ...(muting.quietUntil === null ? [] : [messages.text('tray.quiet')]),
    ...(enabledChannels === 0 ? [messages.text('tray.noChannel')] : []),
  ];
  return {
    icon: iconOf(status),
    tooltip: messages.text('tray.tooltip', { facts: facts.join(', ') }),
    summary,
    notes: notesOf(messages, status, attention),
    deadLetters: messages.text('tray.deadLetters', { count: dead }),
    paused: pausedUntil !== null,
    running: true,
  };
}
