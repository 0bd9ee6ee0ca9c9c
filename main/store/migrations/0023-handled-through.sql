-- Up to which beginning, by the sender's clock, a person has resolved this condition: asked for with every
-- firing report, so it is a column of the row that is read anyway.
ALTER TABLE conditions ADD COLUMN handled_through INTEGER;
UPDATE conditions SET handled_through = handled.through
FROM (
  SELECT condition_id, max(last_reported_at) AS through FROM alerts
  WHERE closed_by_hand = 1 GROUP BY condition_id
) AS handled
WHERE conditions.id = handled.condition_id;
DROP INDEX alerts_closed_by_hand;
ALTER TABLE alerts DROP COLUMN closed_by_hand;
