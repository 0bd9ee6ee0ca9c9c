-- A message is no condition: it closes by itself once nothing of it is owed, and nothing is owed for that.
ALTER TABLE alerts ADD COLUMN is_message INTEGER NOT NULL DEFAULT 0 CHECK (is_message IN (0, 1));
-- By what its sender tells a repeat of a request from a new one; null when it does not.
ALTER TABLE alerts ADD COLUMN idempotency_key TEXT CHECK (idempotency_key IS NULL OR is_message = 1);
CREATE INDEX alerts_open_messages ON alerts (source, host, seq) WHERE is_message = 1 AND closed_at IS NULL;
CREATE INDEX alerts_idempotency ON alerts (source, host, idempotency_key) WHERE idempotency_key IS NOT NULL;

-- Word of a message stays worth telling after its alert has closed.
ALTER TABLE notifications ADD COLUMN is_message INTEGER NOT NULL DEFAULT 0 CHECK (is_message IN (0, 1));
DROP INDEX notifications_dead;
CREATE INDEX notifications_dead ON notifications (channel_id, last_error_class, cause, seq, died_at, alert_id, event, is_message)
  WHERE status = 'dead';
