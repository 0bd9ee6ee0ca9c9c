import {
  MESSAGE_KIND,
  type Alert,
  type AlertEventType,
  type AlertState,
  type Explanation,
  type Transition,
} from '../../main/contract/alert.ts';
import { formatMatcher } from '../../main/contract/matcher.ts';
import type { HoldKind } from '../../main/contract/suppression.ts';
import { formatNewSilence } from '../app/route.ts';
import { duration } from '../time/time-text.ts';
import type { IconName } from '../ui/icons.ts';

/** What an alert is called: a message by its own title, a condition by its kind. */
export const alertName = ({ kind, labels }: Pick<Alert, 'kind' | 'labels'>): string =>
  kind === MESSAGE_KIND ? (labels['title'] ?? 'Message') : kind;

export const STATE_LABELS: Record<AlertState, string> = {
  open: 'Open',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
  expired: 'Expired',
};

/** The state in words, and who brought it about where nobody did. */
export const stateLabel = ({ state, autoAcknowledged }: Alert): string =>
  state === 'acknowledged' && autoAcknowledged ? 'Acknowledged automatically' : STATE_LABELS[state];

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
  unacknowledged: 'Acknowledgement taken back',
  snoozed: 'Snoozed',
  unsnoozed: 'Snooze ended',
  resolved: 'Resolved',
  expired: 'Expired',
  routed: 'Routed',
  held: 'Held',
  dropped: 'Not told',
  reminder: 'Reminder',
  escalation_step: 'Escalation',
  flapping_started: 'Flapping started',
  flapping_stopped: 'Flapping stopped',
};

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

/** What keeps news of an alert from being told; "until …" follows where the end is known. */
export const MUTED_LABELS: Record<HoldKind, string> = {
  hold_for: 'Waiting',
  grouping: 'Collecting',
  storm: 'In a storm',
  pause: 'Paused',
  silence: 'Silenced',
  maintenance: 'Maintenance',
  inhibition: 'Inhibited',
  quiet_hours: 'Quiet hours',
  snooze: 'Snoozed',
};

export const VERDICT_LABELS: Record<Explanation['verdict'], string> = {
  told: 'Told',
  waiting: 'Waiting',
  not_told: 'Not told',
};

export const VERDICT_ICONS: Record<Explanation['verdict'], IconName> = {
  told: 'check',
  waiting: 'hourglass',
  not_told: 'none',
};

export const VERDICT_TONES: Record<Explanation['verdict'], string> = {
  told: 'good',
  waiting: 'info',
  not_told: 'quiet',
};

export const TRANSITION_LABELS: Record<Transition['to'], string> = {
  firing: 'Firing',
  resolved: 'Resolved',
};

/** How many changes there were, and how quickly: "5 changes within 3 min". */
export function changesWords(transitions: readonly Transition[]): string {
  const spanMs = (transitions.at(-1)?.at ?? 0) - (transitions[0]?.at ?? 0);
  return `${transitions.length.toLocaleString()} changes within ${duration(spanMs)}`;
}

/** What the picture of a flapping condition shows, for those who do not see it. */
export const evidenceWords = (transitions: readonly Transition[]): string =>
  `${changesWords(transitions)} between firing and resolved, ${transitions.at(-1)?.to ?? 'none'} at last`;

/** Where a silence of alerts like this one is made: of the same kind, on the same host. */
export const silenceLink = ({ kind, host }: Pick<Alert, 'kind' | 'host'>): string =>
  formatNewSilence([
    formatMatcher({ name: 'kind', op: '=', value: kind }),
    formatMatcher({ name: 'host', op: '=', value: host }),
  ]);
