import type { Recovery } from '../contract/backup.ts';
import type { Messages } from './messages.ts';

/** Returns the outcome of a recovery; a backup that was made after the last write has everything. */
export const recoveryTitle = (messages: Messages, { commits }: Recovery): string =>
  messages.text(commits === 0 ? 'recovery.title.restored' : 'recovery.title.lost');

/** The known facts of a recovery. */
export type RecoveryFacts = Omit<Recovery, 'text'>;

type MomentText = (atMs: number) => string;

/** Returns what a recovery could not keep, with moments as `moment` writes them. */
export function recoveryText(
  messages: Messages,
  recovery: RecoveryFacts,
  moment: MomentText = (atMs) => messages.dateTime(atMs),
): string {
  const { cause, backup, aside } = recovery;
  return [
    messages.text(`recovery.cause.${cause}`),
    ...(aside === null ? [] : [replacedBy(messages, backup)]),
    missing(messages, recovery, moment),
    ...(backup === null ? [] : [messages.text('recovery.duplicates')]),
    ...(aside === null ? [] : [messages.text('recovery.aside', { path: aside })]),
  ].join(' ');
}

const replacedBy = (messages: Messages, name: string | null): string =>
  name === null ? messages.text('recovery.noBackup') : messages.text('recovery.backup', { name });

function missing(messages: Messages, recovery: RecoveryFacts, moment: MomentText): string {
  const { commits, alerts, owed } = recovery;
  if (commits === 0) return messages.text('recovery.nothingMissing');
  const items = [
    ...(commits === null ? [] : [messages.text('recovery.writes', { count: commits })]),
    ...(alerts === null ? [] : [messages.text('recovery.alerts', { count: alerts })]),
    ...(owed === null ? [] : [messages.text('recovery.notifications', { count: owed })]),
  ];
  const extent =
    items.length === 0
      ? messages.text('recovery.extentUnknown')
      : messages.text('recovery.extent', { items: messages.list(items) });
  return `${span(messages, recovery, moment)} ${extent}`;
}

function span(
  messages: Messages,
  { missingFrom, missingTo }: Pick<Recovery, 'missingFrom' | 'missingTo'>,
  moment: MomentText,
): string {
  if (missingFrom === null) {
    return missingTo === null
      ? messages.text('recovery.missing.all')
      : messages.text('recovery.missing.before', { to: moment(missingTo) });
  }
  const from = moment(missingFrom);
  return missingTo === null
    ? messages.text('recovery.missing.after', { from })
    : messages.text('recovery.missing.between', { from, to: moment(missingTo) });
}
