import { alertmanagerWebhookCase } from './cases/alertmanager-webhook.ts';
import { alertmanagerCase } from './cases/alertmanager.ts';
import { grafanaCase } from './cases/grafana.ts';
import type { IngestCase } from './ingest-case.ts';

/** One for each adapter; the conformance suite misses none. */
export const INGEST_CASES: readonly IngestCase[] = [
  alertmanagerCase,
  alertmanagerWebhookCase,
  grafanaCase,
];
