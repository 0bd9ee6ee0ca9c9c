-- Messages in a row that the receiver refused permanently; see domain/channel-health.ts.
ALTER TABLE channels ADD COLUMN rejections INTEGER NOT NULL DEFAULT 0 CHECK (rejections >= 0);
-- When it first delivered something with its present configuration.
ALTER TABLE channels ADD COLUMN worked_at INTEGER;
UPDATE channels SET worked_at = created_at
  WHERE EXISTS (SELECT 1 FROM notifications n WHERE n.status = 'sent' AND n.channel_id = channels.id);
