-- The place in the log of the cluster up to which the database has everything; null for a core that is alone.
ALTER TABLE last_commit ADD COLUMN place INTEGER;
