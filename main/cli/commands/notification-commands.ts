import type { Command } from 'commander';
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
import { optionalChannelIdOf } from '../channel-name.ts';
import { EXIT } from '../exit-codes.ts';
import { listOption, wholeNumber } from '../option-values.ts';
import type { Look } from '../output/look.ts';
import { amount, counted, reasonText } from '../output/amounts.ts';
import { answer, DONE, print, type CommandResult, type Session } from '../session.ts';
import { notificationTable, notificationText } from './notification-text.ts';

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

/** The options of every list of notifications. */
export const withPageOptions = (command: Command): Command =>
  command
    .option('--channel <name>', 'of this channel, by name or id')
    .option('--alert <id>', 'of this alert')
    .option('--search <text>', 'with this text in them')
    .option('--page <n>', 'which page', wholeNumber(1, LIMITS.pageMax), 1)
    .option(
      '--per-page <n>',
      'how many on a page',
      wholeNumber(1, LIMITS.notificationsPageSizeMax),
      50,
    );

export function addNotificationCommands(program: Command): void {
  const notifications = program
    .command('notifications')
    .description('what is owed to the channels, and what became of it');
  const list = withPageOptions(
    notifications
      .command('list')
      .description('notifications, newest first')
      .addOption(
        listOption('--status <statuses>', 'in these statuses', notificationStatus.options),
      ),
  );
  talks<ListFlags>(list, (session, flags) =>
    listNotifications(session, flags, flags.status, notificationTable, 'notification'),
  );
  addShowCommand(notifications, 'one notification with every attempt');
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

/** More notifications than these are asked about. */
const UNASKED_MAX = 20;

function addRetryCommand(notifications: Command): void {
  const command = notifications
    .command('retry')
    .argument('[ids...]')
    .description('make pending and failed notifications due now')
    .option('--channel <name>', 'those of one channel, by name or id')
    .option('--alert <id>', 'those of one alert')
    .option('--search <text>', 'those with this text in them')
    .option('--all', 'everything that waits, except what is held on purpose')
    .option('-y, --yes', 'do not ask')
    .option('--no-wait', 'do not wait until it is done');
  talks<RetryFlags, [string[]]>(command, retry);
}

/** One id answers for itself; everything else is bulk work. */
async function retry(
  session: Session,
  flags: RetryFlags,
  ids: readonly string[],
): Promise<CommandResult> {
  const { client } = session;
  const [first, ...others] = ids;
  if (first !== undefined && others.length === 0) {
    return answer(session, await client.call('notifications.retry', { id: first }), (done) =>
      done.reason === undefined
        ? `${first} is due now`
        : `${first} is on hold: ${reasonText(done.reason)}`,
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
  { client }: Session,
  { channel, alert, search, all }: RetryFlags,
  ids: readonly string[],
): Promise<Result<RetrySelection>> {
  const filters = [channel, alert, search].some((it) => it !== undefined);
  if ([ids.length > 0, filters, all === true].filter(Boolean).length !== 1) {
    return fail(
      'invalid_input',
      'Name notifications by their ids, or by --channel, --alert and --search, or --all; one way at a time.',
    );
  }
  if (ids.length > 0) return ok({ ids: [...ids] });
  const channelId = await optionalChannelIdOf(client, channel);
  return channelId.ok
    ? ok({ filter: { channelId: channelId.value, alertId: alert, q: search } })
    : channelId;
}

/** Whether there are few, or somebody said yes. */
async function mayRetry(
  { client, terminal }: Session,
  { yes }: RetryFlags,
  { ids, filter }: RetrySelection,
): Promise<Result<boolean>> {
  if (yes === true) return ok(true);
  const page = { ...filter, status: ['pending', 'failed'] as NotificationStatus[], per_page: 1 };
  const found = ids ? ok({ total: ids.length }) : await client.call('notifications.list', page);
  if (!found.ok) return found;
  const { total } = found.value;
  if (total <= UNASKED_MAX) return ok(true);
  const answered = await terminal.confirm(`Retry ${counted(total, 'notification')} now?`);
  // Whoever names each in a script has been asked enough.
  if (answered !== null || ids) return ok(answered ?? true);
  return fail('invalid_input', 'There is nobody to ask: repeat it with --yes to go ahead.');
}

/** `show <id>`, which dead letters have too. */
export function addShowCommand(parent: Command, description: string): void {
  const show = parent.command('show').argument('<id>').description(description);
  talks<object, [string]>(show, async (session, _flags, id) =>
    answer(session, await session.client.call('notifications.get', { id }), (notification) =>
      notificationText(notification, session.terminal.look),
    ),
  );
}

/** One page of notifications, drawn by `draw`; people also hear how many there are beyond it. */
export async function listNotifications(
  session: Session,
  flags: PageFlags,
  statuses: readonly NotificationStatus[] | undefined,
  draw: (rows: readonly Notification[], look: Look) => string,
  noun: string,
): Promise<CommandResult> {
  const { client, terminal } = session;
  const channelId = await optionalChannelIdOf(client, flags.channel);
  if (!channelId.ok) return channelId;
  const page = await client.call('notifications.list', {
    page: flags.page,
    per_page: flags.perPage,
    ...(statuses && { status: [...statuses] }),
    channelId: channelId.value,
    alertId: flags.alert,
    q: flags.search,
  });
  if (!page.ok) return page;
  const { data, total, per_page } = page.value;
  print(session, page.value, () => (data.length === 0 ? '' : draw(data, terminal.look)));
  if (session.json) return DONE;
  if (total === 0) terminal.note(`No ${noun}s.`);
  else if (total > data.length) {
    terminal.note(
      `Page ${amount(flags.page)} of ${amount(Math.ceil(total / per_page))}, ${counted(total, noun)} in all.`,
    );
  }
  return DONE;
}
