import type { Command } from 'commander';
import type { Session as WindowSession } from '../../contract/system.ts';
import { misuse, talks } from '../api-command.ts';
import type { Look } from '../output/look.ts';
import { table } from '../output/table.ts';
import { counted, localTime } from '../output/amounts.ts';
import { answer, DONE, print, type CommandResult, type Session } from '../session.ts';

export function addSessionCommands(program: Command): void {
  const sessions = program.command('sessions').description('windows that are signed in');
  const list = sessions.command('list').description('the last seen first');
  talks(list, listSessions);
  const end = sessions
    .command('end')
    .argument('[id]')
    .description('end a session at once')
    .option('--all', 'end all of them');
  talks<{ readonly all?: boolean }, [string | undefined]>(end, endSessions);
}

const sessionTable = (sessions: readonly WindowSession[], look: Look): string =>
  table(
    [
      { heading: 'ID', value: ({ id }) => id },
      { heading: 'SIGNED IN', value: ({ createdAt }) => localTime(createdAt) },
      {
        heading: 'LAST SEEN',
        value: ({ lastSeenAt }) => (lastSeenAt === null ? 'never' : localTime(lastSeenAt)),
      },
      { heading: 'ENDS', value: ({ expiresAt }) => localTime(expiresAt) },
      { heading: 'ADDRESS', value: ({ address }) => address ?? '' },
      { heading: 'BROWSER', value: ({ userAgent }) => userAgent ?? '' },
    ],
    sessions,
    look,
  );

async function listSessions(session: Session): Promise<CommandResult> {
  const { client, terminal } = session;
  const result = await client.call('sessions.list', {});
  if (!result.ok) return result;
  const { items } = result.value;
  print(session, result.value, () =>
    items.length === 0 ? '' : sessionTable(items, terminal.look),
  );
  if (items.length === 0 && !session.json) terminal.note('No sessions.');
  return DONE;
}

async function endSessions(
  session: Session,
  { all = false }: { readonly all?: boolean },
  id: string | undefined,
): Promise<CommandResult> {
  if (all === (id !== undefined)) return misuse('Name one session by its id, or use --all.');
  if (id !== undefined) {
    return answer(session, await session.client.call('sessions.end', { id }), () => `${id} ended`);
  }
  return answer(
    session,
    await session.client.call('sessions.endOthers', {}),
    ({ ended }) => `${counted(ended, 'session')} ended`,
  );
}
