-- What people know a session by; its hash never leaves the database.
ALTER TABLE sessions ADD COLUMN id TEXT;
ALTER TABLE sessions ADD COLUMN last_seen_at INTEGER;
-- Where it signed in from.
ALTER TABLE sessions ADD COLUMN address TEXT;
ALTER TABLE sessions ADD COLUMN user_agent TEXT;
-- A keyed digest of the admin token that it was made under; another token ends it.
ALTER TABLE sessions ADD COLUMN admin_mark BLOB;
UPDATE sessions SET id = lower(
  hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' ||
  substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))
);
CREATE UNIQUE INDEX sessions_id ON sessions (id);
