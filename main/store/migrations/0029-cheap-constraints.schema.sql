-- SQLite builds a table of a list of three and more each time a constraint has `IN (…)`: a quarter of the time of
-- a new alert. Comparisons mean the same. Rows and indexes stay as they are, so only the schema's text changes
-- (https://www.sqlite.org/lang_altertable.html, section 7).
UPDATE sqlite_schema SET sql = replace(replace(replace(sql,
  'CHECK (state IN (''open'', ''acknowledged'', ''resolved'', ''expired''))',
  'CHECK (state = ''open'' OR state = ''acknowledged'' OR state = ''resolved'' OR state = ''expired'')'),
  'CHECK (severity IN (''info'', ''warning'', ''critical''))',
  'CHECK (severity = ''info'' OR severity = ''warning'' OR severity = ''critical'')'),
  'CHECK (peak_severity IN (''info'', ''warning'', ''critical''))',
  'CHECK (peak_severity = ''info'' OR peak_severity = ''warning'' OR peak_severity = ''critical'')')
WHERE type = 'table' AND name = 'alerts';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (type IN (''raised'', ''escalated'', ''acknowledged'', ''unacknowledged'', ''snoozed'', ''unsnoozed'', ''resolved'', ''expired'', ''routed'', ''held'', ''dropped'', ''reminder'', ''escalation_step'', ''flapping_started'', ''flapping_stopped''))',
  'CHECK (type = ''raised'' OR type = ''escalated'' OR type = ''acknowledged'' OR type = ''unacknowledged'' OR type = ''snoozed'' OR type = ''unsnoozed'' OR type = ''resolved'' OR type = ''expired'' OR type = ''routed'' OR type = ''held'' OR type = ''dropped'' OR type = ''reminder'' OR type = ''escalation_step'' OR type = ''flapping_started'' OR type = ''flapping_stopped'')')
WHERE type = 'table' AND name = 'alert_events';
UPDATE sqlite_schema SET sql = replace(replace(replace(replace(sql,
  'CHECK (event IN (''raised'', ''acknowledged'', ''resolved'', ''reminder'', ''escalated'', ''flapping_started'', ''flapping_stopped'', ''test''))',
  'CHECK (event = ''raised'' OR event = ''acknowledged'' OR event = ''resolved'' OR event = ''reminder'' OR event = ''escalated'' OR event = ''flapping_started'' OR event = ''flapping_stopped'' OR event = ''test'')'),
  'CHECK (status IN (''pending'', ''sending'', ''sent'', ''failed'', ''dead'', ''cancelled''))',
  'CHECK (status = ''pending'' OR status = ''sending'' OR status = ''sent'' OR status = ''failed'' OR status = ''dead'' OR status = ''cancelled'')'),
  'CHECK (hold_kind IN (''hold_for'', ''grouping'', ''storm'', ''pause'', ''silence'', ''maintenance'', ''inhibition'', ''quiet_hours'', ''snooze''))',
  'CHECK (hold_kind = ''hold_for'' OR hold_kind = ''grouping'' OR hold_kind = ''storm'' OR hold_kind = ''pause'' OR hold_kind = ''silence'' OR hold_kind = ''maintenance'' OR hold_kind = ''inhibition'' OR hold_kind = ''quiet_hours'' OR hold_kind = ''snooze'')'),
  'CHECK (cancel_reason IN (''superseded'', ''channel_deleted'', ''discarded''))',
  'CHECK (cancel_reason = ''superseded'' OR cancel_reason = ''channel_deleted'' OR cancel_reason = ''discarded'')')
WHERE type = 'table' AND name = 'notifications';
UPDATE sqlite_schema SET sql = replace(sql,
  'CHECK (outcome IN (''sent'', ''transient'', ''permanent'', ''interrupted''))',
  'CHECK (outcome = ''sent'' OR outcome = ''transient'' OR outcome = ''permanent'' OR outcome = ''interrupted'')')
WHERE type = 'table' AND name = 'delivery_attempts';
