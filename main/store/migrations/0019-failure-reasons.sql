-- Failures were sentences. From here on last_error, error, attention and last_failure hold a reason as JSON
-- (contract/reasons/failure.ts), and what the receiver said is apart. An old sentence is a reason `legacy`.
ALTER TABLE notifications ADD COLUMN receiver_text TEXT;
ALTER TABLE delivery_attempts ADD COLUMN receiver_text TEXT;
ALTER TABLE channels ADD COLUMN last_failure_text TEXT;
ALTER TABLE channels ADD COLUMN attention_text TEXT;

UPDATE notifications SET last_error = json_object('code', 'legacy', 'params', json_object('text', last_error))
  WHERE last_error IS NOT NULL;
UPDATE delivery_attempts SET error = json_object('code', 'legacy', 'params', json_object('text', error))
  WHERE error IS NOT NULL;
UPDATE channels SET last_failure = json_object('code', 'legacy', 'params', json_object('text', last_failure))
  WHERE last_failure IS NOT NULL;
UPDATE channels SET attention = json_object('code', 'legacy', 'params', json_object('text', coalesce(attention, '')))
  WHERE attention_class IS NOT NULL;

-- A cause is what domain/cause.ts makes of a failure; the groups of before stay as they were.
UPDATE notifications SET cause = json_array('legacy', json_object(), cause) WHERE cause IS NOT NULL;
