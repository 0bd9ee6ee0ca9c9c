import type { Backup } from '../../contract/backup.ts';
import { fileSize } from '../../contract/file-size.ts';
import type { Input, Output } from '../../contract/methods.ts';
import { settingList, settingPatch, settingValue, type Settings } from '../../contract/settings.ts';
import type { Session as WindowSession } from '../../contract/system.ts';
import type { CliCommand } from '../cli-command.ts';
import { calls, lists, talks, type Flags } from '../command.ts';
import { localTime, type Look } from '../output/look.ts';
import { moments, table, type Column } from '../output/table.ts';
import { answer, misuse, type CommandResult, type Session } from '../session.ts';
import { statusText } from './status-text.ts';

export function addOverviewCommands(program: CliCommand): void {
  calls(program, 'status', 'system.status', statusText);
  calls(program, 'metrics', 'metrics.get', metricsText);
}

const END = { '--all': {} } as const;

/** Adds the commands about the window's sessions, settings and backups. */
export function addSystemCommands(program: CliCommand): void {
  const sessions = program.group('sessions');
  lists(sessions, 'list', 'sessions.list', SESSION_COLUMNS);
  talks(sessions, 'end [id]', END, endSessions);
  const settings = program.group('settings');
  calls(settings, 'list', 'settings.get', settingsText);
  talks(settings, 'set <name> <value>', {}, changeSetting);
  const backup = program.group('backup');
  calls(backup, 'create', 'backups.create', ({ name }) => name, { isDefault: true });
  lists(backup, 'list', 'backups.list', BACKUP_COLUMNS);
}

function metricsText({ gauge, counter, uptime }: Output<'metrics.get'>, look: Look): string {
  const rowsOf = (values: Readonly<Record<string, number>>, type: string) =>
    Object.entries(values).map(([metric, value]) => ({ type, value, metric }));
  const uptimeName = look.messages.text('cli.metrics.uptime');
  const rows = [
    ...rowsOf(gauge, 'gauge'),
    ...rowsOf(counter, 'counter'),
    ...rowsOf({ [uptimeName]: uptime.uptime_seconds }, 'gauge'),
  ];
  return table(['type', 'value', 'metric'], rows, look);
}

const BACKUP_COLUMNS: readonly Column<Backup>[] = [
  moments('created', 'createdAt'),
  { heading: 'size', value: ({ bytes }, { locale }) => fileSize(bytes, locale) },
  'name',
];

const SESSION_COLUMNS: readonly Column<WindowSession>[] = [
  'id',
  moments('signedIn', 'createdAt'),
  {
    heading: 'lastSeen',
    value: ({ lastSeenAt }, messages) => localTime(lastSeenAt) ?? messages.text('common.never'),
  },
  moments('ends', 'expiresAt'),
  'address',
  { heading: 'browser', value: ({ userAgent }) => userAgent },
];

async function endSessions(
  session: Session,
  flags: Flags<typeof END>,
  id: string | undefined,
): Promise<CommandResult> {
  const { client, messages } = session;
  const all = flags.all === true;
  if (all === (id !== undefined)) return misuse(messages.text('cli.sessions.end.one'));
  if (id !== undefined) {
    const ended = await client.call('sessions.end', { id });
    return answer(session, ended, () => messages.text('cli.sessions.end.done', { id }));
  }
  return answer(session, await client.call('sessions.endOthers', {}), ({ ended }) =>
    messages.text('cli.sessions.end.doneAll', { count: ended }),
  );
}

/** Returns every setting by its name, as docs/settings.md lists them. */
const settingsText = (settings: Settings, look: Look): string =>
  table(
    [
      'name',
      { heading: 'value', value: ({ name }) => valueText(settingValue(settings, name)) },
      { heading: 'meaning', value: ({ name }, it) => it.text(`settings.${name}.title`) },
    ],
    settingList,
    look,
  );

const valueText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

async function changeSetting(
  session: Session,
  _flags: object,
  name: string,
  text: string,
): Promise<CommandResult> {
  const { client, messages } = session;
  const known = settingList.find((setting) => setting.name === name);
  if (!known) return misuse(messages.text('cli.settings.set.unknown', { name }));
  const patch = settingPatch(known.name, valueOf(text)) as Input<'settings.update'>;
  return answer(session, await client.call('settings.update', patch), (settings) => {
    const value = valueText(settingValue(settings, known.name));
    return messages.text('cli.settings.set.done', { name, value });
  });
}

/** JSON where it is some, such as `5`, `true`, `null` or a list; else the text itself. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
