import type { IngestAdapter } from './adapter.ts';
import { alertmanager } from './alertmanager.ts';

/** Every wire format that is mounted over HTTP. */
export const INGEST_ADAPTERS: readonly IngestAdapter[] = [alertmanager];
