-- By how many steps a notification is louder than its channel's usual one: the number of the reminder.
ALTER TABLE notifications ADD COLUMN loudness INTEGER NOT NULL DEFAULT 0;
CREATE INDEX notifications_louder ON notifications (channel_id, condition_id) WHERE loudness > 0;
