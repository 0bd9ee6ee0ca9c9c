import type { IngestAdapter } from './adapter.ts';
import { alertmanager } from './alertmanager.ts';
import { proxmox } from './proxmox.ts';
import { uptimeKuma } from './uptime-kuma.ts';

/** Every wire format that is mounted over HTTP. */
export const INGEST_ADAPTERS: readonly IngestAdapter[] = [alertmanager, uptimeKuma, proxmox];
