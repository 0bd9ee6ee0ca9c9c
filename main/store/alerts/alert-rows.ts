import type { Alert } from '../../contract/alert.ts';
import type { AlertSnapshot } from '../../contract/notification.ts';
import type { AlertReason } from '../../contract/reasons/heartbeat-reasons.ts';
import type { Severity } from '../../contract/primitives.ts';
import { Columns } from '../columns.ts';
import type { ConditionIdentity } from './condition-table.ts';

/** An alert with what only the engine needs; what mutes it is not the database's to say. */
export interface AlertRow extends Omit<Alert, 'mutedBy'> {
  readonly seq: number;
  readonly conditionId: number;
  readonly peakSeverity: Severity;
  /** The newest stamp of its reports, by the sender's own clock; null for a message. */
  readonly lastReportedAt: number | null;
  /** Since when it is in its state by our clock, less the time in which nobody could have looked. */
  readonly stateFrom: number;
  /** An event, not a lasting state: it closes once nothing of it is queued. */
  readonly isMessage: boolean;
}

/** For SELECT and RETURNING alike. */
export const ALERT = new Columns<AlertRow>({
  seq: 'plain',
  id: 'plain',
  conditionId: 'plain',
  source: 'plain',
  host: 'plain',
  kind: 'plain',
  dedupKey: 'plain',
  state: 'plain',
  severity: 'plain',
  peakSeverity: 'plain',
  lastReportedAt: 'plain',
  message: 'plain',
  messageReason: 'json',
  labels: 'json',
  annotations: 'json',
  url: 'plain',
  startedAt: 'plain',
  lastSeenAt: 'plain',
  occurrences: 'plain',
  endsAt: 'plain',
  acknowledgedAt: 'plain',
  autoAcknowledged: 'flag',
  snoozedUntil: 'plain',
  stateFrom: 'plain',
  closedAt: 'plain',
  isMessage: 'flag',
  flapping: [
    'flag',
    '(SELECT flapping_since IS NOT NULL FROM conditions WHERE conditions.id = condition_id)',
  ],
});

/** The alert as the contract shows it. */
export function toAlert(row: AlertRow, mutedBy: Alert['mutedBy']): Alert {
  const {
    seq: _seq,
    conditionId: _conditionId,
    peakSeverity: _peak,
    lastReportedAt: _reported,
    stateFrom: _stateFrom,
    isMessage: _isMessage,
    ...alert
  } = row;
  return { ...alert, mutedBy };
}

/** Returns what a notification keeps of an alert: how it was when the notification was queued. */
export function toSnapshot(row: AlertRow): AlertSnapshot {
  const {
    endsAt: _endsAt,
    autoAcknowledged: _autoAcknowledged,
    snoozedUntil: _snoozedUntil,
    flapping: _flapping,
    mutedBy: _mutedBy,
    ...snapshot
  } = toAlert(row, null);
  return snapshot;
}

/** The facts of an alert that a report says. */
export interface ReportedAlert {
  readonly id: string;
  readonly severity: Severity;
  readonly message: string;
  readonly messageReason?: AlertReason | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly url: string | null;
  readonly startedAt: number;
  readonly seenAt: number;
}

export interface NewAlert extends ConditionIdentity, ReportedAlert {
  readonly conditionId: number;
  /** The report's stamp, by the sender's own clock; null for a message. */
  readonly reportedAt: number | null;
  readonly endsAt: number | null;
  /** True if its condition flaps. */
  readonly flapping: boolean;
}

export type Touch = Pick<
  NewAlert,
  'severity' | 'message' | 'labels' | 'annotations' | 'url' | 'reportedAt' | 'seenAt' | 'endsAt'
> & { readonly peakSeverity: Severity; readonly messageReason: AlertReason | null };
