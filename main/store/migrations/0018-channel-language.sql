-- The language of the messages that a channel sends, as a BCP 47 subtag; null is that of the settings.
ALTER TABLE channels ADD COLUMN language TEXT;
