import type { Input } from '../../contract/methods.ts';
import { settingList, settingPatch, settingValue, type Settings } from '../../contract/settings.ts';
import { misuse, talks } from '../api-command.ts';
import type { CliCommand } from '../cli-command.ts';
import { table } from '../output/table.ts';
import { answer, type CommandResult, type Session } from '../session.ts';

/** `belfry settings`: every setting by its name, as docs/settings.md lists them. */
export function addSettingsCommands(program: CliCommand): void {
  const { messages } = program;
  const settings = program.group('settings', messages.text('cli.settings.description'));
  const list = settings.command('list').description(messages.text('cli.settings.list.description'));
  talks(list, async (session) =>
    answer(session, await session.client.call('settings.get', {}), (it) => rows(session, it)),
  );
  const set = settings
    .command('set')
    .argument('<name>')
    .argument('<value>')
    .description(messages.text('cli.settings.set.description'));
  talks<object, [string, string]>(set, change);
}

const rows = ({ messages, terminal }: Session, settings: Settings): string =>
  table(
    [
      { heading: 'name', value: ({ name }) => name },
      { heading: 'value', value: ({ name }) => textOf(settingValue(settings, name)) },
      { heading: 'meaning', value: ({ name }) => messages.text(`settings.${name}.title`) },
    ],
    settingList,
    terminal.look,
  );

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

async function change(
  session: Session,
  _flags: object,
  name: string,
  text: string,
): Promise<CommandResult> {
  const { client, messages } = session;
  const known = settingList.find((setting) => setting.name === name);
  if (!known) return misuse(messages.text('cli.settings.set.unknown', { name }));
  const patch = settingPatch(known.name, valueOf(text)) as Input<'settings.update'>;
  return answer(session, await client.call('settings.update', patch), (it) =>
    messages.text('cli.settings.set.done', {
      name,
      value: textOf(settingValue(it, known.name)),
    }),
  );
}

/** JSON where it is some, such as `5`, `true`, `null` or a list; else the text itself. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
