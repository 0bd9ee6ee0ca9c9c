import {
  DEFAULT_SETTINGS,
  settings as schema,
  withChanges,
  type Settings,
} from '../contract/settings.ts';
import type { Db } from './database.ts';

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
    return schema.parse(withChanges(DEFAULT_SETTINGS, JSON.parse(stored) as object));
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
