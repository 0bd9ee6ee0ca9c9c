import { ok, type Result } from '../contract/result.ts';
import { eventWithoutCredentials, messageWithoutCredentials } from '../domain/link-credentials.ts';
import type { IngestAdapter, IngestReading } from './adapter.ts';
import { alerta } from './alerta-adapter.ts';
import { alertmanager } from './alertmanager-adapter.ts';
import { alertmanagerWebhook } from './alertmanager-webhook.ts';
import { apprise } from './apprise-adapter.ts';
import { discord } from './discord-adapter.ts';
import { gotify } from './gotify-adapter.ts';
import { grafana } from './grafana-adapter.ts';
import { createMapped, type ReadMapped } from './mapped-adapter.ts';
import { mattermost } from './mattermost-adapter.ts';
import { pushover } from './pushover-adapter.ts';
import { proxmox } from './proxmox-adapter.ts';
import { rocketchat } from './rocketchat-adapter.ts';
import { slack } from './slack-adapter.ts';
import { uptimeKuma } from './uptime-kuma-adapter.ts';
import { homeAssistant } from './home-assistant-adapter.ts';
import { ntfy } from './ntfy-adapter.ts';
import { shoutrrr } from './shoutrrr-adapter.ts';

const cleaned = (reading: Result<IngestReading>): Result<IngestReading> =>
  reading.ok
    ? ok({
        ...reading.value,
        events: reading.value.events.map(eventWithoutCredentials),
        messages: (reading.value.messages ?? []).map(messageWithoutCredentials),
      })
    : reading;

/** Returns the same format, whose links hold no credentials. */
const withCleanLinks = (adapter: IngestAdapter): IngestAdapter => ({
  ...adapter,
  read(request, context) {
    const reading = adapter.read(request, context);
    return reading instanceof Promise ? reading.then(cleaned) : cleaned(reading);
  },
});

/** Every wire format that is mounted over HTTP; only mapped webhooks need more than the request. */
export const createIngestAdapters = (readMapped: ReadMapped): readonly IngestAdapter[] =>
  [
    alertmanager,
    alertmanagerWebhook,
    grafana,
    uptimeKuma,
    proxmox,
    alerta,
    createMapped(readMapped),
    gotify,
    ntfy,
    apprise,
    homeAssistant,
    shoutrrr,
    slack,
    mattermost,
    rocketchat,
    discord,
    pushover,
  ].map(withCleanLinks);
