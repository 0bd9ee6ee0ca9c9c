import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Messages } from '../messages/messages.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { BackupDirectory } from '../store/files/backup-directory.ts';
import { clusterPlaceOf } from '../store/files/cluster-membership.ts';
import { CommitLog } from '../store/files/commit-log.ts';
import { DataDirectoryInUse, lockDataDirectory } from '../store/files/directory-lock.ts';
import { asideName, Replacement } from '../store/files/replacement.ts';

export interface RestoreRequest {
  readonly dataDir: string;
  /** A path, the name of a backup in the data directory, or `latest`. */
  readonly wanted: string;
  readonly clock: Clock;
  readonly messages: Messages;
  /** Asks once everything has been checked; the time is that of the last write in the backup. */
  readonly confirm: (backup: string, lastWriteAt: number) => Promise<Result<null>>;
}

export interface Restored {
  readonly backup: string;
  /** The moment of the last write in it, ms UTC. */
  readonly lastWriteAt: number;
  /** The path of the previous database; null when there was none. */
  readonly aside: string | null;
}

/** Replaces the database with a backup while nothing runs on the data directory. */
export async function restore(request: RestoreRequest): Promise<Result<Restored>> {
  const { dataDir, wanted, clock, messages, confirm } = request;
  if (!existsSync(dataDir)) {
    return fail('not_found', messages.text('cli.restore.noDirectory', { dataDir }));
  }
  // What the cluster has would take the place of the backup again.
  if ((clusterPlaceOf(dataDir) ?? 0) > 0) {
    return fail('wrong_state', messages.text('cli.restore.ofCluster', { dataDir }));
  }
  const path = find(dataDir, wanted);
  if (path === null) return fail('not_found', notFoundText(messages, dataDir, wanted));
  using undo = new DisposableStack();
  try {
    undo.use(lockDataDirectory(dataDir));
  } catch (error) {
    if (!(error instanceof DataDirectoryInUse)) throw error;
    return fail('wrong_state', messages.text('cli.restore.running', { dataDir }));
  }
  const replacement = Replacement.from(dataDir, path);
  if (!(replacement instanceof Replacement)) {
    const failure = { path, problem: replacement.problem };
    return fail('invalid_input', messages.text('cli.restore.notUsable', failure));
  }
  const lastWriteAt = replacement.last.at;
  const confirmed = await confirm(path, lastWriteAt);
  if (!confirmed.ok) {
    replacement.discard();
    return confirmed;
  }
  const at = clock.now();
  const subject = basename(path);
  const reason = { code: 'audit.restored', params: { lastWriteAt } } as const;
  // It may have been made in a cluster.
  replacement.write((db) => new CommitLog(db).leaveLog());
  replacement.audit({ at, actor: 'terminal', action: 'backup.restore', subject, reason });
  const aside = asideName(dataDir, 'replaced', at);
  const hadOne = replacement.putInPlace(aside);
  return ok({ backup: path, lastWriteAt, aside: hadOne ? join(resolve(dataDir), aside) : null });
}

/** A name is looked for among the backups first, as `belfry backup list` shows them. */
function find(dataDir: string, wanted: string): string | null {
  const backups = new BackupDirectory(dataDir);
  if (wanted === 'latest') {
    const newest = backups.list()[0];
    return newest ? backups.pathOf(newest.name) : null;
  }
  if (backups.list().some(({ name }) => name === wanted)) return backups.pathOf(wanted);
  return existsSync(wanted) ? resolve(wanted) : null;
}

function notFoundText(messages: Messages, dataDir: string, name: string): string {
  const folder = join(dataDir, 'backups');
  return name === 'latest'
    ? messages.text('cli.restore.noBackup', { folder })
    : messages.text('cli.restore.unknown', { name, folder });
}
