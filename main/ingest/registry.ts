import type { IngestAdapter } from './adapter.ts';
import { alertmanager } from './alertmanager.ts';
import { alertmanagerWebhook } from './alertmanager-webhook.ts';
import { apprise } from './apprise.ts';
import { gotify } from './gotify.ts';
import { grafana } from './grafana.ts';
import { homeAssistant } from './home-assistant.ts';
import { ntfy } from './ntfy.ts';
import { shoutrrr } from './shoutrrr.ts';

/** Every wire format that is mounted over HTTP. */
export const INGEST_ADAPTERS: readonly IngestAdapter[] = [
  alertmanager,
  alertmanagerWebhook,
  grafana,
  gotify,
  ntfy,
  apprise,
  homeAssistant,
  shoutrrr,
];
