import type { Settings, TokenScope } from '../../main/contract/system.ts';
import type { SettingsPart } from '../app/route.ts';

export const SETTINGS_PART_LABELS: Record<SettingsPart, string> = {
  senders: 'Senders',
  general: 'General',
  backups: 'Backups',
  exchange: 'Export and import',
  about: 'About',
};

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

/** What a fresh installation begins with, for the hints. The host has the truth, and a test compares. */
export const SETTING_DEFAULTS = {
  flappingThreshold: 5,
  flappingWindowSeconds: 300,
  flappingCooldownMinutes: 15,
  maxAlertAgeDays: 7,
  maxAcknowledgedAgeDays: 1,
  autoAcknowledgeAfterHours: 24,
  stormThreshold: 20,
  stormWindowSeconds: 60,
  deadLettersMax: 100_000,
} as const satisfies Partial<Settings>;

/** A hint that ends with what the setting was at first; the number never stands alone on a line. */
export const withDefault = (hint: string, key: keyof typeof SETTING_DEFAULTS): string =>
  `${hint} Default:\u00a0${SETTING_DEFAULTS[key].toLocaleString()}.`;
