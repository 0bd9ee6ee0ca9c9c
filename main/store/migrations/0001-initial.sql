CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  scope TEXT NOT NULL CHECK (scope IN ('ingest', 'read', 'operate', 'admin')),
  source TEXT,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  created_at INTEGER NOT NULL,
  last_used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- `config` is sealed whole: webhook URLs carry credentials as often as secrets do.
CREATE TABLE channels (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL UNIQUE,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  config BLOB NOT NULL,
  target TEXT NOT NULL,
  configured TEXT NOT NULL CHECK (json_valid(configured)),
  retry TEXT NOT NULL CHECK (json_valid(retry)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Ids are never used again: the order of what is owed hangs on them.
CREATE TABLE conditions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  host TEXT NOT NULL,
  kind TEXT NOT NULL,
  dedup_key TEXT NOT NULL,
  UNIQUE (source, host, kind, dedup_key)
) STRICT;

CREATE TABLE alerts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  condition_id INTEGER NOT NULL REFERENCES conditions (id),
  source TEXT NOT NULL,
  host TEXT NOT NULL,
  kind TEXT NOT NULL,
  dedup_key TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'acknowledged', 'resolved', 'expired')),
  severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  -- The worst severity that was told, so that a severity that comes and goes escalates once.
  peak_severity TEXT NOT NULL CHECK (peak_severity IN ('info', 'warning', 'critical')),
  message TEXT NOT NULL,
  labels TEXT NOT NULL CHECK (json_valid(labels)),
  annotations TEXT NOT NULL CHECK (json_valid(annotations)),
  url TEXT,
  started_at INTEGER NOT NULL,
  -- When it first and last began by the sender's own clock, which may differ from ours; null when never said.
  first_reported_at INTEGER,
  last_reported_at INTEGER,
  last_seen_at INTEGER NOT NULL,
  occurrences INTEGER NOT NULL CHECK (occurrences >= 1),
  ends_at INTEGER,
  acknowledged_at INTEGER,
  closed_at INTEGER,
  -- Closed by a person: reports of this same episode that still arrive are ignored.
  closed_by_hand INTEGER NOT NULL DEFAULT 0 CHECK (closed_by_hand IN (0, 1)),
  CHECK ((state IN ('resolved', 'expired')) = (closed_at IS NOT NULL)),
  CHECK (closed_at IS NULL OR ends_at IS NULL)
) STRICT;

-- The dedup primitive: one open episode of a condition.
CREATE UNIQUE INDEX alerts_open_identity ON alerts (source, host, kind, dedup_key) WHERE closed_at IS NULL;
CREATE INDEX alerts_open_state ON alerts (state, severity) WHERE closed_at IS NULL;
CREATE INDEX alerts_open_seq ON alerts (seq) WHERE closed_at IS NULL;
CREATE INDEX alerts_open_end ON alerts (ends_at) WHERE ends_at IS NOT NULL;
CREATE INDEX alerts_closed ON alerts (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX alerts_closed_by_hand ON alerts (condition_id, seq) WHERE closed_by_hand = 1;
CREATE INDEX alerts_condition ON alerts (condition_id);

CREATE TABLE alert_events (
  id INTEGER PRIMARY KEY,
  alert_id TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('raised', 'escalated', 'acknowledged', 'resolved', 'expired')),
  actor TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;

CREATE INDEX alert_events_alert ON alert_events (alert_id, id);

CREATE TABLE notifications (
  -- Order per condition and channel is by seq, never by time: clocks jump.
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  -- Null for a test. No foreign keys: retention prunes alerts and channels come and go, history stays.
  alert_id TEXT,
  condition_id INTEGER,
  channel_id TEXT NOT NULL,
  channel_name TEXT NOT NULL,
  event TEXT NOT NULL CHECK (event IN ('raised', 'acknowledged', 'resolved', 'escalated', 'test')),
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
  CHECK ((status IN ('pending', 'failed')) = (due_at IS NOT NULL)),
  CHECK ((status = 'sending') = (lease_token IS NOT NULL AND lease_until IS NOT NULL)),
  CHECK ((status = 'cancelled') = (cancel_reason IS NOT NULL)),
  CHECK ((event = 'test') = (alert_id IS NULL))
) STRICT;

-- Partial, so that sent and dead rows cost the sweep nothing.
CREATE INDEX notifications_due ON notifications (channel_id, due_at, seq) WHERE status IN ('pending', 'failed');
CREATE INDEX notifications_active ON notifications (channel_id, condition_id, seq) WHERE status IN ('pending', 'failed', 'sending');
CREATE INDEX notifications_status ON notifications (status, seq);
CREATE INDEX notifications_alert ON notifications (alert_id, channel_id, seq) WHERE alert_id IS NOT NULL;
CREATE INDEX notifications_settled ON notifications (status, updated_at) WHERE status IN ('sent', 'cancelled', 'dead');

CREATE TABLE delivery_attempts (
  id INTEGER PRIMARY KEY,
  notification_id TEXT NOT NULL,
  channel_name TEXT NOT NULL,
  budget INTEGER NOT NULL,
  number INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('sent', 'transient', 'permanent', 'interrupted')),
  failure_class TEXT,
  error TEXT,
  status_code INTEGER,
  response_excerpt TEXT,
  CHECK ((outcome = 'sent') = (failure_class IS NULL))
) STRICT;

CREATE INDEX delivery_attempts_notification ON delivery_attempts (notification_id, id);
CREATE INDEX delivery_attempts_started ON delivery_attempts (started_at);

CREATE TABLE audit_log (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;

CREATE INDEX audit_log_at ON audit_log (at);
