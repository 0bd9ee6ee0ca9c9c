-- Why input was rejected was a sentence. It is a list of reasons from here on; an old sentence is one reason
-- `legacy`.
ALTER TABLE rejected_input RENAME COLUMN reason TO reasons;
UPDATE rejected_input
  SET reasons = json_array(json_object('code', 'legacy', 'params', json_object('text', reasons)));
