import type { TokenScope } from '../../main/contract/system.ts';
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
