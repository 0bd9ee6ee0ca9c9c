-- Work on many notifications. It was answered before it was done, so it survives a restart.
CREATE TABLE bulk_jobs (
  id TEXT PRIMARY KEY,
  action TEXT NOT NULL CHECK (action IN ('requeue', 'summarise', 'retry', 'discard', 'undo_discard')),
  actor TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'cancelled', 'failed')),
  -- The discard that is undone; null for every other action.
  discard_id TEXT,
  -- Each row was named by its id.
  named INTEGER NOT NULL CHECK (named IN (0, 1)),
  total INTEGER NOT NULL,
  -- Left out when the rows were chosen.
  skipped INTEGER NOT NULL,
  -- Rows of the selection that were handled, which is where to continue.
  handled INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  problem TEXT,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  undo_until INTEGER,
  CHECK ((state = 'running') = (ended_at IS NULL)),
  CHECK ((action = 'undo_discard') = (discard_id IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- The seqs that a job is about, as a JSON array. Apart from the job, which each batch writes; gone at its end.
CREATE TABLE bulk_selections (
  job_id TEXT PRIMARY KEY REFERENCES bulk_jobs (id) ON DELETE CASCADE,
  seqs TEXT NOT NULL
) STRICT;

-- Dead letters that are sent as one message are a kind of bundle.
CREATE TABLE bundles_new (
  id TEXT PRIMARY KEY,
  channel_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('group', 'digest', 'storm', 'summary')),
  group_key TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  size INTEGER NOT NULL CHECK (size >= 1),
  frozen_at INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO bundles_new SELECT id, channel_id, kind, group_key, opened_at, due_at, size, frozen_at FROM bundles;
DROP TABLE bundles;
ALTER TABLE bundles_new RENAME TO bundles;
CREATE UNIQUE INDEX bundles_open ON bundles (channel_id, kind, group_key) WHERE frozen_at IS NULL;
