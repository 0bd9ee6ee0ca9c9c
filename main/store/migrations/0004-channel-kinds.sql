-- The fields of a channel's configuration that are no secret; the whole stays sealed in config.
ALTER TABLE channels ADD COLUMN shown_config TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(shown_config));

-- What a service calls the message in which a channel first spoke of an alert, so that later ones
-- answer or replace it.
CREATE TABLE message_threads (
  channel_id TEXT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  alert_id TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  thread TEXT NOT NULL,
  PRIMARY KEY (channel_id, alert_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_threads_alert ON message_threads (alert_id);
