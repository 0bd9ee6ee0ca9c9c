import type { Command } from 'commander';
import type { Output } from '../../contract/methods.ts';
import { talks } from '../api-command.ts';
import type { Look } from '../output/look.ts';
import { table } from '../output/table.ts';
import { answer } from '../session.ts';
import { statusText } from './status-text.ts';

export function addOverviewCommands(program: Command): void {
  const status = program.command('status').description('how the instance does, in a few lines');
  talks(status, async (session) =>
    answer(session, await session.client.call('system.status', {}), (it) =>
      statusText(it, session.terminal.look),
    ),
  );
  const metrics = program.command('metrics').description('every metric with its value of now');
  talks(metrics, async (session) =>
    answer(session, await session.client.call('metrics.get', {}), (it) =>
      metricsText(it, session.terminal.look),
    ),
  );
}

function metricsText(metrics: Output<'metrics.get'>, look: Look): string {
  const rows = [
    ...Object.entries(metrics.gauge).map(([name, value]) => ({ name, value, type: 'gauge' })),
    ...Object.entries(metrics.counter).map(([name, value]) => ({ name, value, type: 'counter' })),
    { name: 'uptime (seconds)', value: metrics.uptime.uptime_seconds, type: 'gauge' },
  ];
  return table(
    [
      { heading: 'TYPE', value: ({ type }) => type },
      { heading: 'VALUE', value: ({ value }) => value },
      { heading: 'METRIC', value: ({ name }) => name },
    ],
    rows,
    look,
  );
}
