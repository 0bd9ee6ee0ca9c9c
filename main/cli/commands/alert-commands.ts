import { alertState, type Alert } from '../../contract/alert.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { Output } from '../../contract/methods.ts';
import { severity } from '../../contract/primitives.ts';
import { fail, type Result } from '../../contract/result.ts';
import { talks } from '../api-command.ts';
import type { CliCommand } from '../cli-command.ts';
import { OptionValues } from '../option-values.ts';
import { safeLine } from '../output/safe-text.ts';
import {
  answer,
  answerList,
  DONE,
  print,
  type Caller,
  type CommandResult,
  type Session,
} from '../session.ts';
import { alertColumns, alertText } from './alert-text.ts';

interface ListFlags {
  readonly state?: readonly ('open' | 'acknowledged' | 'resolved' | 'expired')[];
  readonly severity?: readonly ('info' | 'warning' | 'critical')[];
  readonly host?: string;
  readonly kind?: string;
  readonly search?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export function addAlertCommands(program: CliCommand): void {
  const { messages } = program;
  const values = new OptionValues(messages);
  const alerts = program.group('alerts', messages.text('cli.alerts.description'));
  const list = alerts
    .command('list')
    .description(messages.text('cli.alerts.list.description'))
    .addOption(
      values
        .listOption('--state <states>', messages.text('cli.alerts.list.state'), alertState.options)
        .default(['open', 'acknowledged']),
    )
    .addOption(
      values.listOption(
        '--severity <severities>',
        messages.text('cli.alerts.list.severity'),
        severity.options,
      ),
    )
    .option('--host <name>', messages.text('cli.alerts.list.host'))
    .option('--kind <kind>', messages.text('cli.alerts.list.kind'))
    .option('--search <text>', messages.text('cli.option.search'))
    .option(
      '--limit <n>',
      messages.text('cli.alerts.list.limit'),
      values.wholeNumber(1, LIMITS.pageSizeMax),
      50,
    )
    .option('--cursor <cursor>', messages.text('cli.alerts.list.cursor'));
  talks<ListFlags>(list, listAlerts);
  const show = alerts
    .command('show')
    .argument('<id>')
    .description(messages.text('cli.alerts.show.description'));
  talks<object, [string]>(show, async (session, _flags, id) =>
    answer(session, await session.client.call('alerts.get', { id }), (alert) =>
      alertText(alert, session.terminal.look),
    ),
  );
  addActions(alerts, values);
}

/** One change to alerts, for one of them and for many at once. */
interface Change {
  readonly name: 'ack' | 'unack' | 'resolve' | 'snooze';
  one(client: Caller, id: string): Promise<Result<Alert>>;
  many(client: Caller, ids: string[]): Promise<Result<Output<'alerts.acknowledgeMany'>>>;
}

const ACKNOWLEDGE: Change = {
  name: 'ack',
  one: (client, id) => client.call('alerts.acknowledge', { id }),
  many: (client, ids) => client.call('alerts.acknowledgeMany', { ids }),
};
const UNACKNOWLEDGE: Change = {
  name: 'unack',
  one: (client, id) => client.call('alerts.unacknowledge', { id }),
  many: (client, ids) => client.call('alerts.unacknowledgeMany', { ids }),
};
const RESOLVE: Change = {
  name: 'resolve',
  one: (client, id) => client.call('alerts.resolve', { id }),
  many: (client, ids) => client.call('alerts.resolveMany', { ids }),
};
const snoozeFor = (forMs: number): Change => ({
  name: 'snooze',
  one: (client, id) => client.call('alerts.snooze', { id, durationMs: forMs }),
  many: (client, ids) => client.call('alerts.snoozeMany', { ids, durationMs: forMs }),
});

function addActions(alerts: CliCommand, values: OptionValues): void {
  const { messages } = alerts;
  for (const change of [ACKNOWLEDGE, UNACKNOWLEDGE, RESOLVE]) {
    const command = alerts
      .command(change.name)
      .argument('<ids...>')
      .description(messages.text(`cli.alerts.${change.name}.description`));
    talks<object, [string[]]>(command, (session, _flags, ids) =>
      changeAlerts(session, ids, change),
    );
  }
  const snooze = alerts
    .command('snooze')
    .argument('<ids...>')
    .description(messages.text('cli.alerts.snooze.description'))
    .requiredOption('--for <duration>', messages.text('cli.option.for'), values.durationMs);
  talks<{ readonly for: number }, [string[]]>(snooze, (session, flags, ids) =>
    changeAlerts(session, ids, snoozeFor(flags.for)),
  );
  const unsnooze = alerts
    .command('unsnooze')
    .argument('<id>')
    .description(messages.text('cli.alerts.unsnooze.description'));
  talks<object, [string]>(unsnooze, async (session, _flags, id) =>
    answer(session, await session.client.call('alerts.unsnooze', { id }), (alert) =>
      messages.text('cli.alerts.unsnooze.done', alert),
    ),
  );
}

/** One alert answers for itself, with the reason of a failure; of many only the numbers are known. */
async function changeAlerts(
  session: Session,
  ids: readonly string[],
  change: Change,
): Promise<CommandResult> {
  const { messages } = session;
  const [first, ...others] = ids;
  if (first !== undefined && others.length === 0) {
    const result = await change.one(session.client, first);
    return answer(session, result, ({ id }) =>
      messages.text(`cli.alerts.${change.name}.done`, { id }),
    );
  }
  const result = await change.many(session.client, [...ids]);
  if (!result.ok) return result;
  const { changed, unchanged } = result.value;
  print(session, result.value, () =>
    messages.text(`cli.alerts.${change.name}.doneMany`, { count: changed }),
  );
  if (unchanged === 0) return DONE;
  return fail('wrong_state', messages.text('cli.alerts.unchanged', { count: unchanged }));
}

async function listAlerts(session: Session, flags: ListFlags): Promise<CommandResult> {
  const { state, severity: severities, host, kind, search: q, limit, cursor } = flags;
  const { messages, terminal } = session;
  const page = await session.client.call('alerts.list', {
    ...(state && { state: [...state] }),
    ...(severities && { severity: [...severities] }),
    host,
    kind,
    q,
    limit,
    cursor,
  });
  const result = answerList(session, page, {
    rows: ({ items }) => items,
    columns: alertColumns(messages),
    none: messages.text('cli.alerts.list.none'),
  });
  if (page.ok && page.value.nextCursor !== null && !session.json) {
    const { items, nextCursor, total } = page.value;
    const shown = { shown: items.length, count: total, cursor: safeLine(nextCursor) };
    terminal.note(messages.text('cli.alerts.list.more', shown));
  }
  return result;
}
