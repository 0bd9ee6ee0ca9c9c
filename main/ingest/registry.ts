import type { IngestAdapter } from './adapter.ts';
import { alertmanager } from './alertmanager.ts';
import { alertmanagerWebhook } from './alertmanager-webhook.ts';
import { apprise } from './apprise.ts';
import { gotify } from './gotify.ts';
import { grafana } from './grafana.ts';
import { createMapped, type Mappings } from './mapped.ts';
import { proxmox } from './proxmox.ts';
import { uptimeKuma } from './uptime-kuma.ts';
import { homeAssistant } from './home-assistant.ts';
import { ntfy } from './ntfy.ts';
import { shoutrrr } from './shoutrrr.ts';

/** Every wire format that is mounted over HTTP. */
export const createIngestAdapters = (mappings: Mappings): readonly IngestAdapter[] => [
  alertmanager,
  alertmanagerWebhook,
  grafana,
  uptimeKuma,
  proxmox,
  createMapped(mappings),
  gotify,
  ntfy,
  apprise,
  homeAssistant,
  shoutrrr,
];
