import { hostname } from 'node:os';
import { Option, type Command } from 'commander';
import { eventInput } from '../../contract/alert.ts';
import { LIMITS } from '../../contract/limits.ts';
import { severity } from '../../contract/primitives.ts';
import { fail } from '../../contract/result.ts';
import { misuse, talks } from '../api-command.ts';
import { momentMs, pair } from '../option-values.ts';
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

/** Read from stdin; the rest would be cut by the server, which leaves a mark when it is given more than it keeps. */
const STDIN_CHARS_MAX = LIMITS.messageCharsMax + 1;

export function addSendCommand(program: Command): void {
  const command = program
    .command('send')
    .description('report one event; done once it is on the disk')
    .option('--host <name>', 'the machine it is about (default: this one)')
    .requiredOption('--kind <kind>', 'the class of the condition, such as backup_failed')
    .addOption(
      new Option('--status <status>', 'whether it holds or is over')
        .choices(eventInput.shape.status.options)
        .default('firing'),
    )
    .addOption(
      new Option('--severity <severity>', 'how bad it is (default: warning)').choices(
        severity.options,
      ),
    )
    .option('-m, --message <text>', 'what a person reads; - reads it from stdin')
    .option('--dedup-key <key>', 'tells two conditions of one host and kind apart')
    .option('-l, --label <name=value>', 'a label; may be repeated', pair)
    .option('--annotation <name=value>', 'an annotation; may be repeated', pair)
    .option('--link <url>', 'where a person can look')
    .option('--occurred-at <time>', 'when it began or ended (default: now)', momentMs)
    .option('--source <name>', 'what sends it, unless the token says so');
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
