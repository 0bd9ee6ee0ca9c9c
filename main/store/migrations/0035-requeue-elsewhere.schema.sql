-- Dead letters that were requeued through another channel.
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (cancel_reason = ''superseded'' OR cancel_reason = ''channel_deleted'' OR cancel_reason = ''discarded'')',
  'CHECK (cancel_reason = ''superseded'' OR cancel_reason = ''channel_deleted'' OR cancel_reason = ''discarded'' OR cancel_reason = ''moved'')')
WHERE type = 'table' AND name = 'notifications';
