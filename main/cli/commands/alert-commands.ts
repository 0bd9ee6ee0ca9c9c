import { alertState, type Alert } from '../../contract/alert.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { Output } from '../../contract/methods.ts';
import { severity } from '../../contract/primitives.ts';
import { fail, type Result } from '../../contract/result.ts';
import type { CliCommand } from '../cli-command.ts';
import { calls, talks, type Flags } from '../command.ts';
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
import { ALERT_COLUMNS, alertText } from './alert-text.ts';

const LIST = {
  '--state <states>': { someOf: alertState.options, initial: ['open', 'acknowledged'] },
  '--severity <severities>': { someOf: severity.options },
  '--host <name>': {},
  '--kind <kind>': {},
  '--search <text>': {},
  '--limit <n>': { range: [1, LIMITS.pageSizeMax], initial: 50 },
  '--cursor <cursor>': {},
} as const;

/** One change to alerts, for one of them and for many at once. */
interface Change {
  one(client: Caller, id: string): Promise<Result<Alert>>;
  many(client: Caller, ids: string[]): Promise<Result<Output<'alerts.acknowledgeMany'>>>;
}

const CHANGES = {
  ack: {
    one: (client, id) => client.call('alerts.acknowledge', { id }),
    many: (client, ids) => client.call('alerts.acknowledgeMany', { ids }),
  },
  unack: {
    one: (client, id) => client.call('alerts.unacknowledge', { id }),
    many: (client, ids) => client.call('alerts.unacknowledgeMany', { ids }),
  },
  resolve: {
    one: (client, id) => client.call('alerts.resolve', { id }),
    many: (client, ids) => client.call('alerts.resolveMany', { ids }),
  },
} as const satisfies Record<string, Change>;

const snoozeFor = (durationMs: number): Change => ({
  one: (client, id) => client.call('alerts.snooze', { id, durationMs }),
  many: (client, ids) => client.call('alerts.snoozeMany', { ids, durationMs }),
});

export function addAlertCommands(program: CliCommand): void {
  const alerts = program.group('alerts');
  talks(alerts, 'list', LIST, listAlerts);
  calls(alerts, 'show <id>', 'alerts.get', alertText);
  for (const name of ['ack', 'unack', 'resolve'] as const) {
    talks(alerts, `${name} <ids...>`, {}, (session, _flags, ids) =>
      changeAlerts(session, ids, name, CHANGES[name]),
    );
  }
  const needed = { '--for <duration>': { required: true } } as const;
  talks(alerts, 'snooze <ids...>', needed, (session, flags, ids) =>
    changeAlerts(session, ids, 'snooze', snoozeFor(flags.for)),
  );
  calls(alerts, 'unsnooze <id>', 'alerts.unsnooze', ({ id }, { messages }) =>
    messages.text('cli.alerts.unsnooze.done', { id }),
  );
}

/** One alert answers for itself, with the reason of a failure; of many only the numbers are known. */
async function changeAlerts(
  session: Session,
  ids: readonly string[],
  name: 'snooze' | keyof typeof CHANGES,
  change: Change,
): Promise<CommandResult> {
  const { client, messages } = session;
  const [first, ...others] = ids;
  if (first !== undefined && others.length === 0) {
    return answer(session, await change.one(client, first), ({ id }) =>
      messages.text(`cli.alerts.${name}.done`, { id }),
    );
  }
  const result = await change.many(client, [...ids]);
  if (!result.ok) return result;
  const { changed, unchanged } = result.value;
  print(session, result.value, () =>
    messages.text(`cli.alerts.${name}.doneMany`, { count: changed }),
  );
  if (unchanged === 0) return DONE;
  return fail('wrong_state', messages.text('cli.alerts.unchanged', { count: unchanged }));
}

async function listAlerts(session: Session, flags: Flags<typeof LIST>): Promise<CommandResult> {
  const { state, severity: severities, host, kind, search: q, limit, cursor } = flags;
  const { client, messages, terminal } = session;
  const lists = { state: [...state], ...(severities && { severity: [...severities] }) };
  const page = await client.call('alerts.list', { ...lists, host, kind, q, limit, cursor });
  const result = answerList(session, page, {
    rows: ({ items }) => items,
    columns: ALERT_COLUMNS,
    none: messages.text('cli.none.alerts.list'),
  });
  if (page.ok && page.value.nextCursor !== null && !session.json) {
    const { items, nextCursor, total } = page.value;
    const shown = { shown: items.length, count: total, cursor: safeLine(nextCursor) };
    terminal.note(messages.text('cli.alerts.list.more', shown));
  }
  return result;
}
