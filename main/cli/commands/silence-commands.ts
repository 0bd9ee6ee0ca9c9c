import type { Command } from 'commander';
import type { Silence } from '../../contract/suppression.ts';
import { misuse, talks } from '../api-command.ts';
import { durationMs, momentMs } from '../option-values.ts';
import type { Look } from '../output/look.ts';
import { table } from '../output/table.ts';
import { localTime } from '../output/amounts.ts';
import { answer, DONE, print, type CommandResult, type Session } from '../session.ts';

interface AddFlags {
  readonly for?: number;
  readonly until?: number;
  readonly from?: number;
  readonly comment?: string;
  readonly author?: string;
}

export function addSilenceCommands(program: Command): void {
  const silences = program.command('silences').description('what is kept quiet on purpose');
  const list = silences
    .command('list')
    .description('silences that are active or pending')
    .option('--expired', 'those that are over, too');
  talks<{ readonly expired?: true }>(list, listSilences);
  const add = silences
    .command('add')
    .argument('<matchers...>', `such as 'host="nas"' or 'kind=~"disk_.*"'; all of them must match`)
    .description('tell nothing about what matches, until an end')
    .option('--for <duration>', 'how long, such as 2h', durationMs)
    .option('--until <time>', 'its end', momentMs)
    .option('--from <time>', 'its beginning (default: now)', momentMs)
    .option('--comment <text>', 'why')
    .option('--author <name>', 'who asks for it (default: the name of the token)');
  talks<AddFlags, [string[]]>(add, addSilence);
  const expire = silences
    .command('expire')
    .argument('<id>')
    .description('end a silence now; what it held is told if it is still true');
  talks<object, [string]>(expire, async (session, _flags, id) =>
    answer(session, await session.client.call('silences.expire', { id }), (silence) =>
      [silence.id, silence.state].join(' '),
    ),
  );
}

const silenceTable = (silences: readonly Silence[], look: Look): string =>
  table(
    [
      { heading: 'ID', value: ({ id }) => id },
      { heading: 'STATE', value: ({ state }) => state },
      { heading: 'FROM', value: ({ startsAt }) => localTime(startsAt) },
      { heading: 'UNTIL', value: ({ endsAt }) => localTime(endsAt) },
      { heading: 'ALERTS', value: ({ matching }) => matching },
      { heading: 'AUTHOR', value: ({ author }) => author },
      { heading: 'MATCHERS', value: ({ matchers }) => matchers.join(' ') },
      { heading: 'COMMENT', value: ({ comment }) => comment },
    ],
    silences,
    look,
  );

async function listSilences(
  session: Session,
  { expired = false }: { readonly expired?: boolean },
): Promise<CommandResult> {
  const { client, terminal } = session;
  const result = await client.call('silences.list', {});
  if (!result.ok) return result;
  const items = result.value.items.filter(({ state }) => expired || state !== 'expired');
  print(session, { items }, () => (items.length === 0 ? '' : silenceTable(items, terminal.look)));
  if (items.length === 0 && !session.json) terminal.note('No silences.');
  return DONE;
}

async function addSilence(
  session: Session,
  flags: AddFlags,
  matchers: string[],
): Promise<CommandResult> {
  const { from, until, comment, author } = flags;
  if ((flags.for === undefined) === (until === undefined)) {
    return misuse('A silence needs an end: either --for DURATION or --until TIME.');
  }
  const endsAt = until ?? (from ?? session.clock.now()) + (flags.for ?? 0);
  const result = await session.client.call('silences.create', {
    matchers,
    endsAt,
    startsAt: from,
    comment,
    author,
  });
  return answer(session, result, (silence) => `${silence.id} until ${localTime(silence.endsAt)}`);
}
