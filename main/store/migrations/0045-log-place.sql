-- The last entry of the log of the cluster that the database has: its place in the log, and its digest; null for a
-- core that is alone.
ALTER TABLE last_commit ADD COLUMN place INTEGER;
ALTER TABLE last_commit ADD COLUMN digest TEXT;
