import { LIMITS } from '../../contract/limits.ts';
import {
  notificationStatus,
  type Notification,
  type NotificationStatus,
  type RetrySelection,
} from '../../contract/notification.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { talks } from '../api-command.ts';
import { follow } from '../bulk-progress.ts';
import type { CliCommand } from '../cli-command.ts';
import { optionalChannelIdOf } from '../channel-name.ts';
import { EXIT } from '../exit-codes.ts';
import { OptionValues } from '../option-values.ts';
import type { Column } from '../output/table.ts';
import { sentence } from '../output/amounts.ts';
import { answer, answerList, type CommandResult, type Session } from '../session.ts';
import { notificationColumns, notificationText } from './notification-text.ts';

export interface PageFlags {
  readonly channel?: string;
  readonly alert?: string;
  readonly search?: string;
  readonly page: number;
  readonly perPage: number;
}

interface ListFlags extends PageFlags {
  readonly status?: readonly NotificationStatus[];
}

/** Adds the options of every list of notifications. */
export function withPageOptions(command: CliCommand): CliCommand {
  const { messages } = command;
  const values = new OptionValues(messages);
  return command
    .option('--channel <name>', messages.text('cli.option.channel'))
    .option('--alert <id>', messages.text('cli.option.alert'))
    .option('--search <text>', messages.text('cli.option.search'))
    .option(
      '--page <n>',
      messages.text('cli.notifications.list.pageOption'),
      values.wholeNumber(1, LIMITS.pageMax),
      1,
    )
    .option(
      '--per-page <n>',
      messages.text('cli.notifications.list.perPage'),
      values.wholeNumber(1, LIMITS.notificationsPageSizeMax),
      50,
    );
}

export function addNotificationCommands(program: CliCommand): void {
  const { messages } = program;
  const notifications = program.group(
    'notifications',
    messages.text('cli.notifications.description'),
  );
  const list = withPageOptions(
    notifications
      .command('list')
      .description(messages.text('cli.notifications.list.description'))
      .addOption(
        new OptionValues(messages).listOption(
          '--status <statuses>',
          messages.text('cli.notifications.list.status'),
          notificationStatus.options,
        ),
      ),
  );
  talks<ListFlags>(list, (session, flags) =>
    listNotifications(session, flags, {
      statuses: flags.status,
      columns: notificationColumns(messages),
      none: messages.text('cli.notifications.list.none'),
      total: (count) => messages.text('common.notifications', { count }),
    }),
  );
  addShowCommand(notifications, messages.text('cli.notifications.show.description'));
  addRetryCommand(notifications);
}

interface RetryFlags {
  readonly channel?: string;
  readonly alert?: string;
  readonly search?: string;
  readonly all?: true;
  readonly yes?: true;
  readonly wait: boolean;
}

/** More notifications than this need a confirmation. */
const UNASKED_MAX = 20;

function addRetryCommand(notifications: CliCommand): void {
  const { messages } = notifications;
  const command = notifications
    .command('retry')
    .argument('[ids...]')
    .description(messages.text('cli.notifications.retry.description'))
    .option('--channel <name>', messages.text('cli.option.channel'))
    .option('--alert <id>', messages.text('cli.option.alert'))
    .option('--search <text>', messages.text('cli.option.search'))
    .option('--all', messages.text('cli.notifications.retry.all'))
    .option('-y, --yes', messages.text('cli.option.yes'))
    .option('--no-wait', messages.text('cli.option.noWait'));
  talks<RetryFlags, [string[]]>(command, retry);
}

/** One id answers for itself; everything else is bulk work. */
async function retry(
  session: Session,
  flags: RetryFlags,
  ids: readonly string[],
): Promise<CommandResult> {
  const { client, messages } = session;
  const [first, ...others] = ids;
  if (first !== undefined && others.length === 0) {
    return answer(session, await client.call('notifications.retry', { id: first }), (done) =>
      done.reason === undefined
        ? messages.text('cli.notifications.retry.due', { id: first })
        : messages.text('cli.notifications.retry.held', {
            id: first,
            cause: sentence(messages, done.reason),
          }),
    );
  }
  const selection = await retrySelectionOf(session, flags, ids);
  if (!selection.ok) return selection;
  const agreed = await mayRetry(session, flags, selection.value);
  if (!agreed.ok) return agreed;
  if (!agreed.value) return ok(EXIT.failure);
  const job = await client.call('notifications.retryMany', selection.value);
  return follow(session, job, { wait: flags.wait, everyOne: ids.length > 0 });
}

async function retrySelectionOf(
  session: Session,
  { channel, alert, search, all }: RetryFlags,
  ids: readonly string[],
): Promise<Result<RetrySelection>> {
  const filters = [channel, alert, search].some((it) => it !== undefined);
  if ([ids.length > 0, filters, all === true].filter(Boolean).length !== 1) {
    const problem = session.messages.text('cli.notifications.retry.oneWay');
    return fail('invalid_input', problem);
  }
  if (ids.length > 0) return ok({ ids: [...ids] });
  const channelId = await optionalChannelIdOf(session, channel);
  return channelId.ok
    ? ok({ filter: { channelId: channelId.value, alertId: alert, q: search } })
    : channelId;
}

/** Returns true if there are few, or somebody said yes. */
async function mayRetry(
  { client, terminal, messages }: Session,
  { yes }: RetryFlags,
  { ids, filter }: RetrySelection,
): Promise<Result<boolean>> {
  if (yes === true) return ok(true);
  const page = { ...filter, status: ['pending', 'failed'] as NotificationStatus[], per_page: 1 };
  const found = ids ? ok({ total: ids.length }) : await client.call('notifications.list', page);
  if (!found.ok) return found;
  const { total } = found.value;
  if (total <= UNASKED_MAX) return ok(true);
  const answered = await terminal.confirm(
    messages.text('cli.notifications.retry.question', { count: total }),
  );
  // Whoever names each in a script has been asked enough.
  if (answered !== null || ids) return ok(answered ?? true);
  return fail('invalid_input', messages.text('cli.needsYes'));
}

/** Adds `show <id>`, which dead letters have too. */
export function addShowCommand(parent: CliCommand, description: string): void {
  const show = parent.command('show').argument('<id>').description(description);
  talks<object, [string]>(show, async (session, _flags, id) =>
    answer(session, await session.client.call('notifications.get', { id }), (notification) =>
      notificationText(notification, session.terminal.look),
    ),
  );
}

export interface NotificationListing {
  readonly statuses: readonly NotificationStatus[] | undefined;
  readonly columns: readonly Column<Notification>[];
  readonly none: string;
  readonly total: (count: number) => string;
}

/** Prints one page of notifications, and for people how many pages there are. */
export async function listNotifications(
  session: Session,
  flags: PageFlags,
  { statuses, columns, none, total: totalText }: NotificationListing,
): Promise<CommandResult> {
  const { client, terminal, messages } = session;
  const channelId = await optionalChannelIdOf(session, flags.channel);
  if (!channelId.ok) return channelId;
  const page = await client.call('notifications.list', {
    page: flags.page,
    per_page: flags.perPage,
    ...(statuses && { status: [...statuses] }),
    channelId: channelId.value,
    alertId: flags.alert,
    q: flags.search,
  });
  const result = answerList(session, page, { rows: ({ data }) => data, columns, none });
  if (page.ok && page.value.total > page.value.data.length && !session.json) {
    const { total, per_page } = page.value;
    const pages = Math.ceil(total / per_page);
    const shown = { page: flags.page, pages, total: totalText(total) };
    terminal.note(messages.text('cli.notifications.list.page', shown));
  }
  return result;
}
