import { AlertAgesTable } from './alerts/alert-ages-table.ts';
import { AlertEventTable } from './alerts/alert-event-table.ts';
import { AlertLabels } from './alerts/alert-labels.ts';
import { AlertPages } from './alerts/alert-pages.ts';
import { INDEXED_ALERTS } from './alerts/alert-search.ts';
import { AlertTable } from './alerts/alert-table.ts';
import { AuditTable } from './audit-table.ts';
import { BulkJobTable } from './notifications/bulk-job-table.ts';
import { BundleTable } from './notifications/bundle-table.ts';
import { ChannelTable } from './channel-table.ts';
import { ConditionTable } from './alerts/condition-table.ts';
import type { Db } from './database.ts';
import { DeliveryAttemptTable } from './notifications/delivery-attempt-table.ts';
import { FollowUpTable } from './alerts/follow-up-table.ts';
import { HeartbeatEventTable } from './heartbeat-event-table.ts';
import { HeartbeatHistoryTable } from './heartbeat-history-table.ts';
import { HeartbeatTable } from './heartbeat-table.ts';
import { KeptCounts } from './kept-counts.ts';
import { MaintenanceNoticeTable } from './maintenance-notice-table.ts';
import { LaneRepairTable } from './notifications/lane-repair-table.ts';
import { MessageThreadTable } from './alerts/message-thread-table.ts';
import { MessageTable } from './alerts/message-table.ts';
import { MetricCounts } from './metric-counts.ts';
import { OverviewRows } from './overview-rows.ts';
import { PendingTouches } from './alerts/pending-touches.ts';
import { INDEXED_NOTIFICATIONS } from './notifications/notification-search.ts';
import { NotificationStore } from './notifications/notification-store.ts';
import { PictureTable } from './picture-table.ts';
import { RejectedInputTable } from './rejected-input-table.ts';
import { RecoveryTable } from './recovery-table.ts';
import { Retention } from './retention.ts';
import {
  MappedWebhookTable,
  RouteTable,
  ruleTables,
  MailRuleTable,
  SavedViewTable,
  SilenceTable,
} from './rule-tables.ts';
import { SearchIndex } from './search-index.ts';
import { SessionTable } from './session-table.ts';
import { SettingsTable } from './settings-table.ts';
import { ShownAlerts } from './alerts/shown-alerts.ts';
import { TokenTable } from './token-table.ts';
import { UsedLinkTable } from './used-link-table.ts';

/** Every table on the one connection. */
export const openTables = (db: Db, touches = new PendingTouches(db)) => ({
  touches,
  alerts: new AlertTable(db, touches),
  ages: new AlertAgesTable(db),
  messages: new MessageTable(db),
  alertPages: new AlertPages(db, touches),
  alertLabels: new AlertLabels(db),
  timeline: new AlertEventTable(db),
  conditions: new ConditionTable(db),
  notifications: new NotificationStore(db),
  repairs: new LaneRepairTable(db),
  bundles: new BundleTable(db),
  bulkJobs: new BulkJobTable(db),
  attempts: new DeliveryAttemptTable(db),
  channels: new ChannelTable(db),
  threads: new MessageThreadTable(db),
  routes: new RouteTable(db),
  followUps: new FollowUpTable(db),
  shownAlerts: new ShownAlerts(db, touches),
  overview: new OverviewRows(db, touches),
  silences: new SilenceTable(db),
  rules: ruleTables(db),
  maintenanceNotices: new MaintenanceNoticeTable(db),
  heartbeats: new HeartbeatTable(db),
  heartbeatEvents: new HeartbeatEventTable(db),
  heartbeatHistory: new HeartbeatHistoryTable(db),
  tokens: new TokenTable(db),
  sessions: new SessionTable(db),
  settings: new SettingsTable(db),
  pictures: new PictureTable(db),
  usedLinks: new UsedLinkTable(db),
  audit: new AuditTable(db),
  mappedWebhooks: new MappedWebhookTable(db),
  mailRules: new MailRuleTable(db),
  savedViews: new SavedViewTable(db),
  rejected: new RejectedInputTable(db),
  recoveries: new RecoveryTable(db),
  retention: new Retention(db),
  metricCounts: new MetricCounts(db),
  keptCounts: new KeptCounts(db),
  searchIndexes: [
    new SearchIndex(db, INDEXED_ALERTS),
    new SearchIndex(db, INDEXED_NOTIFICATIONS),
  ] as const,
});

export type Tables = ReturnType<typeof openTables>;
