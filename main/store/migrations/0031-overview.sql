-- Attempts by the hour in which they ended, for the overview. store/count-deltas.ts adds to it once in a transaction
-- and channel. Ids without foreign keys: channels come and go.
CREATE TABLE delivery_hours (
  hour INTEGER NOT NULL,
  channel_id TEXT NOT NULL,
  sent INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  -- How long its deliveries took in all, and the slowest of them, in ms.
  sent_ms INTEGER NOT NULL,
  slowest_ms INTEGER NOT NULL,
  PRIMARY KEY (hour, channel_id)
) STRICT, WITHOUT ROWID;
-- The newest attempts only, so that a large database does not delay the start.
INSERT INTO delivery_hours (hour, channel_id, sent, failed, sent_ms, slowest_ms)
  SELECT (t.started_at + t.duration_ms) / 3600000 * 3600000, n.channel_id, sum(t.outcome = 'sent'), sum(t.outcome <> 'sent'),
    sum(iif(t.outcome = 'sent', t.duration_ms, 0)), max(iif(t.outcome = 'sent', t.duration_ms, 0))
  FROM (SELECT notification_id, started_at, duration_ms, outcome FROM delivery_attempts ORDER BY id DESC LIMIT 50000) t
  JOIN notifications n ON n.id = t.notification_id
  GROUP BY 1, 2;

-- OverviewRows.openAlerts: critical ones are found however many less severe ones came after them.
CREATE INDEX alerts_open_critical ON alerts (seq) WHERE closed_at IS NULL AND state = 'open' AND severity = 'critical';
