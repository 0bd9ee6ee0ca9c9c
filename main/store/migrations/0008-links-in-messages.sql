-- Buttons in messages work once. Rows go when every link that was given out for them has expired.
CREATE TABLE used_links (
  notification_id TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('acknowledge', 'snooze')),
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (notification_id, action)
) STRICT, WITHOUT ROWID;
CREATE INDEX used_links_expiry ON used_links (expires_at);
