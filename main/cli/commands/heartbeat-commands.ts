import type { Heartbeat } from '../../contract/heartbeat.ts';
import { talks } from '../api-command.ts';
import type { CliCommand } from '../cli-command.ts';
import type { Column } from '../output/table.ts';
import { localTime } from '../output/amounts.ts';
import { answerList } from '../session.ts';

export function addHeartbeatCommands(program: CliCommand): void {
  const { messages } = program;
  const heartbeats = program.group('heartbeats', messages.text('cli.heartbeats.description'));
  const list = heartbeats
    .command('list')
    .description(messages.text('cli.heartbeats.list.description'));
  talks(list, async (session) =>
    answerList(session, await session.client.call('heartbeats.list', {}), {
      rows: ({ items }) => items,
      columns: COLUMNS,
      none: messages.text('cli.heartbeats.list.none'),
    }),
  );
}

const COLUMNS: readonly Column<Heartbeat>[] = [
  { heading: 'id', value: ({ id }) => id },
  { heading: 'state', value: ({ state }) => state },
  { heading: 'host', value: ({ host }) => host },
  { heading: 'lastPing', value: ({ lastPingAt }) => localTime(lastPingAt) },
  { heading: 'expected', value: ({ expectedAt }) => localTime(expectedAt) },
  { heading: 'lateAt', value: ({ lateAt }) => localTime(lateAt) },
  { heading: 'name', value: ({ name }) => name },
];
