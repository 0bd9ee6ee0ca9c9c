-- Counts that are kept with the rows they count, by triggers: no statement can forget them, and a rollback or
-- a restored backup takes them along. store/kept-counts.ts compares them with the rows, and writes them anew.
-- What falls to zero stays until retention next runs, so that it need not be looked for at every change.

-- `kind` is empty for what has closed, since only what is open is counted by kind.
CREATE TABLE alert_counts (
  state TEXT NOT NULL,
  severity TEXT NOT NULL,
  kind TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (state, severity, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO alert_counts (state, severity, kind, count)
  SELECT state, severity, iif(closed_at IS NULL, kind, ''), count(*) FROM alerts GROUP BY 1, 2, 3;

CREATE TRIGGER alerts_inserted AFTER INSERT ON alerts BEGIN
  INSERT INTO alert_counts (state, severity, kind, count) VALUES (NEW.state, NEW.severity, iif(NEW.closed_at IS NULL, NEW.kind, ''), 1)
    ON CONFLICT (state, severity, kind) DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER alerts_deleted AFTER DELETE ON alerts BEGIN
  UPDATE alert_counts SET count = count - 1
    WHERE state = OLD.state AND severity = OLD.severity AND kind = iif(OLD.closed_at IS NULL, OLD.kind, '');
END;
CREATE TRIGGER alerts_changed AFTER UPDATE OF state, severity ON alerts
WHEN NEW.state <> OLD.state OR NEW.severity <> OLD.severity BEGIN
  UPDATE alert_counts SET count = count - 1
    WHERE state = OLD.state AND severity = OLD.severity AND kind = iif(OLD.closed_at IS NULL, OLD.kind, '');
  INSERT INTO alert_counts (state, severity, kind, count) VALUES (NEW.state, NEW.severity, iif(NEW.closed_at IS NULL, NEW.kind, ''), 1)
    ON CONFLICT (state, severity, kind) DO UPDATE SET count = count + 1;
END;

CREATE TABLE notification_counts (
  channel_id TEXT PRIMARY KEY,
  pending INTEGER NOT NULL,
  sending INTEGER NOT NULL,
  sent INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  dead INTEGER NOT NULL,
  cancelled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO notification_counts (channel_id, pending, sending, sent, failed, dead, cancelled)
  SELECT channel_id, sum(status = 'pending'), sum(status = 'sending'), sum(status = 'sent'),
    sum(status = 'failed'), sum(status = 'dead'), sum(status = 'cancelled')
  FROM notifications GROUP BY 1;

CREATE TRIGGER notifications_inserted AFTER INSERT ON notifications BEGIN
  INSERT INTO notification_counts (channel_id, pending, sending, sent, failed, dead, cancelled)
    VALUES (NEW.channel_id, NEW.status = 'pending', NEW.status = 'sending', NEW.status = 'sent',
      NEW.status = 'failed', NEW.status = 'dead', NEW.status = 'cancelled')
    ON CONFLICT (channel_id) DO UPDATE SET
      pending = pending + excluded.pending,
      sending = sending + excluded.sending,
      sent = sent + excluded.sent,
      failed = failed + excluded.failed,
      dead = dead + excluded.dead,
      cancelled = cancelled + excluded.cancelled;
END;
CREATE TRIGGER notifications_deleted AFTER DELETE ON notifications BEGIN
  UPDATE notification_counts SET
      pending = pending - (OLD.status = 'pending'),
      sending = sending - (OLD.status = 'sending'),
      sent = sent - (OLD.status = 'sent'),
      failed = failed - (OLD.status = 'failed'),
      dead = dead - (OLD.status = 'dead'),
      cancelled = cancelled - (OLD.status = 'cancelled')
    WHERE channel_id = OLD.channel_id;
END;
CREATE TRIGGER notifications_changed AFTER UPDATE OF status ON notifications WHEN NEW.status <> OLD.status BEGIN
  UPDATE notification_counts SET
      pending = pending + (NEW.status = 'pending') - (OLD.status = 'pending'),
      sending = sending + (NEW.status = 'sending') - (OLD.status = 'sending'),
      sent = sent + (NEW.status = 'sent') - (OLD.status = 'sent'),
      failed = failed + (NEW.status = 'failed') - (OLD.status = 'failed'),
      dead = dead + (NEW.status = 'dead') - (OLD.status = 'dead'),
      cancelled = cancelled + (NEW.status = 'cancelled') - (OLD.status = 'cancelled')
    WHERE channel_id = NEW.channel_id;
END;

-- Dead letters by channel and cause. An obsolete one is about an alert that has closed, unless it says how that ended.
-- Class and cause are empty where the row has none.
CREATE TABLE dead_letter_counts (
  channel_id TEXT NOT NULL,
  class TEXT NOT NULL,
  cause TEXT NOT NULL,
  count INTEGER NOT NULL,
  obsolete INTEGER NOT NULL,
  PRIMARY KEY (channel_id, class, cause)
) STRICT, WITHOUT ROWID;
INSERT INTO dead_letter_counts (channel_id, class, cause, count, obsolete)
  SELECT channel_id, coalesce(last_error_class, ''), coalesce(cause, ''), count(*),
    sum(n.is_message = 0 AND n.event NOT IN ('resolved', 'flapping_stopped') AND n.alert_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.id = n.alert_id AND a.closed_at IS NULL))
  FROM notifications n WHERE status = 'dead' GROUP BY 1, 2, 3;

CREATE TRIGGER dead_letters_inserted AFTER INSERT ON notifications WHEN NEW.status = 'dead' BEGIN
  INSERT INTO dead_letter_counts (channel_id, class, cause, count, obsolete)
    VALUES (NEW.channel_id, coalesce(NEW.last_error_class, ''), coalesce(NEW.cause, ''), 1,
      NEW.is_message = 0 AND NEW.event NOT IN ('resolved', 'flapping_stopped') AND NEW.alert_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.id = NEW.alert_id AND a.closed_at IS NULL))
    ON CONFLICT (channel_id, class, cause)
    DO UPDATE SET count = count + 1, obsolete = obsolete + excluded.obsolete;
END;
CREATE TRIGGER dead_letters_deleted AFTER DELETE ON notifications WHEN OLD.status = 'dead' BEGIN
  UPDATE dead_letter_counts SET count = count - 1,
      obsolete = obsolete - (OLD.is_message = 0 AND OLD.event NOT IN ('resolved', 'flapping_stopped') AND OLD.alert_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.id = OLD.alert_id AND a.closed_at IS NULL))
    WHERE channel_id = OLD.channel_id AND class = coalesce(OLD.last_error_class, '') AND cause = coalesce(OLD.cause, '');
END;
CREATE TRIGGER dead_letters_died AFTER UPDATE OF status ON notifications
WHEN NEW.status = 'dead' AND OLD.status <> 'dead' BEGIN
  INSERT INTO dead_letter_counts (channel_id, class, cause, count, obsolete)
    VALUES (NEW.channel_id, coalesce(NEW.last_error_class, ''), coalesce(NEW.cause, ''), 1,
      NEW.is_message = 0 AND NEW.event NOT IN ('resolved', 'flapping_stopped') AND NEW.alert_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.id = NEW.alert_id AND a.closed_at IS NULL))
    ON CONFLICT (channel_id, class, cause)
    DO UPDATE SET count = count + 1, obsolete = obsolete + excluded.obsolete;
END;
CREATE TRIGGER dead_letters_left AFTER UPDATE OF status ON notifications
WHEN OLD.status = 'dead' AND NEW.status <> 'dead' BEGIN
  UPDATE dead_letter_counts SET count = count - 1,
      obsolete = obsolete - (OLD.is_message = 0 AND OLD.event NOT IN ('resolved', 'flapping_stopped') AND OLD.alert_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.id = OLD.alert_id AND a.closed_at IS NULL))
    WHERE channel_id = OLD.channel_id AND class = coalesce(OLD.last_error_class, '') AND cause = coalesce(OLD.cause, '');
END;
CREATE TRIGGER dead_letters_of_closed AFTER UPDATE OF closed_at ON alerts
WHEN NEW.closed_at IS NOT NULL AND OLD.closed_at IS NULL
  AND EXISTS (SELECT 1 FROM notifications n WHERE n.alert_id = NEW.id AND n.status = 'dead') BEGIN
  UPDATE dead_letter_counts SET obsolete = obsolete + closed.count
    FROM (SELECT n.channel_id, coalesce(n.last_error_class, '') AS class, coalesce(n.cause, '') AS cause, count(*) AS count
      FROM notifications n
      WHERE n.alert_id = NEW.id AND n.status = 'dead' AND n.is_message = 0 AND n.event NOT IN ('resolved', 'flapping_stopped')
      GROUP BY 1, 2, 3) AS closed
    WHERE dead_letter_counts.channel_id = closed.channel_id AND dead_letter_counts.class = closed.class
      AND dead_letter_counts.cause = closed.cause;
END;

-- Which statement needs which index:
-- alerts_closed_state, _kind, _host: AlertPages.list, closed alerts by state and severity, of a kind, of a host.
--   Alerts enter them when they close, so raising one costs nothing; what is open is walked by alerts_open_seq. They
--   hold closed_at since SQLite checks a partial index's own condition again, in the row if not in the index.
-- notifications_listed: NotificationPages.list of a channel, what was sent or cancelled; the rest is few.
-- notifications_dead_of_alert: dead_letters_of_closed (above) and DeadLetterRows.ofAlert.
-- notifications_dead: DeadLetterRows.groups, the newest of a group; NotificationPages.list of a group.
-- notifications_dead_since: DeadLetterRows.groups, when the first and the last of a group died.
-- alerts_open_state: nothing any more, since those counts are kept.
DROP INDEX alerts_open_state;
CREATE INDEX alerts_closed_state ON alerts (state, severity) WHERE closed_at IS NOT NULL;
CREATE INDEX alerts_closed_kind ON alerts (kind, state, severity, seq, closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX alerts_closed_host ON alerts (host, state, severity, seq, kind, closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX notifications_listed ON notifications (channel_id, status) WHERE status IN ('sent', 'cancelled');
DROP INDEX notifications_dead;
CREATE INDEX notifications_dead ON notifications (channel_id, last_error_class, cause, seq) WHERE status = 'dead';
CREATE INDEX notifications_dead_since ON notifications (channel_id, last_error_class, cause, died_at) WHERE status = 'dead';
CREATE INDEX notifications_dead_of_alert ON notifications (alert_id) WHERE status = 'dead';
