import type { Settings, TokenScope } from '../../main/contract/system.ts';

export const SCOPE_LABELS: Record<TokenScope, string> = {
  ingest: 'Send events',
  read: 'Read',
  operate: 'Send, read and act',
  admin: 'Everything',
};

export const SCOPE_HINTS: Record<TokenScope, string> = {
  ingest: 'For senders: may report events, and nothing else.',
  read: 'For dashboards: may look at everything but secrets.',
  operate: 'For scripts: may also acknowledge, resolve and requeue.',
  admin: 'May also change channels, tokens and settings.',
};

export const RETENTION_LABELS: Record<keyof Settings['retention'], string> = {
  deliveredDays: 'Sent and cancelled notifications',
  deadDays: 'Dead letters',
  attemptsDays: 'Attempts',
  auditDays: 'Audit log',
  closedAlertsDays: 'Closed alerts',
};
