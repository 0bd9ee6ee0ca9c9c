import type { Silence } from '../../contract/suppression.ts';
import { ok } from '../../contract/result.ts';
import { misuse, talks } from '../api-command.ts';
import type { CliCommand } from '../cli-command.ts';
import { OptionValues } from '../option-values.ts';
import type { Column } from '../output/table.ts';
import { localTime } from '../output/amounts.ts';
import { answer, answerList, type CommandResult, type Session } from '../session.ts';

interface AddFlags {
  readonly for?: number;
  readonly until?: number;
  readonly from?: number;
  readonly comment?: string;
  readonly author?: string;
}

export function addSilenceCommands(program: CliCommand): void {
  const { messages } = program;
  const { durationMs, momentMs } = new OptionValues(messages);
  const silences = program.group('silences', messages.text('cli.silences.description'));
  const list = silences
    .command('list')
    .description(messages.text('cli.silences.list.description'))
    .option('--expired', messages.text('cli.silences.list.expired'));
  talks<{ readonly expired?: true }>(list, listSilences);
  const add = silences
    .command('add')
    .argument('<matchers...>', messages.text('cli.silences.add.matchers'))
    .description(messages.text('cli.silences.add.description'))
    .option('--for <duration>', messages.text('cli.option.for'), durationMs)
    .option('--until <time>', messages.text('cli.option.until'), momentMs)
    .option('--from <time>', messages.text('cli.silences.add.from'), momentMs)
    .option('--comment <text>', messages.text('cli.silences.add.comment'))
    .option('--author <name>', messages.text('cli.silences.add.author'));
  talks<AddFlags, [string[]]>(add, addSilence);
  const expire = silences
    .command('expire')
    .argument('<id>')
    .description(messages.text('cli.silences.expire.description'));
  talks<object, [string]>(expire, async (session, _flags, id) =>
    answer(session, await session.client.call('silences.expire', { id }), (silence) =>
      [silence.id, silence.state].join(' '),
    ),
  );
}

const COLUMNS: readonly Column<Silence>[] = [
  { heading: 'id', value: ({ id }) => id },
  { heading: 'state', value: ({ state }) => state },
  { heading: 'from', value: ({ startsAt }) => localTime(startsAt) },
  { heading: 'until', value: ({ endsAt }) => localTime(endsAt) },
  { heading: 'alerts', value: ({ matching }) => matching },
  { heading: 'author', value: ({ author }) => author },
  { heading: 'matchers', value: ({ matchers }) => matchers.join(' ') },
  { heading: 'comment', value: ({ comment }) => comment },
];

async function listSilences(
  session: Session,
  { expired = false }: { readonly expired?: boolean },
): Promise<CommandResult> {
  const { client, messages } = session;
  const result = await client.call('silences.list', {});
  if (!result.ok) return result;
  const items = result.value.items.filter(({ state }) => expired || state !== 'expired');
  const none = messages.text('cli.silences.list.none');
  return answerList(session, ok({ items }), { rows: () => items, columns: COLUMNS, none });
}

async function addSilence(
  session: Session,
  flags: AddFlags,
  matchers: string[],
): Promise<CommandResult> {
  const { from, until, comment, author } = flags;
  const { messages } = session;
  if ((flags.for === undefined) === (until === undefined)) {
    return misuse(messages.text('cli.silences.add.oneEnd'));
  }
  const endsAt = until ?? (from ?? session.clock.now()) + (flags.for ?? 0);
  const silence = { matchers, endsAt, startsAt: from, comment, author };
  const result = await session.client.call('silences.create', silence);
  return answer(session, result, ({ id, endsAt: end }) =>
    messages.text('cli.silences.add.done', { id, until: localTime(end) }),
  );
}
