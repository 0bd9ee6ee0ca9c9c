import { hostname } from 'node:os';
import { Option } from 'commander';
import { eventInput } from '../../contract/alert.ts';
import { LIMITS } from '../../contract/limits.ts';
import { severity } from '../../contract/primitives.ts';
import { fail } from '../../contract/result.ts';
import { misuse, talks } from '../api-command.ts';
import type { CliCommand } from '../cli-command.ts';
import { OptionValues } from '../option-values.ts';
import { DONE, print, type Session } from '../session.ts';

interface SendFlags {
  readonly host?: string;
  readonly kind: string;
  readonly status: 'firing' | 'resolved';
  readonly severity?: 'info' | 'warning' | 'critical';
  readonly message?: string;
  readonly dedupKey?: string;
  readonly label?: Readonly<Record<string, string>>;
  readonly annotation?: Readonly<Record<string, string>>;
  readonly link?: string;
  readonly occurredAt?: number;
  readonly source?: string;
}

/** Read from stdin; the server cuts the rest, with a mark if it gets more than it keeps. */
const STDIN_CHARS_MAX = LIMITS.messageCharsMax + 1;

export function addSendCommand(program: CliCommand): void {
  const { messages } = program;
  const { momentMs, pair } = new OptionValues(messages);
  const command = program
    .command('send')
    .description(messages.text('cli.send.description'))
    .option('--host <name>', messages.text('cli.send.host'))
    .requiredOption('--kind <kind>', messages.text('cli.send.kind'))
    .addOption(
      new Option('--status <status>', messages.text('cli.send.status'))
        .choices(eventInput.shape.status.options)
        .default('firing'),
    )
    .addOption(
      new Option('--severity <severity>', messages.text('cli.send.severity')).choices(
        severity.options,
      ),
    )
    .option('-m, --message <text>', messages.text('cli.send.message'))
    .option('--dedup-key <key>', messages.text('cli.send.dedupKey'))
    .option('-l, --label <name=value>', messages.text('cli.send.label'), pair)
    .option('--annotation <name=value>', messages.text('cli.send.annotation'), pair)
    .option('--link <url>', messages.text('cli.send.link'))
    .option('--occurred-at <time>', messages.text('cli.send.occurredAt'), momentMs)
    .option('--source <name>', messages.text('cli.send.source'));
  talks<SendFlags>(command, send);
}

async function send(session: Session, flags: SendFlags) {
  const { kind, status, label, annotation, link, occurredAt } = flags;
  const message =
    flags.message === '-' ? await session.terminal.readAll(STDIN_CHARS_MAX) : flags.message;
  const event = eventInput.safeParse({
    kind,
    status,
    host: flags.host || hostname(),
    severity: flags.severity,
    message: message?.trim(),
    dedupKey: flags.dedupKey,
    labels: label,
    annotations: annotation,
    url: link,
    occurredAt,
    source: flags.source,
  });
  if (!event.success) {
    const [issue] = event.error.issues;
    return misuse(`${issue?.path.join('.') ?? 'event'}: ${issue?.message ?? 'is not valid'}`);
  }
  const result = await session.client.call('events.ingest', event.data);
  if (!result.ok) return result;
  const outcome = result.value.results[0];
  if (outcome?.action === 'rejected') return fail('invalid_input', outcome.message);
  print(session, result.value, () =>
    outcome ? [outcome.action, outcome.alertId ?? ''].join(' ').trimEnd() : '',
  );
  return DONE;
}
