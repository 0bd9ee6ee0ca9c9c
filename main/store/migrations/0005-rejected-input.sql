-- What senders sent that could not be read, bounded and without credentials, to be looked at and
-- replayed after a fix.
CREATE TABLE rejected_input (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  adapter TEXT NOT NULL,
  -- Whose token it came with, as in the audit log, and the source its events would carry.
  actor TEXT NOT NULL,
  source TEXT NOT NULL,
  reason TEXT NOT NULL,
  -- Verb, path, parameters, query and headers as JSON.
  head TEXT NOT NULL CHECK (json_valid(head)),
  body BLOB NOT NULL,
  -- How long the body was; more than is kept of it means that it cannot be replayed.
  body_bytes INTEGER NOT NULL CHECK (body_bytes >= 0),
  -- When a replay of it was taken, and by whom.
  replayed_at INTEGER,
  replayed_by TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX rejected_input_at ON rejected_input (at);
