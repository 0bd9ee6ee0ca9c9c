import { LIMITS } from '../../contract/limits.ts';
import {
  notificationStatus,
  type Notification,
  type NotificationStatus,
} from '../../contract/notification.ts';
import {
  bulkWork,
  DISCARD,
  DISCARD_OPTIONS,
  filterOf,
  NARROWING,
  OBSOLETE,
  REQUEUE,
  REQUEUE_OPTIONS,
  RETRY,
  RETRY_OPTIONS,
} from '../bulk-selection.ts';
import { follow, progressText } from '../bulk-progress.ts';
import { answer, answerList, type CommandResult, type Session } from '../session.ts';
import type { CliCommand } from '../cli-command.ts';
import { calls, lists, talks, type Flags } from '../command.ts';
import type { Column } from '../output/table.ts';
import {
  DEAD_COLUMNS,
  GROUP_COLUMNS,
  JOB_COLUMNS,
  NOTIFICATION_COLUMNS,
  notificationText,
} from './notification-text.ts';

/** The options of every list of notifications. */
const PAGE = {
  ...NARROWING,
  '--alert <id>': {},
  '--page <n>': { range: [1, LIMITS.pageMax], initial: 1 },
  '--per-page <n>': { range: [1, LIMITS.notificationsPageSizeMax], initial: 50 },
} as const;

export function addDeadLetterCommands(program: CliCommand): void {
  const deadLetters = program.group('dead-letters');
  const { messages } = program;
  talks(deadLetters, 'list', { ...PAGE, ...OBSOLETE }, (session, flags) =>
    listNotifications(session, { ...flags, status: ['dead'] }, 'deadLetters', DEAD_COLUMNS),
  );
  talks(deadLetters, 'groups', { ...NARROWING, ...OBSOLETE }, async (session, flags) => {
    const filter = await filterOf(session, flags);
    if (!filter.ok) return filter;
    return answerList(session, await session.client.call('deadLetters.groups', filter.value), {
      rows: ({ groups }) => groups,
      columns: GROUP_COLUMNS,
      none: messages.text('cli.none.deadLetters.list'),
    });
  });
  calls(deadLetters, 'show <id>', 'notifications.get', notificationText);
  talks(deadLetters, 'requeue [ids...]', REQUEUE_OPTIONS, (session, flags, ids) =>
    bulkWork(session, flags, ids, REQUEUE),
  );
  talks(deadLetters, 'discard [ids...]', DISCARD_OPTIONS, (session, flags, ids) =>
    bulkWork(session, flags, ids, DISCARD),
  );
  talks(deadLetters, 'undo <id>', { '--no-wait': {} }, async (session, { wait }, id) =>
    follow(session, await session.client.call('notifications.undoDiscard', { id }), wait),
  );
  lists(deadLetters, 'jobs', 'bulk.list', JOB_COLUMNS);
  talks(deadLetters, 'cancel <job>', {}, async (session, _flags, id) =>
    answer(session, await session.client.call('bulk.cancel', { id }), (job) =>
      progressText(messages, job),
    ),
  );
}

export function addNotificationCommands(program: CliCommand): void {
  const notifications = program.group('notifications');
  const list = { '--status <statuses>': { someOf: notificationStatus.options }, ...PAGE } as const;
  talks(notifications, 'list', list, (session, flags) =>
    listNotifications(session, flags, 'notifications', NOTIFICATION_COLUMNS),
  );
  calls(notifications, 'show <id>', 'notifications.get', notificationText);
  talks(notifications, 'retry [ids...]', RETRY_OPTIONS, (session, flags, ids) =>
    bulkWork(session, flags, ids, RETRY),
  );
}

interface PageFlags extends Flags<typeof PAGE> {
  readonly status: readonly NotificationStatus[] | undefined;
  readonly obsolete?: boolean | undefined;
}

/** Prints one page of notifications, and for people how many pages there are. */
async function listNotifications(
  session: Session,
  flags: PageFlags,
  what: 'deadLetters' | 'notifications',
  columns: readonly Column<Notification>[],
): Promise<CommandResult> {
  const { client, terminal, messages } = session;
  const { status, alert, page, perPage } = flags;
  const filter = await filterOf(session, flags);
  if (!filter.ok) return filter;
  const { diedFrom, diedTo, ...others } = filter.value;
  const found = await client.call('notifications.list', {
    page,
    per_page: perPage,
    ...(status && { status: [...status] }),
    alertId: alert,
    ...others,
    ...(what === 'deadLetters'
      ? { diedFrom, diedTo }
      : { createdFrom: diedFrom, createdTo: diedTo }),
  });
  const none = messages.text(`cli.none.${what}.list`);
  const result = answerList(session, found, { rows: ({ data }) => data, columns, none });
  if (found.ok && found.value.total > found.value.data.length && !session.json) {
    const { total, totalIsAtLeast = false, per_page } = found.value;
    const shown = {
      page,
      least: totalIsAtLeast ? ('true' as const) : ('false' as const),
      pages: Math.ceil(total / per_page),
      total: messages.text(`common.${what}`, { count: total }),
    };
    terminal.note(messages.text('cli.notifications.list.page', shown));
  }
  return result;
}
