-- Why bulk work failed was a sentence. It is a reason from here on; an old sentence is a reason `legacy`.
ALTER TABLE bulk_jobs RENAME COLUMN problem TO reason;
UPDATE bulk_jobs SET reason = json_object('code', 'legacy', 'params', json_object('text', reason))
  WHERE reason IS NOT NULL;
UPDATE audit_log
  SET reason = json_set(
    json_remove(reason, '$.params.problem'),
    '$.params.because',
    json_object('code', 'legacy', 'params', json_object('text', reason ->> '$.params.problem')))
  WHERE reason ->> '$.code' = 'audit.bulk_failed';
