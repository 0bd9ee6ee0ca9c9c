import type { PreviewedEvent } from '../contract/mapped-webhook.ts';
import type { ConditionEvent } from '../domain/condition-event.ts';

/** Returns the part of an event that a preview shows. */
export const previewedEventOf = ({
  host,
  kind,
  dedupKey,
  status,
  severity,
  message,
  labels,
  url,
}: ConditionEvent): PreviewedEvent => ({
  ...{ host, kind, dedupKey, status, severity, message, url },
  labels: { ...labels },
});
