import { systemClock } from '../../base/clock.ts';
import type { CliCommand } from '../cli-command.ts';
import { DATA_DIR, report, runs, type Flags } from '../command.ts';
import { dataDirOf } from '../data-dir.ts';
import { isInstalled, serveCommand } from '../login-command.ts';
import { safeLine } from '../output/safe-text.ts';
import { stderrLogger } from '../process-life.ts';
import { confirmed, DONE } from '../session.ts';
import { processTerminal, type Terminal } from '../terminal.ts';

const LEAVE = { ...DATA_DIR, '--yes': {} } as const;

/** More than a word with every key that a key file holds. */
const KEY_CHARS_MAX = 16_384;

/** Adds the commands that put the core of a data directory into a cluster, and take it out again. */
export function addClusterCommands(program: CliCommand): void {
  const cluster = program.group('cluster');
  runs(cluster, 'key', DATA_DIR, (flags) => keyCommand(program, flags));
  runs(cluster, 'join', DATA_DIR, (flags) => joinCommand(program, flags));
  runs(cluster, 'leave', LEAVE, (flags) => leaveCommand(program, flags));
}

/** Loaded only now, with SQLite, which no command that talks to an instance needs. */
const loaded = () => import('../cluster-files.ts');

async function keyCommand({ messages }: CliCommand, flags: Flags<typeof DATA_DIR>): Promise<void> {
  process.umask(0o077);
  const terminal = processTerminal(messages);
  const { clusterKey } = await loaded();
  const adminToken = process.env['BELFRY_ADMIN_TOKEN'] || null;
  const key = await clusterKey({ dataDir: dataDirOf(flags), messages, adminToken });
  if (!key.ok) return report(key);
  terminal.note(messages.text('cli.cluster.secret'));
  terminal.print(key.value);
  report(DONE);
}

async function joinCommand({ messages }: CliCommand, flags: Flags<typeof DATA_DIR>): Promise<void> {
  process.umask(0o077);
  const terminal = processTerminal(messages);
  const { joinCluster } = await loaded();
  const dataDir = dataDirOf(flags);
  const readKey = (): Promise<string | null> => keyFrom(terminal);
  const joined = await joinCluster({ dataDir, messages, logger: stderrLogger(), readKey });
  if (!joined.ok) return report(joined);
  const command = safeLine(serveCommand(dataDir, isInstalled(import.meta.dirname)));
  terminal.print(messages.text('cli.cluster.joined', { dataDir: safeLine(dataDir), command }));
  report(DONE);
}

/** Never from the arguments, which others on the machine see. */
const keyFrom = (terminal: Terminal): Promise<string | null> =>
  terminal.asks
    ? terminal.askSecret(terminal.look.messages.text('cli.cluster.prompt'))
    : terminal.readAll(KEY_CHARS_MAX);

async function leaveCommand({ messages }: CliCommand, flags: Flags<typeof LEAVE>): Promise<void> {
  process.umask(0o077);
  const terminal = processTerminal(messages);
  const { leave } = await loaded();
  const dataDir = dataDirOf(flags);
  const question = messages.text('cli.cluster.question', { dataDir: safeLine(dataDir) });
  const left = await leave({
    dataDir,
    messages,
    clock: systemClock,
    confirm: () => confirmed({ terminal, messages }, flags.yes, question),
  });
  if (!left.ok) return report(left);
  terminal.print(messages.text('cli.cluster.left', { dataDir: safeLine(dataDir) }));
  report(DONE);
}
