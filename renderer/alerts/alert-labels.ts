import {
  MESSAGE_KIND,
  type Alert,
  type AlertState,
  type Transition,
} from '../../main/contract/alert.ts';
import { severity } from '../../main/contract/primitives.ts';
import type { AlertEventType, Explanation } from '../../main/contract/timeline.ts';
import { messages, text } from '../messages/text.svelte.ts';
import type { IconName } from '../ui/icons.ts';

type Named = Pick<Alert, 'kind' | 'labels' | 'host'>;

/** Returns the title of a message, or the kind of a condition. */
export const alertName = ({ kind, labels }: Pick<Named, 'kind' | 'labels'>): string =>
  kind === MESSAGE_KIND ? (labels['title'] ?? text('alerts.message')) : kind;

/** Returns "backup_failed on nas". */
export const alertTitle = (alert: Named): string =>
  text('alerts.nameOnHost', { name: alertName(alert), host: alert.host });

/** Returns the state, and that it was automatic where no person set it. */
export const stateLabel = ({ state, autoAcknowledged }: Alert): string =>
  state === 'acknowledged' && autoAcknowledged
    ? text('alerts.autoAcknowledged')
    : text(`common.alertState.${state}`);

/** Returns the colour of an alert's state: while it is open, that of its severity. */
export function stateTone({ state, severity }: Pick<Alert, 'state' | 'severity'>): string {
  const tones: Record<AlertState, string> = {
    open: severity,
    acknowledged: 'quiet',
    resolved: 'good',
    expired: 'quiet',
  };
  return tones[state];
}

export const EVENT_TYPE_ICONS: Record<AlertEventType, IconName> = {
  raised: 'alerts',
  escalated: 'up',
  acknowledged: 'check',
  unacknowledged: 'undo',
  snoozed: 'moon',
  unsnoozed: 'undo',
  resolved: 'check',
  expired: 'hourglass',
  routed: 'fork',
  held: 'pause',
  dropped: 'none',
  reminder: 'repeat',
  escalation_step: 'up',
  flapping_started: 'wave',
  flapping_stopped: 'wave',
};

/** Returns explanations in their order, those of one verdict that read the same as one. */
export function withEqualReasons(
  explanations: readonly Explanation[],
  sentenceOf: (explanation: Explanation) => string,
): { readonly sentence: string; readonly channels: readonly Explanation[] }[] {
  const groups = Map.groupBy(explanations, (it) => JSON.stringify([it.verdict, sentenceOf(it)]));
  return [...groups.values()].map((channels) => ({
    sentence: channels[0] ? sentenceOf(channels[0]) : '',
    channels,
  }));
}

export const VERDICT_ICONS: Record<Explanation['verdict'], IconName> = {
  notified: 'check',
  waiting: 'hourglass',
  not_notified: 'none',
};

export const VERDICT_TONES: Record<Explanation['verdict'], string> = {
  notified: 'good',
  waiting: 'info',
  not_notified: 'quiet',
};

/** Returns how many changes there were, and how quickly. */
export function changeCounts(transitions: readonly Transition[]) {
  const spanMs = (transitions.at(-1)?.at ?? 0) - (transitions[0]?.at ?? 0);
  return { count: transitions.length, duration: messages().duration(spanMs) };
}

/** Returns what alerts are grouped by. */
export function groupingLabel(by: string): string {
  const field = (['host', 'kind', 'severity'] as const).find((known) => known === by);
  return field ? text(`form.${field}`) : by;
}

/** Returns the name of a group: its value, or that its alerts have none. */
export function groupLabel(by: string, value: string): string {
  const level = severity.options.find((known) => by === 'severity' && known === value);
  if (level) return text(`common.severity.${level}`);
  return value === '' ? text('alerts.group.without', { name: groupingLabel(by) }) : value;
}
