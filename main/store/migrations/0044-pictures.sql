-- The pictures of alerts that were fetched, or why one was not: the newest, within a limit in rows and bytes.
CREATE TABLE pictures (
  -- In the order of fetching.
  id INTEGER PRIMARY KEY,
  alert_id TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  -- Without user, password and signature.
  address TEXT NOT NULL,
  fetched_at INTEGER NOT NULL,
  failure TEXT,
  type TEXT CHECK (type IN ('image/png', 'image/jpeg', 'image/gif', 'image/webp')),
  width INTEGER,
  height INTEGER,
  size INTEGER NOT NULL,
  -- Last, so that the sum of the sizes reads none of it.
  bytes BLOB,
  UNIQUE (alert_id, address),
  CHECK ((failure IS NULL) = (bytes IS NOT NULL AND type IS NOT NULL))
) STRICT;
