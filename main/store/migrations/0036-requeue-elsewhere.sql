-- The channel through which a job requeues; null for each one's own.
ALTER TABLE bulk_jobs ADD COLUMN to_channel_id TEXT;
