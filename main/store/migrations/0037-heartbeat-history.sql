-- Since when a heartbeat is in its state, as far as its timeline still says so.
ALTER TABLE heartbeats ADD COLUMN state_since INTEGER NOT NULL DEFAULT 0;
UPDATE heartbeats SET state_since = CASE state
  WHEN 'up' THEN coalesce(
    (SELECT min(e.at) FROM heartbeat_events e WHERE e.heartbeat_id = heartbeats.id AND e.type IN ('succeeded', 'warned') AND e.id > coalesce(
      (SELECT max(o.id) FROM heartbeat_events o WHERE o.heartbeat_id = heartbeats.id AND o.type IN ('created', 'late', 'failed', 'resumed')), 0)),
    last_ping_at, created_at)
  WHEN 'down' THEN coalesce(
    (SELECT min(e.at) FROM heartbeat_events e WHERE e.heartbeat_id = heartbeats.id AND e.type IN ('late', 'failed') AND e.id > coalesce(
      (SELECT max(o.id) FROM heartbeat_events o WHERE o.heartbeat_id = heartbeats.id AND o.type IN ('succeeded', 'warned')), 0)),
    last_ping_at, created_at)
  ELSE updated_at
END;

-- Each heartbeat's last 90 days and last 24 hours of UTC: how long it was up and down, up to its last change of
-- state, and, of days, how its runs ended.
CREATE TABLE heartbeat_history (
  heartbeat_id TEXT NOT NULL REFERENCES heartbeats (id) ON DELETE CASCADE,
  length_ms INTEGER NOT NULL CHECK (length_ms IN (3600000, 86400000)),
  -- When it began.
  at INTEGER NOT NULL,
  up_ms INTEGER NOT NULL DEFAULT 0,
  down_ms INTEGER NOT NULL DEFAULT 0,
  succeeded INTEGER NOT NULL DEFAULT 0,
  warned INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  late INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (heartbeat_id, length_ms, at)
) STRICT, WITHOUT ROWID;
INSERT INTO heartbeat_history (heartbeat_id, length_ms, at, succeeded, warned, failed, late)
  SELECT heartbeat_id, 86400000, at / 86400000 * 86400000, sum(type = 'succeeded'), sum(type = 'warned'), sum(type = 'failed'), sum(type = 'late')
  FROM heartbeat_events WHERE type IN ('succeeded', 'warned', 'failed', 'late') GROUP BY 1, 3;
