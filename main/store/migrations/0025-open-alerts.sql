-- The dedup primitive, one open episode of a condition, by the condition's number: an entry is a tenth of
-- what the four texts of an identity take, and conditions keep those unique.
CREATE UNIQUE INDEX alerts_open_condition ON alerts (condition_id) WHERE closed_at IS NULL;
DROP INDEX alerts_open_identity;
