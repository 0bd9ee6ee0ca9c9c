import { settings as schema, type Settings } from '../contract/system.ts';
import type { Db } from './database.ts';

export const DEFAULT_SETTINGS: Settings = {
  language: 'system',
  retention: {
    deliveredDays: 7,
    deadDays: 30,
    attemptsDays: 30,
    auditDays: 30,
    closedAlertsDays: 90,
  },
  resolveTimeoutMs: 300_000,
  desktopHttp: { enabled: true, port: 8377 },
  flappingEnabled: true,
  flappingWindowSeconds: 300,
  flappingThreshold: 5,
  flappingCooldownMinutes: 15,
  maxAlertAgeDays: 7,
  maxAcknowledgedAgeDays: 1,
  autoAcknowledgeAfterHours: 24,
  stormEnabled: true,
  stormThreshold: 20,
  stormWindowSeconds: 60,
  stormWebhooks: false,
  quietHours: {
    enabled: false,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    periods: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '07:00' }],
    criticalPasses: true,
  },
  publicUrl: null,
  deadLettersMax: 100_000,
  backup: { enabled: true, everyHours: 24, keep: 7 },
  outboundHeartbeat: { target: null, everyMinutes: 5 },
};

/** Facts about this installation that are no settings: one value each, absent until first written. */
export type Marker =
  | 'pausedUntil'
  | 'desktopChannelOffered'
  | 'skippedAt'
  | 'skippedMs'
  | 'listeningAt'
  /** When the outbound heartbeat last proved that writing works. */
  | 'outboundHeartbeatAt'
  /** When a channel came back whose dead letters are still being requeued. */
  | `recovered:${string}`
  /** When that last went on. */
  | `requeued:${string}`;

const HEARTBEAT_URL = 'outboundHeartbeatUrl';

/** Settings and markers, each value as JSON under its key. */
export class SettingsTable {
  readonly #get;
  readonly #put;
  readonly #delete;

  constructor(db: Db) {
    this.#get = db.prepare<[string], string>('SELECT value FROM settings WHERE key = ?').pluck();
    this.#put = db.prepare<[string, string]>(
      'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
    this.#delete = db.prepare<[string]>('DELETE FROM settings WHERE key = ?');
  }

  /** What was stored over the defaults, so that a setting added later has its default. */
  read(): Settings {
    const stored = this.#get.get('settings');
    if (stored === undefined) return DEFAULT_SETTINGS;
    const value = JSON.parse(stored) as Partial<Settings>;
    return schema.parse({
      ...DEFAULT_SETTINGS,
      ...value,
      retention: { ...DEFAULT_SETTINGS.retention, ...value.retention },
      desktopHttp: { ...DEFAULT_SETTINGS.desktopHttp, ...value.desktopHttp },
      quietHours: { ...DEFAULT_SETTINGS.quietHours, ...value.quietHours },
      backup: { ...DEFAULT_SETTINGS.backup, ...value.backup },
      outboundHeartbeat: { ...DEFAULT_SETTINGS.outboundHeartbeat, ...value.outboundHeartbeat },
    });
  }

  write(value: Settings): void {
    this.#put.run('settings', JSON.stringify(value));
  }

  /** The address of the outbound heartbeat, sealed; null without one. */
  sealedHeartbeatUrl(): Buffer | null {
    const stored = this.#get.get(HEARTBEAT_URL);
    return stored === undefined ? null : Buffer.from(JSON.parse(stored) as string, 'base64');
  }

  setSealedHeartbeatUrl(sealed: Buffer | null): void {
    if (sealed === null) this.#delete.run(HEARTBEAT_URL);
    else this.#put.run(HEARTBEAT_URL, JSON.stringify(sealed.toString('base64')));
  }

  marker(key: Marker): number | null {
    const stored = this.#get.get(key);
    return stored === undefined ? null : (JSON.parse(stored) as number);
  }

  setMarker(key: Marker, value: number | null): void {
    if (value === null) this.#delete.run(key);
    else this.#put.run(key, JSON.stringify(value));
  }
}
