-- The repair of its channel that last made this row due early; each repair does so once.
ALTER TABLE notifications ADD COLUMN hastened_by INTEGER;
-- Somebody asked to send this row now, whatever holds it. Ends with its next attempt.
ALTER TABLE notifications ADD COLUMN past_holds INTEGER NOT NULL DEFAULT 0 CHECK (past_holds IN (0, 1));
CREATE INDEX notifications_failed ON notifications (channel_id, seq) WHERE status = 'failed';

-- Repairs of a channel, and the pass over its failed rows that is under way.
CREATE TABLE lane_repairs (
  channel_id TEXT PRIMARY KEY REFERENCES channels (id) ON DELETE CASCADE,
  -- Counts the changes by people and the delivered tests.
  number INTEGER NOT NULL CHECK (number >= 0),
  -- 'policy' only shortens waits to the retry policy; 'due' ends them. Null when none is under way.
  pass TEXT CHECK (pass IN ('policy', 'due'))
) STRICT, WITHOUT ROWID;
