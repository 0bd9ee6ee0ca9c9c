import type { Command } from 'commander';
import type { Heartbeat } from '../../contract/heartbeat.ts';
import { talks } from '../api-command.ts';
import type { Look } from '../output/look.ts';
import { table } from '../output/table.ts';
import { localTime } from '../output/amounts.ts';
import { DONE, print } from '../session.ts';

export function addHeartbeatCommands(program: Command): void {
  const heartbeats = program
    .command('heartbeats')
    .description('what is to report regularly, and whether it does');
  const list = heartbeats.command('list').description('all heartbeats, by name');
  talks(list, async (session) => {
    const result = await session.client.call('heartbeats.list', {});
    if (!result.ok) return result;
    const { items } = result.value;
    const { terminal } = session;
    print(session, result.value, () =>
      items.length === 0 ? '' : heartbeatTable(items, terminal.look),
    );
    if (items.length === 0 && !session.json) terminal.note('No heartbeats.');
    return DONE;
  });
}

const heartbeatTable = (heartbeats: readonly Heartbeat[], look: Look): string =>
  table(
    [
      { heading: 'ID', value: ({ id }) => id },
      { heading: 'STATE', value: ({ state }) => state },
      { heading: 'HOST', value: ({ host }) => host },
      { heading: 'LAST PING', value: ({ lastPingAt }) => localTime(lastPingAt) },
      { heading: 'EXPECTED', value: ({ expectedAt }) => localTime(expectedAt) },
      { heading: 'LATE FROM', value: ({ lateAt }) => localTime(lateAt) },
      { heading: 'NAME', value: ({ name }) => name },
    ],
    heartbeats,
    look,
  );
