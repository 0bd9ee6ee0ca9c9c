import type { FetchedPicture } from '../domain/picture-format.ts';
import { Table } from './row-table.ts';

interface Limits {
  readonly rowsMax: number;
  readonly bytesMax: number;
}

/** The pictures of alerts, by alert and address. They go with their alert. */
export class PictureTable extends Table {
  /** Returns what came of fetching it; null if that was never tried, or is forgotten. */
  get(alertId: string, address: string): FetchedPicture | null {
    return this.db.get<FetchedPicture>(
      'SELECT failure, type, width, height, bytes FROM pictures WHERE alert_id = ? AND address = ?',
      [alertId, address],
    );
  }

  /** Keeps what came of fetching a picture, if its alert still exists. */
  put(alertId: string, address: string, fetched: FetchedPicture, now: number): void {
    const { failure, type, width, height, bytes } =
      fetched.failure === null ? fetched : { ...NO_PICTURE, ...fetched };
    this.db.run(
      `INSERT INTO pictures (alert_id, address, fetched_at, failure, type, width, height, size, bytes)
       SELECT id, @address, @now, @failure, @type, @width, @height, @size, @bytes
       FROM alerts WHERE id = @alertId
       ON CONFLICT (alert_id, address) DO NOTHING`,
      { alertId, address, now, failure, type, width, height, size: bytes?.length ?? 0, bytes },
    );
  }

  /** Removes the oldest above the limits. */
  trim({ rowsMax, bytesMax }: Limits): void {
    this.db.run(
      `DELETE FROM pictures WHERE id <= (
         SELECT max(id) FROM (
           SELECT id, sum(size) OVER newest AS bytes, count(*) OVER newest AS kept
           FROM pictures WINDOW newest AS (ORDER BY id DESC))
         WHERE bytes > @bytesMax OR kept > @rowsMax)`,
      { rowsMax, bytesMax },
    );
  }
}

const NO_PICTURE = { type: null, width: null, height: null, bytes: null };
