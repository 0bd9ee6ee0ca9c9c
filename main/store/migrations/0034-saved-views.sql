-- Views of the alerts that people have saved: what the address says, as JSON.
CREATE TABLE saved_views (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  params TEXT NOT NULL CHECK (json_valid(params)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
