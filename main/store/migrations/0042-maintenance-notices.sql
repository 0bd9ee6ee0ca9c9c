-- The channels that are notified when a maintenance window begins and ends, as JSON.
ALTER TABLE maintenance_windows ADD COLUMN announce_to TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(announce_to));

-- The last period of each maintenance window that was announced, or left out.
CREATE TABLE maintenance_notices (
  -- The window may have been deleted since.
  window_id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  -- Those that were notified of its begin, as JSON.
  channel_ids TEXT NOT NULL CHECK (json_valid(channel_ids)),
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  -- 1 until its end is announced.
  is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
  handled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
