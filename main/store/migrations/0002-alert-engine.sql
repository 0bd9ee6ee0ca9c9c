-- Flapping is the condition's, since it outlives each of its episodes.
ALTER TABLE conditions ADD COLUMN transitions TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(transitions));
ALTER TABLE conditions ADD COLUMN last_transition_at INTEGER;
ALTER TABLE conditions ADD COLUMN flapping_since INTEGER;
-- Who was told that it flaps, and is to be told that it stopped.
ALTER TABLE conditions ADD COLUMN flapping_channels TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(flapping_channels));
CREATE INDEX conditions_flapping ON conditions (last_transition_at) WHERE flapping_since IS NOT NULL;

-- By our own clock, less the time in which nobody could have been heard or could have looked.
ALTER TABLE alerts ADD COLUMN unseen_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alerts ADD COLUMN state_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alerts ADD COLUMN auto_acknowledged INTEGER NOT NULL DEFAULT 0 CHECK (auto_acknowledged IN (0, 1));
ALTER TABLE alerts ADD COLUMN snoozed_until INTEGER CHECK (snoozed_until IS NULL OR closed_at IS NULL);
UPDATE alerts SET unseen_from = last_seen_at, state_from = coalesce(acknowledged_at, last_seen_at);
CREATE INDEX alerts_snoozed ON alerts (snoozed_until) WHERE snoozed_until IS NOT NULL;

CREATE TABLE alert_events_new (
  id INTEGER PRIMARY KEY,
  alert_id TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('raised', 'escalated', 'acknowledged', 'unacknowledged', 'snoozed', 'unsnoozed', 'resolved', 'expired', 'routed', 'held', 'dropped', 'reminder', 'escalation_step', 'flapping_started', 'flapping_stopped')),
  actor TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
INSERT INTO alert_events_new SELECT id, alert_id, at, type, actor, detail FROM alert_events;
DROP TABLE alert_events;
ALTER TABLE alert_events_new RENAME TO alert_events;
CREATE INDEX alert_events_alert ON alert_events (alert_id, id);

CREATE TABLE notifications_new (
  -- Order per condition and channel is by seq, never by time: clocks jump.
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  -- Null for a test. No foreign keys: retention prunes alerts and channels come and go, history stays.
  alert_id TEXT,
  condition_id INTEGER,
  channel_id TEXT NOT NULL,
  channel_name TEXT NOT NULL,
  event TEXT NOT NULL CHECK (event IN ('raised', 'acknowledged', 'resolved', 'reminder', 'escalated', 'flapping_started', 'flapping_stopped', 'test')),
  status TEXT NOT NULL CHECK (status IN ('pending', 'sending', 'sent', 'failed', 'dead', 'cancelled')),
  due_at INTEGER,
  lease_token TEXT,
  lease_until INTEGER,
  budget INTEGER NOT NULL DEFAULT 1 CHECK (budget >= 1),
  retry_count INTEGER NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
  -- The budget that was in force at the last attempt, so that "5/5" stays true when the policy changes.
  max_attempts INTEGER,
  last_error_class TEXT,
  last_error TEXT,
  cancel_reason TEXT CHECK (cancel_reason IN ('superseded', 'channel_deleted', 'discarded')),
  snapshot TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  -- The route that asked for it; null when there were no routes.
  route_id TEXT,
  -- Leaves as one message with the others of its bundle.
  bundle_id TEXT,
  -- Why it waits, or waited when it was claimed or cancelled; null once an attempt ended.
  hold_kind TEXT CHECK (hold_kind IN ('hold_for', 'grouping', 'storm', 'pause', 'silence', 'maintenance', 'inhibition', 'quiet_hours', 'snooze')),
  hold_ref TEXT,
  hold_until INTEGER,
  hold_detail TEXT,
  CHECK ((status IN ('pending', 'failed')) = (due_at IS NOT NULL)),
  CHECK ((status = 'sending') = (lease_token IS NOT NULL AND lease_until IS NOT NULL)),
  CHECK ((status = 'cancelled') = (cancel_reason IS NOT NULL)),
  CHECK ((event = 'test') = (alert_id IS NULL)),
  CHECK ((hold_kind IS NULL) = (hold_detail IS NULL)),
  CHECK (hold_kind IS NULL OR status NOT IN ('sent', 'dead'))
) STRICT;
INSERT INTO notifications_new (seq, id, alert_id, condition_id, channel_id, channel_name, event, status, due_at,
  lease_token, lease_until, budget, retry_count, max_attempts, last_error_class, last_error, cancel_reason,
  snapshot, created_at, updated_at)
SELECT seq, id, alert_id, condition_id, channel_id, channel_name, event, status, due_at,
  lease_token, lease_until, budget, retry_count, max_attempts, last_error_class, last_error, cancel_reason,
  snapshot, created_at, updated_at FROM notifications;
-- A seq is never used again, even when the newest rows had been pruned.
DELETE FROM sqlite_sequence WHERE name = 'notifications_new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'notifications_new', seq FROM sqlite_sequence WHERE name = 'notifications';
DROP TABLE notifications;
ALTER TABLE notifications_new RENAME TO notifications;

-- Partial, so that sent and dead rows cost the sweep nothing.
CREATE INDEX notifications_due ON notifications (channel_id, due_at, seq) WHERE status IN ('pending', 'failed');
CREATE INDEX notifications_active ON notifications (channel_id, condition_id, seq) WHERE status IN ('pending', 'failed', 'sending');
CREATE INDEX notifications_status ON notifications (status, seq);
CREATE INDEX notifications_alert ON notifications (alert_id, channel_id, seq) WHERE alert_id IS NOT NULL;
CREATE INDEX notifications_settled ON notifications (status, updated_at) WHERE status IN ('sent', 'cancelled', 'dead');
CREATE INDEX notifications_bundle ON notifications (bundle_id) WHERE bundle_id IS NOT NULL;
CREATE INDEX notifications_held ON notifications (hold_kind, hold_ref) WHERE hold_kind IS NOT NULL AND status IN ('pending', 'failed');

-- One message for many notifications. Members join until it is first attempted.
CREATE TABLE bundles (
  id TEXT PRIMARY KEY,
  channel_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('group', 'digest', 'storm')),
  group_key TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  size INTEGER NOT NULL CHECK (size >= 1),
  frozen_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX bundles_open ON bundles (channel_id, kind, group_key) WHERE frozen_at IS NULL;

CREATE TABLE routes (
  id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  name TEXT NOT NULL UNIQUE,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  definition TEXT NOT NULL CHECK (json_valid(definition)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What an open alert will do by itself as long as nobody acknowledges it.
CREATE TABLE follow_ups (
  id INTEGER PRIMARY KEY,
  alert_id TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('reminder', 'escalation', 'snooze_end')),
  -- Empty for the end of a snooze, which belongs to no route.
  route_id TEXT NOT NULL,
  -- The how-manieth it will be, from 1.
  number INTEGER NOT NULL CHECK (number >= 1),
  due_at INTEGER NOT NULL,
  UNIQUE (alert_id, kind, route_id)
) STRICT;
CREATE INDEX follow_ups_due ON follow_ups (due_at);

CREATE TABLE silences (
  id TEXT PRIMARY KEY,
  matchers TEXT NOT NULL CHECK (json_valid(matchers)),
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  author TEXT NOT NULL,
  comment TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK (ends_at >= starts_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX silences_end ON silences (ends_at);

CREATE TABLE maintenance_windows (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  matchers TEXT NOT NULL CHECK (json_valid(matchers)),
  schedule TEXT NOT NULL CHECK (json_valid(schedule)),
  comment TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE inhibitions (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  source_matchers TEXT NOT NULL CHECK (json_valid(source_matchers)),
  target_matchers TEXT NOT NULL CHECK (json_valid(target_matchers)),
  equal_labels TEXT NOT NULL CHECK (json_valid(equal_labels)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE heartbeats (
  id TEXT PRIMARY KEY,
  -- Random, since whoever knows it may ping.
  ping_id TEXT NOT NULL UNIQUE,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  host TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('stale_schedule', 'agent_offline')),
  severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  schedule TEXT NOT NULL CHECK (json_valid(schedule)),
  grace_ms INTEGER NOT NULL CHECK (grace_ms >= 0),
  -- The job whose reports count as pings; null when only pings do.
  job TEXT CHECK (job IS NULL OR json_valid(job)),
  state TEXT NOT NULL CHECK (state IN ('new', 'up', 'down', 'paused')),
  last_ping_at INTEGER,
  started_at INTEGER,
  last_duration_ms INTEGER,
  expected_at INTEGER,
  -- When it is raised unless it is heard of; null while nothing is expected.
  late_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK (late_at IS NULL OR state IN ('new', 'up'))
) STRICT, WITHOUT ROWID;
CREATE INDEX heartbeats_late ON heartbeats (late_at) WHERE late_at IS NOT NULL;

CREATE TABLE heartbeat_events (
  id INTEGER PRIMARY KEY,
  heartbeat_id TEXT NOT NULL REFERENCES heartbeats (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('created', 'started', 'succeeded', 'failed', 'logged', 'late', 'grace_renewed', 'paused', 'resumed')),
  run_id TEXT,
  exit_status INTEGER,
  duration_ms INTEGER,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX heartbeat_events_heartbeat ON heartbeat_events (heartbeat_id, id);
