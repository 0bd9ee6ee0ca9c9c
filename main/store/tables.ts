import { AlertEventTable } from './alert-events.ts';
import { AlertPages } from './alert-pages.ts';
import { AlertTable } from './alerts.ts';
import { AuditTable } from './audit.ts';
import { ChannelTable } from './channels.ts';
import { ConditionTable } from './conditions.ts';
import type { Db } from './database.ts';
import { DeliveryAttemptTable } from './delivery-attempts.ts';
import { NotificationPages } from './notification-pages.ts';
import { NotificationTable } from './notifications.ts';
import { Retention } from './retention.ts';
import { SessionTable } from './sessions.ts';
import { SettingsTable } from './settings.ts';
import { TokenTable } from './tokens.ts';

/** Every table's statements, prepared once on the one connection. */
export const openTables = (db: Db) => ({
  alerts: new AlertTable(db),
  alertPages: new AlertPages(db),
  timeline: new AlertEventTable(db),
  conditions: new ConditionTable(db),
  notifications: new NotificationTable(db),
  notificationPages: new NotificationPages(db),
  attempts: new DeliveryAttemptTable(db),
  channels: new ChannelTable(db),
  tokens: new TokenTable(db),
  sessions: new SessionTable(db),
  settings: new SettingsTable(db),
  audit: new AuditTable(db),
  retention: new Retention(db),
});
