-- A channel that a person has paused: since when, and until when; without an end until it is resumed.
ALTER TABLE channels ADD COLUMN paused_since INTEGER;
ALTER TABLE channels ADD COLUMN paused_until INTEGER CHECK (paused_until IS NULL OR paused_since IS NOT NULL);

-- Why some channels were not notified, for the explanation of each of them and of no other.
ALTER TABLE alert_events ADD COLUMN reason TEXT CHECK (reason IS NULL OR json_valid(reason));
