-- Counted up by every transaction, so that it can be told when committed ones have gone missing.
-- `filler` is written and cleared when a disk that refused to write is tried again.
CREATE TABLE last_commit (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  number INTEGER NOT NULL CHECK (number >= 0),
  at INTEGER NOT NULL,
  filler BLOB
) STRICT;
INSERT INTO last_commit (id, number, at) VALUES (1, 0, 0);

-- What could not be kept when the database was recovered, until somebody has taken note of it.
CREATE TABLE recoveries (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  report TEXT NOT NULL CHECK (json_valid(report)),
  dismissed_at INTEGER
) STRICT;
