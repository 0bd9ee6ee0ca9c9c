import type { Session as WindowSession } from '../../contract/system.ts';
import { misuse, talks } from '../api-command.ts';
import type { CliCommand } from '../cli-command.ts';
import type { Messages } from '../../messages/messages.ts';
import type { Column } from '../output/table.ts';
import { localTime } from '../output/amounts.ts';
import { answer, answerList, type CommandResult, type Session } from '../session.ts';

export function addSessionCommands(program: CliCommand): void {
  const { messages } = program;
  const sessions = program.group('sessions', messages.text('cli.sessions.description'));
  const list = sessions.command('list').description(messages.text('cli.sessions.list.description'));
  talks(list, async (session) =>
    answerList(session, await session.client.call('sessions.list', {}), {
      rows: ({ items }) => items,
      columns: columnsIn(messages),
      none: messages.text('cli.sessions.list.none'),
    }),
  );
  const end = sessions
    .command('end')
    .argument('[id]')
    .description(messages.text('cli.sessions.end.description'))
    .option('--all', messages.text('cli.sessions.end.all'));
  talks<{ readonly all?: boolean }, [string | undefined]>(end, endSessions);
}

const columnsIn = (messages: Messages): readonly Column<WindowSession>[] => [
  { heading: 'id', value: ({ id }) => id },
  { heading: 'signedIn', value: ({ createdAt }) => localTime(createdAt) },
  {
    heading: 'lastSeen',
    value: ({ lastSeenAt }) =>
      lastSeenAt === null ? messages.text('common.never') : localTime(lastSeenAt),
  },
  { heading: 'ends', value: ({ expiresAt }) => localTime(expiresAt) },
  { heading: 'address', value: ({ address }) => address ?? '' },
  { heading: 'browser', value: ({ userAgent }) => userAgent ?? '' },
];

async function endSessions(
  session: Session,
  { all = false }: { readonly all?: boolean },
  id: string | undefined,
): Promise<CommandResult> {
  const { client, messages } = session;
  if (all === (id !== undefined)) return misuse(messages.text('cli.sessions.end.one'));
  if (id !== undefined) {
    const ended = await client.call('sessions.end', { id });
    return answer(session, ended, () => messages.text('cli.sessions.end.done', { id }));
  }
  return answer(session, await client.call('sessions.endOthers', {}), ({ ended }) =>
    messages.text('cli.sessions.end.doneAll', { count: ended }),
  );
}
