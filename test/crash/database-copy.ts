import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const row = z.object({ id: z.string(), status: z.string(), channel: z.string() });
export type NotificationRow = z.infer<typeof row>;

/**
 * The notifications as a killed server left them. Read from a copy, since opening the files themselves
 * would recover and checkpoint them, and so do the work that the next start is to be tested on.
 */
export function notificationRows(dataDir: string): NotificationRow[] {
  const copy = mkdtempSync(join(tmpdir(), 'belfry-copy-'));
  try {
    for (const name of ['belfry.db', 'belfry.db-wal']) {
      if (existsSync(join(dataDir, name))) copyFileSync(join(dataDir, name), join(copy, name));
    }
    const db = new DatabaseSync(join(copy, 'belfry.db'));
    try {
      return z
        .array(row)
        .parse(db.prepare('SELECT id, status, channel_name AS channel FROM notifications').all());
    } finally {
      db.close();
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
