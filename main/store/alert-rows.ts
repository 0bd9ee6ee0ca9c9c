import type { Alert, AlertState } from '../contract/alert.ts';
import type { Severity } from '../contract/primitives.ts';

/** An alert with what only the engine needs. */
export interface AlertRow extends Alert {
  readonly seq: number;
  readonly conditionId: number;
  readonly peakSeverity: Severity;
  /** When the episode began by the sender's own clock; null when the sender did not say. */
  readonly firstReportedAt: number | null;
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
  first_reported_at: number | null;
  last_seen_at: number;
  occurrences: number;
  ends_at: number | null;
  acknowledged_at: number | null;
  closed_at: number | null;
}

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
  firstReportedAt: stored.first_reported_at,
  message: stored.message,
  labels: JSON.parse(stored.labels) as Record<string, string>,
  annotations: JSON.parse(stored.annotations) as Record<string, string>,
  url: stored.url,
  startedAt: stored.started_at,
  lastSeenAt: stored.last_seen_at,
  occurrences: stored.occurrences,
  endsAt: stored.ends_at,
  acknowledgedAt: stored.acknowledged_at,
  closedAt: stored.closed_at,
});

/** The alert as the contract shows it. */
export const toAlert = (row: AlertRow): Alert => {
  const {
    seq: _seq,
    conditionId: _conditionId,
    peakSeverity: _peakSeverity,
    firstReportedAt: _firstReportedAt,
    ...alert
  } = row;
  return alert;
};
