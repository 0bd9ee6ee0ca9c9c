-- How bodies of a shape of their own are read: JSONata expressions, as JSON.
CREATE TABLE mapped_webhooks (
  id TEXT PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  mapping TEXT NOT NULL CHECK (json_valid(mapping)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The last body that came in for each, bounded and without credentials, for the preview.
CREATE TABLE mapped_samples (
  webhook_id TEXT PRIMARY KEY REFERENCES mapped_webhooks (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
