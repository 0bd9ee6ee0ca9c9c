-- What a channel's deliveries have been like; see domain/channel-health.ts.
ALTER TABLE channels ADD COLUMN rate_limit TEXT CHECK (rate_limit IS NULL OR json_valid(rate_limit));
ALTER TABLE channels ADD COLUMN fallback_channel_id TEXT;
ALTER TABLE channels ADD COLUMN auto_requeue INTEGER NOT NULL DEFAULT 1 CHECK (auto_requeue IN (0, 1));
ALTER TABLE channels ADD COLUMN resolve_only_if_delivered INTEGER NOT NULL DEFAULT 0 CHECK (resolve_only_if_delivered IN (0, 1));
ALTER TABLE channels ADD COLUMN health TEXT NOT NULL DEFAULT 'closed' CHECK (health IN ('closed', 'down', 'probing'));
ALTER TABLE channels ADD COLUMN failures INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0);
-- Since when it has been failing without a success in between; null while the last attempt succeeded.
ALTER TABLE channels ADD COLUMN failing_since INTEGER;
ALTER TABLE channels ADD COLUMN last_failure TEXT;
ALTER TABLE channels ADD COLUMN probe_at INTEGER;
-- The class of a failure that only a person can mend, and what to do about it; its lane is held.
ALTER TABLE channels ADD COLUMN attention_class TEXT;
ALTER TABLE channels ADD COLUMN attention TEXT;
ALTER TABLE channels ADD COLUMN attention_since INTEGER;

ALTER TABLE notifications ADD COLUMN read_at INTEGER;
-- The normalised error message of a dead one, by which dead letters are grouped.
ALTER TABLE notifications ADD COLUMN cause TEXT;
ALTER TABLE notifications ADD COLUMN died_at INTEGER;
-- The dead notification that this one is the fallback copy of.
ALTER TABLE notifications ADD COLUMN fallback_of TEXT;
-- Who asked for the current budget; null for the first.
ALTER TABLE notifications ADD COLUMN requeued_by TEXT;
-- When it was requeued by itself for the last time, so that this happens once an outage.
ALTER TABLE notifications ADD COLUMN auto_requeued_at INTEGER;
-- What was discarded in one go is brought back in one go.
ALTER TABLE notifications ADD COLUMN discard_id TEXT;
UPDATE notifications SET cause = substr(coalesce(last_error, ''), 1, 200), died_at = updated_at WHERE status = 'dead';
-- Holds all that the groups of dead letters are made of, so that they cost no look at the rows themselves.
CREATE INDEX notifications_dead ON notifications (channel_id, last_error_class, cause, seq, died_at, alert_id, event)
  WHERE status = 'dead';
CREATE INDEX notifications_died ON notifications (channel_id, died_at) WHERE status = 'dead';
CREATE INDEX notifications_discarded ON notifications (discard_id) WHERE discard_id IS NOT NULL;
CREATE INDEX notifications_fallback ON notifications (fallback_of) WHERE fallback_of IS NOT NULL;

ALTER TABLE delivery_attempts ADD COLUMN request TEXT;
ALTER TABLE delivery_attempts ADD COLUMN requeued_by TEXT;
CREATE INDEX audit_log_subject ON audit_log (subject, id);
