import type { Command } from 'commander';
import type {
  BulkJob,
  NotificationSelection,
  RequeueSelection,
} from '../../contract/notification.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { talks } from '../api-command.ts';
import { follow, progressText } from '../bulk-progress.ts';
import { selectionOf, type Selection, type SelectionFlags } from '../dead-letter-selection.ts';
import { EXIT } from '../exit-codes.ts';
import { amount, counted } from '../output/amounts.ts';
import { answer, DONE, type CommandResult, type Session } from '../session.ts';
import {
  addShowCommand,
  listNotifications,
  withPageOptions,
  type PageFlags,
} from './notification-commands.ts';
import { groupTable, jobTable } from './dead-letter-text.ts';
import { deadLetterTable } from './notification-text.ts';

export function addDeadLetterCommands(program: Command): void {
  const deadLetters = program
    .command('dead-letters')
    .description('what could not be delivered: look at it, send it again, or give it up');
  const list = withPageOptions(
    deadLetters.command('list').description('dead letters, newest first'),
  );
  talks<PageFlags>(list, (session, flags) =>
    listNotifications(session, flags, ['dead'], deadLetterTable, 'dead letter'),
  );
  const groups = deadLetters
    .command('groups')
    .description('dead letters by channel and cause, most first');
  talks(groups, async (session) => {
    const result = await session.client.call('deadLetters.groups', {});
    if (result.ok && result.value.groups.length === 0 && !session.json) {
      session.terminal.note('No dead letters.');
      return DONE;
    }
    return answer(session, result, ({ groups: rows }) => groupTable(rows, session.terminal.look));
  });
  addShowCommand(deadLetters, 'one dead letter with every attempt');
  addBulkCommands(deadLetters);
}

interface Work {
  readonly verb: 'Requeue' | 'Discard';
  readonly done: string;
  one(session: Session, id: string): Promise<Result<{ readonly status: string }>>;
  many(session: Session, selection: Selection, flags: SelectionFlags): Promise<Result<BulkJob>>;
  /** How many it would be about, null when that is not known beforehand, and what else to say. */
  sizeOf(session: Session, selection: Selection, flags: SelectionFlags): Promise<Result<Size>>;
}

interface Size {
  readonly count: number | null;
  readonly note: string;
}

/** More dead letters than these are asked about, even when each was named. */
const UNASKED_MAX = 20;

const REQUEUE: Work = {
  verb: 'Requeue',
  done: 'requeued',
  one: ({ client }, id) => client.call('notifications.requeue', { id }),
  many: ({ client }, { given }, flags) =>
    client.call('notifications.requeueMany', requeueOf(given, flags)),
  async sizeOf({ client }, { given }, flags) {
    const { asSummary: _asSummary, ...selection } = requeueOf(given, flags);
    const preview = await client.call('notifications.previewRequeue', selection);
    if (!preview.ok) return preview;
    const { total, skipped, summaries } = preview.value;
    const notes = [
      skipped === 0 ? null : `skip ${amount(skipped)} obsolete`,
      flags.summary === true ? `as ${counted(summaries, 'message')}` : null,
    ].filter((note) => note !== null);
    return ok({ count: total, note: notes.length === 0 ? '' : ` (${notes.join(', ')})` });
  },
};
const DISCARD: Work = {
  verb: 'Discard',
  done: 'discarded',
  one: ({ client }, id) => client.call('notifications.discard', { id }),
  many: ({ client }, { given }) => client.call('notifications.discardMany', given),
  sizeOf: (_session, { count }) => Promise.resolve(ok({ count, note: '' })),
};

const requeueOf = (
  given: NotificationSelection,
  { includeObsolete, summary }: SelectionFlags,
): RequeueSelection => ({
  ...given,
  ...(includeObsolete && { includeObsolete }),
  ...(summary && { asSummary: true }),
});

const withSelectionOptions = (command: Command): Command =>
  command
    .argument('[ids...]')
    .option('--group <key>', 'those of one group, as "dead-letters groups" names it')
    .option('--channel <name>', 'those of one channel, by name or id')
    .option('--search <text>', 'those with this text in them')
    .option('--obsolete', 'only those whose alert has since closed')
    .option('--no-obsolete', 'only those whose alert still stands')
    .option('--all', 'every dead letter')
    .option('-y, --yes', 'do not ask')
    .option('--no-wait', 'do not wait until it is done');

function addBulkCommands(deadLetters: Command): void {
  const requeue = deadLetters
    .command('requeue')
    .description('send again, with a fresh budget and the channel as it is now')
    .option('--include-obsolete', 'with a group or a filter: obsolete ones, too')
    .option('--summary', 'one message for each channel instead of one for each dead letter');
  talks<SelectionFlags, [string[]]>(withSelectionOptions(requeue), (session, flags, ids) =>
    work(session, flags, ids, REQUEUE),
  );
  const discard = deadLetters
    .command('discard')
    .description('give up; can be undone for 30 seconds');
  talks<SelectionFlags, [string[]]>(withSelectionOptions(discard), (session, flags, ids) =>
    work(session, flags, ids, DISCARD),
  );
  const undo = deadLetters
    .command('undo')
    .argument('<id>', 'what "discard" named: a notification, or a piece of bulk work')
    .description('bring back what was discarded in the last 30 seconds')
    .option('--no-wait', 'do not wait until it is done');
  talks<{ readonly wait: boolean }, [string]>(undo, async (session, flags, id) =>
    follow(session, await session.client.call('notifications.undoDiscard', { id }), {
      wait: flags.wait,
      everyOne: false,
    }),
  );
  const jobs = deadLetters.command('jobs').description('bulk work, newest first');
  talks(jobs, async (session) =>
    answer(session, await session.client.call('bulk.list', {}), ({ items }) =>
      items.length === 0 ? '' : jobTable(items, session.terminal.look),
    ),
  );
  const cancel = deadLetters
    .command('cancel')
    .argument('<job>')
    .description('stop bulk work after its current batch; what it did stays done');
  talks<object, [string]>(cancel, async (session, _flags, id) =>
    answer(session, await session.client.call('bulk.cancel', { id }), progressText),
  );
}

/** One id answers for itself; everything else is bulk work, which is asked about unless its ids were named. */
async function work(
  session: Session,
  flags: SelectionFlags,
  ids: readonly string[],
  kind: Work,
): Promise<CommandResult> {
  const [first, ...others] = ids;
  const selection = await selectionOf(session.client, ids, flags);
  if (!selection.ok) return selection;
  if (first !== undefined && others.length === 0) {
    return answer(session, await kind.one(session, first), () => `${first} ${kind.done}`);
  }
  const agreed = await isAgreed(session, flags, selection.value, kind);
  if (!agreed.ok) return agreed;
  if (!agreed.value) return ok(EXIT.failure);
  const job = await kind.many(session, selection.value, flags);
  return follow(session, job, { wait: flags.wait, everyOne: ids.length > 0 });
}

/** Whether somebody said yes, to the question or beforehand. */
async function isAgreed(
  session: Session,
  flags: SelectionFlags,
  selection: Selection,
  kind: Work,
): Promise<Result<boolean>> {
  if (flags.yes === true) return ok(true);
  const { verb } = kind;
  const { given, words } = selection;
  if ((given.ids?.length ?? 0) > UNASKED_MAX) {
    const what = counted(given.ids?.length ?? 0, 'dead letter');
    // Whoever names each in a script has been asked enough.
    return ok((await session.terminal.confirm(`${verb} ${what}?`)) ?? true);
  }
  if (given.ids !== undefined) return ok(true);
  const size = await kind.sizeOf(session, selection, flags);
  if (!size.ok) return size;
  const { count, note } = size.value;
  if (count === 0) return ok(true);
  const what = count === null ? 'All dead letters' : counted(count, 'dead letter');
  const answered = await session.terminal.confirm(`${verb} ${what}${words && ` ${words}`}${note}?`);
  if (answered !== null) return ok(answered);
  return fail('invalid_input', 'There is nobody to ask: repeat it with --yes to go ahead.');
}
