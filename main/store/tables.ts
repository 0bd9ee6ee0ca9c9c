import { AlertAgesTable } from './alert-ages.ts';
import { AlertEventTable } from './alert-events.ts';
import { AlertPages } from './alert-pages.ts';
import { AlertTable } from './alerts.ts';
import { AuditTable } from './audit.ts';
import { BulkJobTable } from './bulk-jobs.ts';
import { BundleTable } from './bundles.ts';
import { ChannelTable } from './channels.ts';
import { ConditionTable } from './conditions.ts';
import type { Db } from './database.ts';
import { DeadLetterTable } from './dead-letters.ts';
import { DeliveryAttemptTable } from './delivery-attempts.ts';
import { FallbackTable } from './fallbacks.ts';
import { FollowUpTable } from './follow-ups.ts';
import { HeartbeatEventTable } from './heartbeat-events.ts';
import { HeartbeatTable } from './heartbeats.ts';
import { InhibitionTable } from './inhibitions.ts';
import { LaneRepairTable } from './lane-repairs.ts';
import { LaneTable } from './lanes.ts';
import { MaintenanceTable } from './maintenance-windows.ts';
import { MappedWebhookTable } from './mapped-webhooks.ts';
import { MessageThreadTable } from './message-threads.ts';
import { MessageTable } from './messages.ts';
import { MetricCounts } from './metric-counts.ts';
import { NotificationHolds } from './notification-holds.ts';
import { NotificationPages } from './notification-pages.ts';
import { NotificationTable } from './notifications.ts';
import { RejectedInputTable } from './rejected-input.ts';
import { RecoveryTable } from './recoveries.ts';
import { Retention } from './retention.ts';
import { RouteTable } from './routes.ts';
import { SessionTable } from './sessions.ts';
import { SettingsTable } from './settings.ts';
import { ShownAlerts } from './shown-alerts.ts';
import { SilenceTable } from './silences.ts';
import { TokenTable } from './tokens.ts';
import { UsedLinkTable } from './used-links.ts';

/** Every table's statements, prepared once on the one connection. */
export const openTables = (db: Db) => ({
  alerts: new AlertTable(db),
  ages: new AlertAgesTable(db),
  messages: new MessageTable(db),
  alertPages: new AlertPages(db),
  timeline: new AlertEventTable(db),
  conditions: new ConditionTable(db),
  notifications: new NotificationTable(db),
  lanes: new LaneTable(db),
  repairs: new LaneRepairTable(db),
  fallbacks: new FallbackTable(db),
  holds: new NotificationHolds(db),
  bundles: new BundleTable(db),
  bulkJobs: new BulkJobTable(db),
  notificationPages: new NotificationPages(db),
  deadLetters: new DeadLetterTable(db),
  attempts: new DeliveryAttemptTable(db),
  channels: new ChannelTable(db),
  threads: new MessageThreadTable(db),
  routes: new RouteTable(db),
  followUps: new FollowUpTable(db),
  shownAlerts: new ShownAlerts(db),
  silences: new SilenceTable(db),
  maintenanceWindows: new MaintenanceTable(db),
  inhibitions: new InhibitionTable(db),
  heartbeats: new HeartbeatTable(db),
  heartbeatEvents: new HeartbeatEventTable(db),
  tokens: new TokenTable(db),
  sessions: new SessionTable(db),
  settings: new SettingsTable(db),
  usedLinks: new UsedLinkTable(db),
  audit: new AuditTable(db),
  mappedWebhooks: new MappedWebhookTable(db),
  rejected: new RejectedInputTable(db),
  recoveries: new RecoveryTable(db),
  retention: new Retention(db),
  metricCounts: new MetricCounts(db),
});

export type Tables = ReturnType<typeof openTables>;
