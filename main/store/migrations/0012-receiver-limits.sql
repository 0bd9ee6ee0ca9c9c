-- How a lane slows down for a receiver that answers 429; see domain/throttle.ts.
ALTER TABLE channels ADD COLUMN throttle TEXT CHECK (throttle IS NULL OR json_valid(throttle));
-- Whether a limit, the receiver's or the channel's own, has held it; so that each is counted once.
ALTER TABLE notifications ADD COLUMN limited INTEGER NOT NULL DEFAULT 0 CHECK (limited IN (0, 1));
