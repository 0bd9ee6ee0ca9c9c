import type {
  BulkJob,
  DeadLetterGroup,
  NotificationSelection,
  RequeueSelection,
} from '../../contract/notification.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { talks } from '../api-command.ts';
import { follow, progressText } from '../bulk-progress.ts';
import type { CliCommand } from '../cli-command.ts';
import { selectionOf, type Selection, type SelectionFlags } from '../dead-letter-selection.ts';
import { EXIT } from '../exit-codes.ts';
import type { Messages } from '../../messages/messages.ts';
import { nextStep, renderGroup } from '../../messages/reasons.ts';
import { localTime } from '../output/amounts.ts';
import type { Column } from '../output/table.ts';
import { answer, answerList, type CommandResult, type Session } from '../session.ts';
import {
  addShowCommand,
  listNotifications,
  withPageOptions,
  type PageFlags,
} from './notification-commands.ts';
import { deadColumns } from './notification-text.ts';

export function addDeadLetterCommands(program: CliCommand): void {
  const { messages } = program;
  const deadLetters = program.group('dead-letters', messages.text('cli.deadLetters.description'));
  const list = withPageOptions(
    deadLetters.command('list').description(messages.text('cli.deadLetters.list.description')),
  );
  const none = messages.text('cli.deadLetters.list.none');
  talks<PageFlags>(list, (session, flags) => {
    const total = (count: number) => messages.text('common.deadLetters', { count });
    return listNotifications(session, flags, {
      statuses: ['dead'],
      columns: deadColumns(messages),
      none,
      total,
    });
  });
  const groups = deadLetters
    .command('groups')
    .description(messages.text('cli.deadLetters.groups.description'));
  talks(groups, async (session) =>
    answerList(session, await session.client.call('deadLetters.groups', {}), {
      rows: (value) => value.groups,
      columns: groupColumns(messages),
      none,
    }),
  );
  addShowCommand(deadLetters, messages.text('cli.deadLetters.show.description'));
  addBulkCommands(deadLetters);
}

const groupColumns = (messages: Messages): readonly Column<DeadLetterGroup>[] => [
  { heading: 'count', value: ({ count }) => count },
  { heading: 'obsolete', value: ({ obsolete }) => obsolete },
  { heading: 'channel', value: ({ channelName }) => channelName },
  { heading: 'class', value: (group) => group.class ?? '-' },
  { heading: 'first', value: ({ firstAt }) => localTime(firstAt) },
  { heading: 'last', value: ({ lastAt }) => localTime(lastAt) },
  { heading: 'group', value: ({ key }) => key },
  { heading: 'cause', value: (group) => renderGroup(messages, group) },
  {
    heading: 'nextStep',
    value: (group) => nextStep(messages, group.reason, group.class) ?? '',
  },
];

const JOB_COLUMNS: readonly Column<BulkJob>[] = [
  { heading: 'job', value: ({ id }) => id },
  { heading: 'action', value: ({ action }) => action },
  { heading: 'state', value: ({ state }) => state },
  { heading: 'started', value: ({ startedAt }) => localTime(startedAt) },
  { heading: 'changed', value: ({ changed }) => changed },
  { heading: 'unchanged', value: ({ unchanged }) => unchanged },
  { heading: 'total', value: ({ total }) => total },
  { heading: 'problem', value: ({ problem }) => problem ?? '' },
];

interface Work {
  readonly name: 'requeue' | 'discard';
  one(session: Session, id: string): Promise<Result<{ readonly status: string }>>;
  many(session: Session, selection: Selection, flags: SelectionFlags): Promise<Result<BulkJob>>;
  /** Returns how many dead letters it is about, null when that is not known beforehand, and further details. */
  sizeOf(session: Session, selection: Selection, flags: SelectionFlags): Promise<Result<Size>>;
}

interface Size {
  readonly count: number | null;
  readonly details: readonly string[];
}

/** More dead letters than these are asked about, even when each was named. */
const UNASKED_MAX = 20;

const REQUEUE: Work = {
  name: 'requeue',
  one: ({ client }, id) => client.call('notifications.requeue', { id }),
  many: ({ client }, { given }, flags) =>
    client.call('notifications.requeueMany', requeueOf(given, flags)),
  async sizeOf({ client, messages }, { given }, flags) {
    const { asSummary: _asSummary, ...selection } = requeueOf(given, flags);
    const preview = await client.call('notifications.previewRequeue', selection);
    if (!preview.ok) return preview;
    const { total, skipped, summaries } = preview.value;
    const details = [
      ...(skipped === 0 ? [] : [messages.text('cli.selection.skips', { count: skipped })]),
      ...(flags.summary === true
        ? [messages.text('cli.selection.asMessages', { count: summaries })]
        : []),
    ];
    return ok({ count: total, details });
  },
};
const DISCARD: Work = {
  name: 'discard',
  one: ({ client }, id) => client.call('notifications.discard', { id }),
  many: ({ client }, { given }) => client.call('notifications.discardMany', given),
  sizeOf: (_session, { count }) => Promise.resolve(ok({ count, details: [] })),
};

const requeueOf = (
  given: NotificationSelection,
  { includeObsolete, summary }: SelectionFlags,
): RequeueSelection => ({
  ...given,
  ...(includeObsolete && { includeObsolete }),
  ...(summary && { asSummary: true }),
});

const withSelectionOptions = (command: CliCommand): CliCommand => {
  const { messages } = command;
  return command
    .argument('[ids...]')
    .option('--group <key>', messages.text('cli.deadLetters.group'))
    .option('--channel <name>', messages.text('cli.option.channel'))
    .option('--search <text>', messages.text('cli.option.search'))
    .option('--obsolete', messages.text('cli.deadLetters.obsolete'))
    .option('--no-obsolete', messages.text('cli.deadLetters.notObsolete'))
    .option('--all', messages.text('cli.deadLetters.all'))
    .option('-y, --yes', messages.text('cli.option.yes'))
    .option('--no-wait', messages.text('cli.option.noWait'));
};

function addBulkCommands(deadLetters: CliCommand): void {
  const { messages } = deadLetters;
  const requeue = deadLetters
    .command('requeue')
    .description(messages.text('cli.deadLetters.requeue.description'))
    .option('--include-obsolete', messages.text('cli.deadLetters.requeue.includeObsolete'))
    .option('--summary', messages.text('cli.deadLetters.requeue.summary'));
  talks<SelectionFlags, [string[]]>(withSelectionOptions(requeue), (session, flags, ids) =>
    work(session, flags, ids, REQUEUE),
  );
  const discard = deadLetters
    .command('discard')
    .description(messages.text('cli.deadLetters.discard.description'));
  talks<SelectionFlags, [string[]]>(withSelectionOptions(discard), (session, flags, ids) =>
    work(session, flags, ids, DISCARD),
  );
  const undo = deadLetters
    .command('undo')
    .argument('<id>', messages.text('cli.deadLetters.undo.id'))
    .description(messages.text('cli.deadLetters.undo.description'))
    .option('--no-wait', messages.text('cli.option.noWait'));
  talks<{ readonly wait: boolean }, [string]>(undo, async (session, flags, id) =>
    follow(session, await session.client.call('notifications.undoDiscard', { id }), {
      wait: flags.wait,
      everyOne: false,
    }),
  );
  const jobs = deadLetters
    .command('jobs')
    .description(messages.text('cli.deadLetters.jobs.description'));
  talks(jobs, async (session) =>
    answerList(session, await session.client.call('bulk.list', {}), {
      rows: ({ items }) => items,
      columns: JOB_COLUMNS,
      none: messages.text('cli.deadLetters.jobs.none'),
    }),
  );
  const cancel = deadLetters
    .command('cancel')
    .argument('<job>')
    .description(messages.text('cli.deadLetters.cancel.description'));
  talks<object, [string]>(cancel, async (session, _flags, id) =>
    answer(session, await session.client.call('bulk.cancel', { id }), (job) =>
      progressText(messages, job),
    ),
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
  const selection = await selectionOf(session, ids, flags);
  if (!selection.ok) return selection;
  if (first !== undefined && others.length === 0) {
    return answer(session, await kind.one(session, first), () =>
      session.messages.text(`cli.deadLetters.${kind.name}.done`, { id: first }),
    );
  }
  const agreed = await isAgreed(session, flags, selection.value, kind);
  if (!agreed.ok) return agreed;
  if (!agreed.value) return ok(EXIT.failure);
  const job = await kind.many(session, selection.value, flags);
  return follow(session, job, { wait: flags.wait, everyOne: ids.length > 0 });
}

/** Returns true if somebody said yes, to the question or beforehand. */
async function isAgreed(
  session: Session,
  flags: SelectionFlags,
  selection: Selection,
  kind: Work,
): Promise<Result<boolean>> {
  if (flags.yes === true) return ok(true);
  const { terminal, messages } = session;
  const { ids } = selection.given;
  if (ids !== undefined) {
    if (ids.length <= UNASKED_MAX) return ok(true);
    // Whoever names each in a script has been asked enough.
    return ok((await terminal.confirm(question(messages, kind, ids.length, []))) ?? true);
  }
  const size = await kind.sizeOf(session, selection, flags);
  if (!size.ok) return size;
  const { count, details } = size.value;
  if (count === 0) return ok(true);
  const all = [...selection.details, ...details];
  const answered = await terminal.confirm(question(messages, kind, count, all));
  if (answered !== null) return ok(answered);
  return fail('invalid_input', messages.text('cli.needsYes'));
}

function question(
  messages: Messages,
  { name }: Work,
  count: number | null,
  parts: readonly string[],
): string {
  const details = parts.length === 0 ? '' : ` (${parts.join('; ')})`;
  return count === null
    ? messages.text(`cli.deadLetters.${name}.questionAll`, { details })
    : messages.text(`cli.deadLetters.${name}.question`, { count, details });
}
