import type { Recovery } from '../contract/backup.ts';

const CAUSES: Record<Recovery['cause'], string> = {
  damaged: 'The database was damaged.',
  missing: 'The database file was missing or empty.',
  replaced: 'Another file took the place of the database while Belfry was running.',
  commits_lost:
    'Part of the database is gone: its write-ahead log (belfry.db-wal) was removed or is damaged.',
};

const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

const moment = (atMs: number): string => new Date(atMs).toISOString();

/** What a recovery could not keep, for people, with moments in UTC. */
export function recoveryText(recovery: Omit<Recovery, 'text'>): string {
  const { cause, backup, aside } = recovery;
  return [
    CAUSES[cause],
    ...(aside === null ? [] : [replacedBy(backup)]),
    missing(recovery),
    ...(backup === null ? [] : ['What was delivered after the backup may be delivered again.']),
    ...(aside === null ? [] : [`The old file was put aside in ${aside}.`]),
  ].join(' ');
}

const replacedBy = (backup: string | null): string =>
  backup === null
    ? 'There was no good backup, so Belfry begins with an empty one: channels, routes and tokens are to be set up again.'
    : `The backup ${backup} took its place.`;

function missing(recovery: Omit<Recovery, 'text'>): string {
  const { missingFrom, missingTo, commits, alerts, owed } = recovery;
  if (commits === 0) return 'Nothing is missing: nothing was stored after it was made.';
  const span =
    missingFrom === null
      ? `everything that was stored${missingTo === null ? '' : ` up to ${moment(missingTo)}`}`
      : `what was stored after ${moment(missingFrom)}${missingTo === null ? '' : `, up to ${moment(missingTo)}`}`;
  const counts = [
    ...(commits === null ? [] : [counted(commits, 'write', 'writes')]),
    ...(alerts === null ? [] : [counted(alerts, 'new alert', 'new alerts')]),
    ...(owed === null
      ? []
      : [counted(owed, 'notification not yet delivered', 'notifications not yet delivered')]),
  ];
  return `Missing is ${span}${counts.length === 0 ? '; how much cannot be told' : `: ${counts.join(', ')}`}.`;
}
