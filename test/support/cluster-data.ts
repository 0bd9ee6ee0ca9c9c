import { CommitLog } from '../../main/store/files/commit-log.ts';
import { openDatabase } from '../../main/store/database.ts';

/** Makes the database of a data directory one that has entries of the log of a cluster. */
export function putInCluster(dataDir: string): void {
  const db = openDatabase(dataDir);
  new CommitLog(db).reach({ place: 7, digest: 'digest' });
  db.close();
}
