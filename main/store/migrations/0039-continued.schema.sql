-- New alerts of which a channel heard nothing, since it was not told either that the one before had resolved.
UPDATE sqlite_schema SET sql = replace(sql,
  'OR cancel_reason = ''discarded'' OR cancel_reason = ''moved'')',
  'OR cancel_reason = ''discarded'' OR cancel_reason = ''moved'' OR cancel_reason = ''continued'')')
WHERE type = 'table' AND name = 'notifications';
