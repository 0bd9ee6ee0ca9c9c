-- Alerts by severity (store/alerts/alert-pages.ts): each severity is a range of this index, in the order of seq, so a page
-- of the most severe reads no others. What has closed is in alerts_closed_state.
CREATE INDEX alerts_open_severity ON alerts (severity, seq) WHERE closed_at IS NULL;
