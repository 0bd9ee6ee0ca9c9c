-- Dead letters by when they died, for the filters of lists and bulk work and for deaths by hour: NotificationSearch
-- and DeadLetterRows. The other columns are those of the filters, so that what does not match is not read.
CREATE INDEX notifications_dead_by_time ON notifications (died_at, channel_id, last_error_class, event) WHERE status = 'dead';
