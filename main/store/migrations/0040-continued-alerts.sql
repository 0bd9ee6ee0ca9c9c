-- Alerts that a channel's receiver knows under the id of an earlier one, whose recovery it never got.
CREATE TABLE continued_alerts (
  channel_id TEXT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  alert_id TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  -- Retention may have removed that alert.
  known_as TEXT NOT NULL,
  PRIMARY KEY (channel_id, alert_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX continued_alerts_alert ON continued_alerts (alert_id);
