import type { Command } from 'commander';
import { alertState, type Alert } from '../../contract/alert.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { Output } from '../../contract/methods.ts';
import { severity } from '../../contract/primitives.ts';
import { fail, type Result } from '../../contract/result.ts';
import { talks } from '../api-command.ts';
import { durationMs, listOption, wholeNumber } from '../option-values.ts';
import { safeLine } from '../output/safe-text.ts';
import { counted } from '../output/amounts.ts';
import { answer, DONE, print, type Caller, type CommandResult, type Session } from '../session.ts';
import { alertTable, alertText } from './alert-text.ts';

interface ListFlags {
  readonly state?: readonly ('open' | 'acknowledged' | 'resolved' | 'expired')[];
  readonly severity?: readonly ('info' | 'warning' | 'critical')[];
  readonly host?: string;
  readonly kind?: string;
  readonly search?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export function addAlertCommands(program: Command): void {
  const alerts = program.command('alerts').description('what is wrong, and what was');
  const list = alerts
    .command('list')
    .description('alerts, newest first; those that are not over unless --state says otherwise')
    .addOption(
      listOption('--state <states>', 'in these states', alertState.options).default([
        'open',
        'acknowledged',
      ]),
    )
    .addOption(listOption('--severity <severities>', 'of these severities', severity.options))
    .option('--host <name>', 'of this host')
    .option('--kind <kind>', 'of this kind')
    .option('--search <text>', 'with this text in them')
    .option('--limit <n>', 'at most so many', wholeNumber(1, LIMITS.pageSizeMax), 50)
    .option('--cursor <cursor>', 'the next page, as the page before names it');
  talks<ListFlags>(list, listAlerts);
  const show = alerts
    .command('show')
    .argument('<id>')
    .description('one alert with its timeline, and why each channel was told or not');
  talks<object, [string]>(show, async (session, _flags, id) =>
    answer(session, await session.client.call('alerts.get', { id }), (alert) =>
      alertText(alert, session.terminal.look),
    ),
  );
  addActions(alerts);
}

/** One change to alerts, for one of them and for many at once. */
interface Change {
  readonly done: string;
  one(client: Caller, id: string): Promise<Result<Alert>>;
  many(client: Caller, ids: string[]): Promise<Result<Output<'alerts.acknowledgeMany'>>>;
}

const ACKNOWLEDGE: Change = {
  done: 'acknowledged',
  one: (client, id) => client.call('alerts.acknowledge', { id }),
  many: (client, ids) => client.call('alerts.acknowledgeMany', { ids }),
};
const UNACKNOWLEDGE: Change = {
  done: 'open again',
  one: (client, id) => client.call('alerts.unacknowledge', { id }),
  many: (client, ids) => client.call('alerts.unacknowledgeMany', { ids }),
};
const RESOLVE: Change = {
  done: 'resolved',
  one: (client, id) => client.call('alerts.resolve', { id }),
  many: (client, ids) => client.call('alerts.resolveMany', { ids }),
};
const snoozeFor = (forMs: number): Change => ({
  done: 'snoozed',
  one: (client, id) => client.call('alerts.snooze', { id, durationMs: forMs }),
  many: (client, ids) => client.call('alerts.snoozeMany', { ids, durationMs: forMs }),
});

function addActions(alerts: Command): void {
  const action = (name: string, description: string, change: Change): void => {
    const command = alerts.command(name).argument('<ids...>').description(description);
    talks<object, [string[]]>(command, (session, _flags, ids) =>
      changeAlerts(session, ids, change),
    );
  };
  action('ack', 'acknowledge open alerts', ACKNOWLEDGE);
  action('unack', 'take acknowledgements back', UNACKNOWLEDGE);
  action('resolve', 'resolve alerts by hand', RESOLVE);
  const snooze = alerts
    .command('snooze')
    .argument('<ids...>')
    .description('tell nothing about alerts for a while; said again at the end if they still fire')
    .requiredOption('--for <duration>', 'how long, such as 2h', durationMs);
  talks<{ readonly for: number }, [string[]]>(snooze, (session, flags, ids) =>
    changeAlerts(session, ids, snoozeFor(flags.for)),
  );
  const unsnooze = alerts.command('unsnooze').argument('<id>').description('end a snooze now');
  talks<object, [string]>(unsnooze, async (session, _flags, id) =>
    answer(
      session,
      await session.client.call('alerts.unsnooze', { id }),
      (alert) => `${alert.id} unsnoozed`,
    ),
  );
}

/** One alert answers for itself, why not included; of many only the numbers are known. */
async function changeAlerts(
  session: Session,
  ids: readonly string[],
  change: Change,
): Promise<CommandResult> {
  const [first, ...others] = ids;
  if (first !== undefined && others.length === 0) {
    const result = await change.one(session.client, first);
    return answer(session, result, (alert) => `${alert.id} ${change.done}`);
  }
  const result = await change.many(session.client, [...ids]);
  if (!result.ok) return result;
  const { changed, unchanged } = result.value;
  print(session, result.value, () => `${counted(changed, 'alert')} ${change.done}`);
  if (unchanged === 0) return DONE;
  return fail(
    'wrong_state',
    `${counted(unchanged, 'alert')} stayed as before: in another state already, or not there.`,
  );
}

async function listAlerts(session: Session, flags: ListFlags): Promise<CommandResult> {
  const { state, severity: severities, host, kind, search: q, limit, cursor } = flags;
  const page = await session.client.call('alerts.list', {
    ...(state && { state: [...state] }),
    ...(severities && { severity: [...severities] }),
    host,
    kind,
    q,
    limit,
    cursor,
  });
  if (!page.ok) return page;
  const { items, nextCursor, total } = page.value;
  const { terminal } = session;
  print(session, page.value, () => (items.length === 0 ? '' : alertTable(items, terminal.look)));
  if (session.json) return DONE;
  if (items.length === 0) terminal.note('No alerts.');
  if (nextCursor !== null) {
    terminal.note(
      `${items.length} of ${counted(total, 'alert')}; the next page: --cursor ${safeLine(nextCursor)}`,
    );
  }
  return DONE;
}
