-- Reasons are data: a code and its parameters in JSON. What was stored as a sentence keeps its words as
-- {"code": "legacy", "params": {"text": …}}.

ALTER TABLE notifications RENAME COLUMN hold_detail TO hold_reason;
UPDATE notifications
  SET hold_reason = json_object('code', 'legacy', 'params', json_object('text', hold_reason))
  WHERE hold_reason IS NOT NULL;

-- Why channels were not notified: a list of them, or null where it was so for all.
ALTER TABLE alert_events RENAME COLUMN reason TO channel_reason;
ALTER TABLE alert_events RENAME COLUMN detail TO reason;
UPDATE alert_events
  SET channel_reason = json_object(
    'channelIds', channel_reason -> '$.channelIds',
    'reason', json_object('code', 'legacy', 'params', json_object('text', channel_reason ->> '$.sentence')))
  WHERE channel_reason IS NOT NULL;
UPDATE alert_events
  SET channel_reason = json_object(
    'channelIds', NULL,
    'reason', json_object('code', 'legacy', 'params',
      json_object('text', 'Not told: ' || substr(reason, length('Told to nobody: ') + 1))))
  WHERE type = 'dropped' AND reason LIKE 'Told to nobody: %';
UPDATE alert_events
  SET reason = json_object('code', 'legacy', 'params', json_object('text', reason));

ALTER TABLE audit_log RENAME COLUMN detail TO reason;
UPDATE audit_log
  SET reason = CASE reason WHEN '' THEN 'null'
    ELSE json_object('code', 'legacy', 'params', json_object('text', reason)) END;

-- What Belfry says of an event; the log of a ping stays in detail.
ALTER TABLE heartbeat_events ADD COLUMN reason TEXT CHECK (reason IS NULL OR json_valid(reason));
