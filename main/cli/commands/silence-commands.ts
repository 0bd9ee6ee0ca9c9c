import type { Heartbeat } from '../../contract/heartbeat.ts';
import { ok } from '../../contract/result.ts';
import type { Silence } from '../../contract/suppression.ts';
import { renderActor } from '../../messages/reasons.ts';
import type { CliCommand } from '../cli-command.ts';
import { calls, lists, talks, type Flags } from '../command.ts';
import { localTime } from '../output/look.ts';
import { moments, type Column } from '../output/table.ts';
import { answer, answerList, misuse, type CommandResult, type Session } from '../session.ts';

const LIST = { '--expired': {} } as const;
const ADD = {
  '--for <duration>': {},
  '--until <time>': {},
  '--from <time>': {},
  '--comment <text>': {},
  '--author <name>': {},
} as const;

export function addSilenceCommands(program: CliCommand): void {
  const silences = program.group('silences');
  talks(silences, 'list', LIST, listSilences);
  talks(silences, 'add <matchers...>', ADD, addSilence);
  calls(silences, 'expire <id>', 'silences.expire', ({ id, state }) => `${id} ${state}`);
}

export function addHeartbeatCommands(program: CliCommand): void {
  lists(program.group('heartbeats'), 'list', 'heartbeats.list', HEARTBEAT_COLUMNS);
}

const SILENCE_COLUMNS: readonly Column<Silence>[] = [
  'id',
  'state',
  moments('from', 'startsAt'),
  moments('until', 'endsAt'),
  { heading: 'alerts', value: ({ matching }) => matching },
  { heading: 'author', value: ({ author }, messages) => renderActor(messages, author) },
  { heading: 'matchers', value: ({ matchers }) => matchers.join(' ') },
  'comment',
];

const HEARTBEAT_COLUMNS: readonly Column<Heartbeat>[] = [
  'id',
  'state',
  'host',
  moments('lastPing', 'lastPingAt'),
  moments('expected', 'expectedAt'),
  moments('lateAt', 'lateAt'),
  'name',
];

async function listSilences(
  session: Session,
  { expired }: Flags<typeof LIST>,
): Promise<CommandResult> {
  const { client, messages } = session;
  const result = await client.call('silences.list', {});
  if (!result.ok) return result;
  const items = result.value.items.filter(({ state }) => expired || state !== 'expired');
  return answerList(session, ok({ items }), {
    rows: () => items,
    columns: SILENCE_COLUMNS,
    none: messages.text('cli.none.silences.list'),
  });
}

async function addSilence(
  session: Session,
  { for: durationMs, from, until, comment, author }: Flags<typeof ADD>,
  matchers: readonly string[],
): Promise<CommandResult> {
  const { client, clock, messages } = session;
  if ((durationMs === undefined) === (until === undefined)) {
    return misuse(messages.text('cli.silences.add.oneEnd'));
  }
  const endsAt = until ?? (from ?? clock.now()) + (durationMs ?? 0);
  const silence = { matchers: [...matchers], endsAt, startsAt: from, comment, author };
  const result = await client.call('silences.create', silence);
  return answer(session, result, ({ id, endsAt: end }) =>
    messages.text('cli.silences.add.done', { id, until: localTime(end) }),
  );
}
