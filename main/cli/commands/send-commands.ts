import { hostname } from 'node:os';
import { eventInput } from '../../contract/alert.ts';
import { LIMITS } from '../../contract/limits.ts';
import { severity } from '../../contract/primitives.ts';
import { ok } from '../../contract/result.ts';
import type { CliCommand } from '../cli-command.ts';
import { talks, type Flags } from '../command.ts';
import { safeLine } from '../output/safe-text.ts';
import { nagiosEvent } from './nagios-event.ts';
import { DONE, print, type CommandResult, type Session } from '../session.ts';

const SEND = {
  '--host <name>': {},
  '--kind <kind>': { required: true },
  '--status <status>': {
    oneOf: eventInput.shape.status.options,
    initial: 'firing',
    notWith: 'nagios',
  },
  '--severity <severity>': { oneOf: severity.options },
  '-m, --message <text>': {},
  '--dedup-key <key>': {},
  '-l, --label <name=value>': {},
  '--annotation <name=value>': {},
  '--link <url>': {},
  '--occurred-at <time>': {},
  '--source <name>': {},
  '--nagios': {},
} as const;

/** Read from stdin; the server cuts the rest, with a mark if it gets more than it keeps. */
const STDIN_CHARS_MAX = LIMITS.messageCharsMax + 1;

export const addSendCommand = (program: CliCommand) => talks(program, 'send', SEND, send);

async function send(session: Session, flags: Flags<typeof SEND>): Promise<CommandResult> {
  const { kind, label, annotation, link, occurredAt } = flags;
  const read = flags.nagios ? nagiosEvent(process.env, session.messages) : ok(null);
  if (!read.ok) return read;
  const nagios = read.value;
  if (nagios !== null && 'ignored' in nagios) {
    session.terminal.note(
      session.messages.text('cli.send.ignored', { type: safeLine(nagios.ignored) }),
    );
    return DONE;
  }
  const message =
    flags.message === '-' ? await session.terminal.readAll(STDIN_CHARS_MAX) : flags.message;
  const result = await session.client.call('events.ingest', {
    kind,
    status: nagios?.status ?? flags.status,
    host: flags.host || (nagios?.host ?? hostname()),
    severity: flags.severity ?? nagios?.severity,
    message: (message ?? nagios?.message)?.trim(),
    dedupKey: flags.dedupKey ?? nagios?.dedupKey,
    labels: label,
    annotations: annotation,
    url: link,
    occurredAt,
    source: flags.source ?? (nagios ? 'nagios' : undefined),
  });
  if (!result.ok) return result;
  const outcome = result.value.results[0];
  if (outcome?.action === 'rejected') {
    const { message, reason } = outcome;
    return { ok: false, error: { code: 'invalid_input', message, reason } };
  }
  print(session, result.value, () =>
    outcome ? [outcome.action, outcome.alertId ?? ''].join(' ').trimEnd() : '',
  );
  return DONE;
}
