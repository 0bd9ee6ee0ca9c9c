-- Firings that their sender stamped up to this moment belong to an episode whose end is known.
ALTER TABLE conditions ADD COLUMN ended_through INTEGER;
CREATE INDEX conditions_ended ON conditions (ended_through) WHERE ended_through IS NOT NULL;
