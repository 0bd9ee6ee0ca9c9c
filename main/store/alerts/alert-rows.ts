import type { Alert, AlertState } from '../../contract/alert.ts';
import type { AlertSnapshot } from '../../contract/notification.ts';
import type { Severity } from '../../contract/primitives.ts';

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

export interface StoredAlert {
  seq: number;
  id: string;
  condition_id: number;
  source: string;
  host: string;
  kind: string;
  dedup_key: string;
  state: AlertState;
  severity: Severity;
  peak_severity: Severity;
  message: string;
  labels: string;
  annotations: string;
  url: string | null;
  started_at: number;
  last_reported_at: number | null;
  last_seen_at: number;
  occurrences: number;
  ends_at: number | null;
  acknowledged_at: number | null;
  auto_acknowledged: 0 | 1;
  snoozed_until: number | null;
  state_from: number;
  closed_at: number | null;
  is_message: 0 | 1;
  flapping_since: number | null;
}

/** Every column, and whether the condition flaps: SELECT and RETURNING alike. */
export const ALERT_COLUMNS = `*,
  (SELECT flapping_since FROM conditions WHERE conditions.id = condition_id) AS flapping_since`;

export const toAlertRow = (stored: StoredAlert): AlertRow => ({
  seq: stored.seq,
  id: stored.id,
  conditionId: stored.condition_id,
  source: stored.source,
  host: stored.host,
  kind: stored.kind,
  dedupKey: stored.dedup_key,
  state: stored.state,
  severity: stored.severity,
  peakSeverity: stored.peak_severity,
  lastReportedAt: stored.last_reported_at,
  message: stored.message,
  labels: JSON.parse(stored.labels) as Record<string, string>,
  annotations: JSON.parse(stored.annotations) as Record<string, string>,
  url: stored.url,
  startedAt: stored.started_at,
  lastSeenAt: stored.last_seen_at,
  occurrences: stored.occurrences,
  endsAt: stored.ends_at,
  acknowledgedAt: stored.acknowledged_at,
  autoAcknowledged: stored.auto_acknowledged === 1,
  snoozedUntil: stored.snoozed_until,
  stateFrom: stored.state_from,
  closedAt: stored.closed_at,
  isMessage: stored.is_message === 1,
  flapping: stored.flapping_since !== null,
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

/** What a notification keeps of it: how it was when it was queued. */
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
