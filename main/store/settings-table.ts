import {
  DEFAULT_SETTINGS,
  settings as schema,
  withChanges,
  type Settings,
} from '../contract/settings.ts';
import { Table } from './row-table.ts';

/** Facts about this installation that are no settings: one value each, absent until first written. */
export type Marker =
  | 'pausedUntil'
  /** The moment at which a pause without an end began. */
  | 'pausedSince'
  | 'desktopChannelOffered'
  | 'skippedAt'
  | 'skippedMs'
  | 'listeningAt'
  /** The moment at which the outbound heartbeat last proved that writing works. */
  | 'outboundHeartbeatAt'
  /** The moment at which a channel came back whose dead letters are still being requeued. */
  | `recovered:${string}`
  /** The moment at which that requeue last went on. */
  | `requeued:${string}`;

const HEARTBEAT_URL = 'outboundHeartbeatUrl';
/** Binds the sealed address to its use. */
export const HEARTBEAT_URL_CONTEXT = 'outbound-heartbeat';

/** Settings and markers, each value as JSON under its key. */
export class SettingsTable extends Table {
  /** Returns the stored changes over the defaults, so that a setting added later has its default. */
  read(): Settings {
    const stored = this.#get<object>('settings');
    return stored === null ? DEFAULT_SETTINGS : schema.parse(withChanges(DEFAULT_SETTINGS, stored));
  }

  write(value: Settings): void {
    this.#put('settings', value);
  }

  /** The address of the outbound heartbeat, sealed; null without one. */
  sealedHeartbeatUrl(): Buffer | null {
    const stored = this.#get<string>(HEARTBEAT_URL);
    return stored === null ? null : Buffer.from(stored, 'base64');
  }

  setSealedHeartbeatUrl(sealed: Buffer | null): void {
    this.#put(HEARTBEAT_URL, sealed && sealed.toString('base64'));
  }

  marker(key: Marker): number | null {
    return this.#get(key);
  }

  setMarker(key: Marker, value: number | null): void {
    this.#put(key, value);
  }

  #get<Value>(key: string): Value | null {
    const stored = this.db.value<string>('SELECT value FROM settings WHERE key = ?', [key]);
    return stored === null ? null : (JSON.parse(stored) as Value);
  }

  #put(key: string, value: unknown): void {
    if (value === null) this.db.run('DELETE FROM settings WHERE key = ?', [key]);
    else {
      this.db.run(
        `INSERT INTO settings (key, value) VALUES (?, ?)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
        [key, JSON.stringify(value)],
      );
    }
  }
}
