import { alertaCase } from './cases/alerta.ts';
import { alertmanagerWebhookCase } from './cases/alertmanager-webhook.ts';
import { alertmanagerCase } from './cases/alertmanager.ts';
import { appriseCase } from './cases/apprise.ts';
import { gotifyCase } from './cases/gotify.ts';
import { grafanaCase } from './cases/grafana.ts';
import { homeAssistantCase } from './cases/home-assistant.ts';
import { ntfyCase } from './cases/ntfy.ts';
import { shoutrrrCase } from './cases/shoutrrr.ts';
import { mappedCase } from './cases/mapped.ts';
import { proxmoxCase } from './cases/proxmox.ts';
import { uptimeKumaCase } from './cases/uptime-kuma.ts';
import { discordCase } from './cases/discord.ts';
import { mattermostCase } from './cases/mattermost.ts';
import { rocketchatCase } from './cases/rocketchat.ts';
import { pushoverCase } from './cases/pushover.ts';
import { slackCase } from './cases/slack.ts';
import type { IngestCase } from './ingest-case.ts';

/** One for each adapter; the conformance suite misses none. */
export const INGEST_CASES: readonly IngestCase[] = [
  alertmanagerCase,
  alertmanagerWebhookCase,
  grafanaCase,
  uptimeKumaCase,
  proxmoxCase,
  alertaCase,
  mappedCase,
  gotifyCase,
  ntfyCase,
  appriseCase,
  homeAssistantCase,
  shoutrrrCase,
  slackCase,
  mattermostCase,
  rocketchatCase,
  discordCase,
  pushoverCase,
];
