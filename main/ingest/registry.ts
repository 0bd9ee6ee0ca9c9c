import type { IngestAdapter } from './adapter.ts';
import { alertmanager } from './alertmanager.ts';
import { alertmanagerWebhook } from './alertmanager-webhook.ts';
import { grafana } from './grafana.ts';

/** Every wire format that is mounted over HTTP. */
export const INGEST_ADAPTERS: readonly IngestAdapter[] = [
  alertmanager,
  alertmanagerWebhook,
  grafana,
];
