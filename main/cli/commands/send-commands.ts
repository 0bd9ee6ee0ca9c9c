import { hostname } from 'node:os';
import { eventInput } from '../../contract/alert.ts';
import { LIMITS } from '../../contract/limits.ts';
import { severity } from '../../contract/primitives.ts';
import type { CliCommand } from '../cli-command.ts';
import { talks, type Flags } from '../command.ts';
import { DONE, print, type CommandResult, type Session } from '../session.ts';

const SEND = {
  '--host <name>': {},
  '--kind <kind>': { required: true },
  '--status <status>': { oneOf: eventInput.shape.status.options, initial: 'firing' },
  '--severity <severity>': { oneOf: severity.options },
  '-m, --message <text>': {},
  '--dedup-key <key>': {},
  '-l, --label <name=value>': {},
  '--annotation <name=value>': {},
  '--link <url>': {},
  '--occurred-at <time>': {},
  '--source <name>': {},
} as const;

/** Read from stdin; the server cuts the rest, with a mark if it gets more than it keeps. */
const STDIN_CHARS_MAX = LIMITS.messageCharsMax + 1;

export const addSendCommand = (program: CliCommand) => talks(program, 'send', SEND, send);

async function send(session: Session, flags: Flags<typeof SEND>): Promise<CommandResult> {
  const { kind, status, dedupKey, label, annotation, link, occurredAt, source } = flags;
  const message =
    flags.message === '-' ? await session.terminal.readAll(STDIN_CHARS_MAX) : flags.message;
  const result = await session.client.call('events.ingest', {
    kind,
    status,
    host: flags.host || hostname(),
    severity: flags.severity,
    message: message?.trim(),
    dedupKey,
    labels: label,
    annotations: annotation,
    url: link,
    occurredAt,
    source,
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
