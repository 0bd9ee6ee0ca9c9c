import type { AnnouncedPeriod } from '../domain/maintenance-duties.ts';
import { Columns } from './columns.ts';
import { Table } from './row-table.ts';

const NOTICE = new Columns<AnnouncedPeriod>({
  windowId: 'plain',
  name: 'plain',
  channelIds: 'json',
  startsAt: 'plain',
  endsAt: 'plain',
  isOn: 'flag',
  handledAt: 'plain',
});

/** The announcements of maintenance: one row for each window that has been announced. */
export class MaintenanceNoticeTable extends Table {
  /** Returns all rows; there are about as many as windows. */
  all(): AnnouncedPeriod[] {
    return this.db.all(
      `SELECT ${NOTICE.list} FROM maintenance_notices ORDER BY window_id`,
      [],
      NOTICE.decode,
    );
  }

  put(notice: AnnouncedPeriod): void {
    this.db.run(
      `INSERT INTO maintenance_notices (window_id, name, channel_ids, starts_at, ends_at, is_on, handled_at)
       VALUES (@windowId, @name, @channelIds, @startsAt, @endsAt, @isOn, @handledAt)
       ON CONFLICT (window_id) DO UPDATE SET name = excluded.name, channel_ids = excluded.channel_ids,
         starts_at = excluded.starts_at, ends_at = excluded.ends_at, is_on = excluded.is_on,
         handled_at = excluded.handled_at`,
      NOTICE.encode(notice),
    );
  }

  remove(windowId: string): void {
    this.db.run('DELETE FROM maintenance_notices WHERE window_id = ?', [windowId]);
  }
}
