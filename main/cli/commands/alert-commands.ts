import { alertState } from '../../contract/alert.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { Input } from '../../contract/methods.ts';
import { severity } from '../../contract/primitives.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { CliCommand } from '../cli-command.ts';
import { calls, lists, talks, type Flags } from '../command.ts';
import { safeLine } from '../output/safe-text.ts';
import { answer, answerList, DONE, print, type CommandResult, type Session } from '../session.ts';
import { ALERT_COLUMNS, alertText, VIEW_COLUMNS } from './alert-text.ts';

const LIST = {
  '--state <states>': { someOf: alertState.options, initial: ['open', 'acknowledged'] },
  '--severity <severities>': { someOf: severity.options },
  '--host <name>': {},
  '--kind <kind>': {},
  '--search <text>': {},
  '--view <name>': {},
  '--limit <n>': { range: [1, LIMITS.pageSizeMax], initial: 50 },
  '--cursor <cursor>': {},
} as const;

/** The changes to alerts, by their commands: the method for one, and the one for several. */
const CHANGES = {
  ack: ['alerts.acknowledge', 'alerts.acknowledgeMany'],
  unack: ['alerts.unacknowledge', 'alerts.unacknowledgeMany'],
  resolve: ['alerts.resolve', 'alerts.resolveMany'],
  snooze: ['alerts.snooze', 'alerts.snoozeMany'],
} as const;

export function addAlertCommands(program: CliCommand): void {
  const alerts = program.group('alerts');
  talks(alerts, 'list', LIST, listAlerts);
  lists(alerts, 'views', 'views.list', VIEW_COLUMNS);
  calls(alerts, 'show <id>', 'alerts.get', alertText);
  for (const name of ['ack', 'unack', 'resolve'] as const) {
    talks(alerts, `${name} <ids...>`, {}, (session, _flags, ids) =>
      changeAlerts(session, ids, name, {}),
    );
  }
  const needed = { '--for <duration>': { required: true } } as const;
  talks(alerts, 'snooze <ids...>', needed, (session, flags, ids) =>
    changeAlerts(session, ids, 'snooze', { durationMs: flags.for }),
  );
  calls(alerts, 'unsnooze <id>', 'alerts.unsnooze', ({ id }, { messages }) =>
    messages.text('cli.alerts.unsnooze.done', { id }),
  );
  calls(alerts, 'settle <id>', 'alerts.settle', ({ id }, { messages }) =>
    messages.text('cli.alerts.settle.done', { id }),
  );
}

/** One alert answers for itself, with the reason of a failure; of many only the numbers are known. */
async function changeAlerts(
  session: Session,
  ids: readonly string[],
  name: keyof typeof CHANGES,
  more: object,
): Promise<CommandResult> {
  const { client, messages } = session;
  const [oneMethod, manyMethod] = CHANGES[name];
  const [first, ...others] = ids;
  if (first !== undefined && others.length === 0) {
    const input = { id: first, ...more } as Input<typeof oneMethod>;
    return answer(session, await client.call(oneMethod, input), ({ id }) =>
      messages.text(`cli.alerts.${name}.done`, { id }),
    );
  }
  const input = { ids: [...ids], ...more } as Input<typeof manyMethod>;
  const result = await client.call(manyMethod, input);
  if (!result.ok) return result;
  const { changed, unchanged } = result.value;
  print(session, result.value, () =>
    messages.text(`cli.alerts.${name}.doneMany`, { count: changed }),
  );
  if (unchanged === 0) return DONE;
  return fail('wrong_state', messages.text('cli.alerts.unchanged', { count: unchanged }));
}

/** Returns the search of a saved view and the one beside it, which both must match; undefined for neither. */
async function searchOf(
  { client, messages }: Session,
  { view: name, search }: Flags<typeof LIST>,
): Promise<Result<string | undefined>> {
  if (name === undefined) return ok(search);
  const views = await client.call('views.list', {});
  if (!views.ok) return views;
  const view = views.value.items.find((it) => it.name.toLowerCase() === name.toLowerCase());
  if (!view) return fail('not_found', messages.text('cli.alerts.list.noView'));
  return ok([view.params.q, search].filter(Boolean).join(' ') || undefined);
}

async function listAlerts(session: Session, flags: Flags<typeof LIST>): Promise<CommandResult> {
  const { state, severity: severities, host, kind, limit, cursor } = flags;
  const { client, messages, terminal } = session;
  const q = await searchOf(session, flags);
  if (!q.ok) return q;
  const several = { state: [...state], ...(severities && { severity: [...severities] }) };
  const query = { ...several, host, kind, q: q.value, limit, cursor };
  const page = await client.call('alerts.list', query);
  const result = answerList(session, page, {
    rows: ({ items }) => items,
    columns: ALERT_COLUMNS,
    none: messages.text('cli.none.alerts.list'),
  });
  if (page.ok && page.value.nextCursor !== null && !session.json) {
    const { items, nextCursor, total, totalIsAtLeast = false } = page.value;
    const counted = {
      count: total,
      least: totalIsAtLeast ? ('true' as const) : ('false' as const),
    };
    const shown = { ...counted, shown: items.length, cursor: safeLine(nextCursor) };
    terminal.note(messages.text('cli.alerts.list.more', shown));
  }
  return result;
}
