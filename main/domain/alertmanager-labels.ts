import type { Alert } from '../contract/alert.ts';

type Shown = Pick<
  Alert,
  'source' | 'host' | 'kind' | 'dedupKey' | 'severity' | 'message' | 'labels' | 'annotations'
>;

/**
 * The set of labels under which Alertmanager's tools see an alert. One that came with an `alertname` is
 * shown exactly as it came, so that its fingerprint is the one that the real Alertmanager gives it. Any
 * other gets our fields as labels, all of its identity, so that no two look the same; matchers know them
 * by these names (matching.ts).
 */
export function alertmanagerLabels(alert: Shown): Readonly<Record<string, string>> {
  const { source, host, kind, dedupKey, severity, labels } = alert;
  if (Object.hasOwn(labels, 'alertname')) return labels;
  return {
    instance: host,
    ...labels,
    alertname: kind,
    host,
    severity,
    source,
    ...(dedupKey === '' ? {} : { dedup_key: dedupKey }),
  };
}

/** Its annotations, with the message as summary where they do not tell it already. */
export function alertmanagerAnnotations(alert: Shown): Readonly<Record<string, string>> {
  const { message, kind, annotations } = alert;
  const isTold = message === '' || message === kind || Object.values(annotations).includes(message);
  return isTold ? annotations : { summary: message, ...annotations };
}
