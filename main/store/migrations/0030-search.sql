-- What the searches of alerts and notifications look in (store/search-index.ts): which rows contain which three
-- characters in a row. It finds candidates, and their own text decides, so an entry that is out of date does no harm.
-- Filled in the background with rows that are at rest; no statement that takes an event in writes here.
CREATE VIRTUAL TABLE alert_search USING fts5(
  text, content = '', contentless_delete = 1, detail = 'none', tokenize = 'trigram case_sensitive 1'
);
CREATE VIRTUAL TABLE notification_search USING fts5(
  text, content = '', contentless_delete = 1, detail = 'none', tokenize = 'trigram case_sensitive 1'
);
-- Merging is work in steps of their own; SQLite's takes a hundred milliseconds in one.
INSERT INTO alert_search (alert_search, rank) VALUES ('automerge', 0);
INSERT INTO notification_search (notification_search, rank) VALUES ('automerge', 0);
-- The three characters themselves, by which one or two of them are found.
CREATE VIRTUAL TABLE alert_search_terms USING fts5vocab (alert_search, instance);
CREATE VIRTUAL TABLE notification_search_terms USING fts5vocab (notification_search, instance);

-- Up to which seq the rows are in it, but for those of the table of gaps, which were not at rest. `wording` says
-- how their text was made: where it is not today's, nothing counts as indexed.
CREATE TABLE search_progress (
  indexed TEXT PRIMARY KEY CHECK (indexed IN ('alert_search', 'notification_search')),
  through INTEGER NOT NULL,
  wording TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE alert_search_gaps (seq INTEGER PRIMARY KEY) STRICT;
CREATE TABLE notification_search_gaps (seq INTEGER PRIMARY KEY) STRICT;

CREATE TRIGGER alert_search_deleted AFTER DELETE ON alerts BEGIN
  DELETE FROM alert_search WHERE rowid = OLD.seq;
  DELETE FROM alert_search_gaps WHERE seq = OLD.seq;
END;
CREATE TRIGGER notification_search_deleted AFTER DELETE ON notifications BEGIN
  DELETE FROM notification_search WHERE rowid = OLD.seq;
  DELETE FROM notification_search_gaps WHERE seq = OLD.seq;
END;
