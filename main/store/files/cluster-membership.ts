import { join } from 'node:path';
import { AuditTable } from '../audit-table.ts';
import { DATABASE_NAME, Db, openDatabase } from '../database.ts';
import { CommitLog } from './commit-log.ts';

/**
 * Returns the place in the log of its cluster that the database of a data directory has reached; 0 if it belongs
 * to none, null if it cannot be read. Changes nothing, not even an older schema.
 */
export function clusterPlaceOf(dataDir: string): number | null {
  let db: Db | null = null;
  try {
    db = new Db(join(dataDir, DATABASE_NAME), { readOnly: true });
    const columns = db.values<string>("SELECT name FROM pragma_table_info('last_commit')");
    return columns.includes('place') ? new CommitLog(db).point().place : 0;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return null;
  } finally {
    db?.close();
  }
}

/** Takes the database of a data directory out of its cluster: it belongs to one core alone from then on. */
export function leaveCluster(dataDir: string, at: number): void {
  const db = openDatabase(dataDir);
  try {
    db.transaction(() => {
      const log = new CommitLog(db);
      log.advance(at);
      log.leaveLog();
      const reason = { code: 'audit.cluster_left', params: {} } as const;
      const entry = { at, actor: 'terminal', action: 'cluster.leave', subject: 'cluster', reason };
      new AuditTable(db).append(entry);
    })();
  } finally {
    db.close();
  }
}
