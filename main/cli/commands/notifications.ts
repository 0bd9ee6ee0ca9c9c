import type { Command } from 'commander';
import { LIMITS } from '../../contract/limits.ts';
import {
  notificationStatus,
  type Notification,
  type NotificationStatus,
} from '../../contract/notification.ts';
import { talks } from '../api-command.ts';
import { optionalChannelIdOf } from '../channel-name.ts';
import { listOption, wholeNumber } from '../option-values.ts';
import type { Look } from '../output/look.ts';
import { amount, counted } from '../output/words.ts';
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
