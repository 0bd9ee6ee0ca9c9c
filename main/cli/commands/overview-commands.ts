import type { Output } from '../../contract/methods.ts';
import { talks } from '../api-command.ts';
import type { CliCommand } from '../cli-command.ts';
import type { Look } from '../output/look.ts';
import { table } from '../output/table.ts';
import { answer } from '../session.ts';
import { statusText } from './status-text.ts';

export function addOverviewCommands(program: CliCommand): void {
  const { messages } = program;
  const status = program.command('status').description(messages.text('cli.status.description'));
  talks(status, async (session) =>
    answer(session, await session.client.call('system.status', {}), (it) =>
      statusText(it, session.terminal.look),
    ),
  );
  const metrics = program.command('metrics').description(messages.text('cli.metrics.description'));
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
    {
      name: look.messages.text('cli.metrics.uptime'),
      value: metrics.uptime.uptime_seconds,
      type: 'gauge',
    },
  ];
  return table(
    [
      { heading: 'type', value: ({ type }) => type },
      { heading: 'value', value: ({ value }) => value },
      { heading: 'metric', value: ({ name }) => name },
    ],
    rows,
    look,
  );
}
