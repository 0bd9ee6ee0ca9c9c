-- A run can end with warnings. SQLite changes no CHECK in place.
CREATE TABLE heartbeat_events_new (
  id INTEGER PRIMARY KEY,
  heartbeat_id TEXT NOT NULL REFERENCES heartbeats (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('created', 'started', 'succeeded', 'warned', 'failed', 'logged', 'late', 'grace_renewed', 'paused', 'resumed')),
  run_id TEXT,
  exit_status INTEGER,
  duration_ms INTEGER,
  detail TEXT NOT NULL
) STRICT;
INSERT INTO heartbeat_events_new (id, heartbeat_id, at, type, run_id, exit_status, duration_ms, detail)
  SELECT id, heartbeat_id, at, type, run_id, exit_status, duration_ms, detail FROM heartbeat_events;
DROP TABLE heartbeat_events;
ALTER TABLE heartbeat_events_new RENAME TO heartbeat_events;
CREATE INDEX heartbeat_events_heartbeat ON heartbeat_events (heartbeat_id, id);
