import { ok } from '../contract/result.ts';
import type { Backups } from '../system/backups.ts';
import type { RecoveryNotes } from '../system/recovery-notes.ts';
import type { Handlers } from './dispatch.ts';

export interface BackupHandlersDeps {
  readonly backups: Backups;
  readonly recoveries: RecoveryNotes;
}

type BackupHandlers = Pick<Handlers, 'backups.list' | 'backups.create' | 'recovery.dismiss'>;

/** The contract's methods about copies of the database, and the use of them. */
export function backupHandlers({ backups, recoveries }: BackupHandlersDeps): BackupHandlers {
  return {
    'backups.list': () => ok({ items: backups.list() }),
    'backups.create': (_input, { actor }) => backups.create(actor),
    'recovery.dismiss': (_input, { actor }) => recoveries.dismiss(actor),
  };
}
