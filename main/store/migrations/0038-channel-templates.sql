-- The templates of a channel's messages by event, and their last failure since they were changed; both as JSON.
ALTER TABLE channels ADD COLUMN templates TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(templates));
ALTER TABLE channels ADD COLUMN template_failure TEXT CHECK (json_valid(template_failure));
-- Why an attempt had the standard text in place of that of the channel's template, as JSON.
ALTER TABLE delivery_attempts ADD COLUMN template_problem TEXT CHECK (json_valid(template_problem));
