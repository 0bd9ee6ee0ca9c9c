-- What Belfry itself says in an alert is a reason, beside its sentence in the host's language. An alert from
-- before keeps its sentence alone, as every alert of another sender does.
ALTER TABLE alerts ADD COLUMN message_reason TEXT;
