import type { Command } from 'commander';
import type { Output } from '../../contract/methods.ts';
import { talks } from '../api-command.ts';
import type { Look } from '../output/look.ts';
import { fields, table } from '../output/table.ts';
import { counted, localProse, localTime } from '../output/words.ts';
import { answer } from '../session.ts';

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

function statusText(status: Output<'system.status'>, look: Look): string {
  const { alerts, notifications, muting } = status;
  const dead = counted(notifications.dead, 'dead letter');
  return fields(
    [
      ['Version', `${status.version} (${status.host}), since ${localTime(status.startedAt)}`],
      ['Address', status.url],
      ['HTTP', status.urlProblem],
      ['Storage', status.storage.problem],
      ['Lost', status.recovery === null ? null : localProse(status.recovery.text)],
      ['Data', status.dataDir],
      ['Backup', status.backup.problem ?? localTime(status.backup.lastAt)],
      ['Alerts', `${alerts.open} open, ${alerts.acknowledged} acknowledged`],
      ['Worst', alerts.worst],
      ['Flapping', status.flapping || null],
      ['Heartbeats down', status.heartbeatsDown || null],
      [
        'Queue',
        `${notifications.pending} pending, ${notifications.sending} sending, ${notifications.failed} failed, ${dead}`,
      ],
      ['Channels', `${status.enabledChannels} enabled, ${status.channelsDown} down`],
      ['Need attention', status.channelsNeedingAttention || null],
      ['Paused until', status.pausedUntil === null ? null : localTime(status.pausedUntil)],
      ['Silences', muting.silences || null],
      ['Maintenance', muting.maintenanceWindows || null],
      ['Quiet until', muting.quietUntil === null ? null : localTime(muting.quietUntil)],
    ],
    look,
  );
}

function metricsText(metrics: Output<'metrics.get'>, look: Look): string {
  const rows = [
    ...Object.entries(metrics.gauge).map(([name, value]) => ({ name, value, type: 'gauge' })),
    ...Object.entries(metrics.counter).map(([name, value]) => ({ name, value, type: 'counter' })),
    { name: 'uptime (seconds)', value: metrics.uptime, type: 'gauge' },
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
