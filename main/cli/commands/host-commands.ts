import { dirname } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { report } from '../api-command.ts';
import type { CliCommand } from '../cli-command.ts';
import { dataDirOf, dataDirOption } from '../data-dir-option.ts';
import type { Messages } from '../../messages/messages.ts';
import { login } from '../login.ts';
import { safeJson } from '../output/safe-text.ts';
import { workerJobs } from '../../system/worker-jobs.ts';
import { failWith, say, serveUntilSignal, stderrLogger } from '../process-life.ts';
import { DONE } from '../session.ts';

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 8377;

/** Reads a port. An empty value, as an unset variable in a compose file gives, counts as not given. */
const portIn =
  (messages: Messages) =>
  (word: string): number => {
    if (word === '') return DEFAULT_PORT;
    const port = Number(word);
    if (!/^\d+$/.test(word) || port > 65_535) {
      const range = { min: 0, max: 65_535 };
      throw new InvalidArgumentError(messages.text('cli.value.number', range));
    }
    return port;
  };

const adminTokenOption = (messages: Messages): Option =>
  new Option('--admin-token <token>', messages.text('cli.option.adminToken')).env(
    'BELFRY_ADMIN_TOKEN',
  );

interface ServeFlags {
  readonly dataDir?: string;
  readonly host: string;
  readonly port: number;
  readonly adminToken?: string;
  readonly newKey?: true;
  readonly allowedHost: readonly string[];
}

interface LoginFlags {
  readonly dataDir?: string;
  readonly url?: string;
  readonly adminToken?: string;
  readonly json?: true;
}

interface DemoFlags {
  readonly host: string;
  readonly port: number;
}

/** The built parts of a host. */
export interface HostParts {
  readonly rendererDir: string;
  /** The built worker for jobs over whole databases. */
  readonly databaseWorker: string;
  readonly version: string;
}

/** For as long as the process lives, so that nobody rebuilds what it is going to load. */
async function holdProgram({ rendererDir }: HostParts): Promise<void> {
  const { holdProgramFiles } = await import('../../store/files/program-files.ts');
  holdProgramFiles(dirname(rendererDir));
}

async function serveCommand(
  messages: Messages,
  flags: ServeFlags,
  parts: HostParts,
): Promise<void> {
  const { rendererDir, version } = parts;
  // Whatever is created from here on is for this user alone, database included.
  process.umask(0o077);
  const logger = stderrLogger();
  // Loaded only now: no other command needs the whole core to start.
  const start = async () => {
    await holdProgram(parts);
    return (await import('../serve.ts')).runServe({
      dataDir: dataDirOf(flags),
      host: flags.host || DEFAULT_HOST,
      port: flags.port,
      adminToken: flags.adminToken || null,
      newKey: flags.newKey === true,
      allowedHosts: flags.allowedHost,
      rendererDir,
      runJob: workerJobs(parts.databaseWorker),
      version,
      clock: systemClock,
      logger,
      giveUp: failWith,
    });
  };
  await serveUntilSignal(start, { version, logger, messages });
}

async function demoCommand(messages: Messages, flags: DemoFlags, parts: HostParts): Promise<void> {
  const { rendererDir, version } = parts;
  process.umask(0o077);
  const logger = stderrLogger();
  const { host, port } = flags;
  const start = async () => {
    await holdProgram(parts);
    return (await import('../demo.ts')).startDemo({
      host,
      port,
      rendererDir,
      runJob: workerJobs(parts.databaseWorker),
      version,
      clock: systemClock,
      logger,
      giveUp: failWith,
      messages,
      say,
    });
  };
  await serveUntilSignal(start, { version, logger, messages });
}

async function loginCommand(messages: Messages, flags: LoginFlags): Promise<void> {
  const link = await login({
    dataDir: dataDirOf(flags),
    url: flags.url || null,
    adminToken: flags.adminToken || null,
    clock: systemClock,
    messages,
  });
  if (link.ok) {
    process.stdout.write(`${flags.json === true ? safeJson(link.value) : link.value.url}\n`);
  }
  report(link.ok ? DONE : link);
}

export function addHostCommands(program: CliCommand, parts: HostParts): void {
  const { messages } = program;
  const host = messages.text('cli.option.host');
  const port = messages.text('cli.option.port');
  program
    .command('serve')
    .description(messages.text('cli.serve.description'))
    .addOption(dataDirOption(messages))
    .addOption(new Option('--host <address>', host).env('BELFRY_HOST').default(DEFAULT_HOST))
    .addOption(
      new Option('--port <port>', port)
        .env('BELFRY_PORT')
        .argParser(portIn(messages))
        .default(DEFAULT_PORT),
    )
    .addOption(adminTokenOption(messages))
    .option('--new-key', messages.text('cli.serve.newKey'))
    .option('--allowed-host <names...>', messages.text('cli.serve.allowedHost'), [])
    .action((flags: ServeFlags) => serveCommand(messages, flags, parts));
  program
    .command('login')
    .description(messages.text('cli.login.description'))
    .addOption(dataDirOption(messages))
    .option('--url <url>', messages.text('cli.login.url'))
    .addOption(adminTokenOption(messages))
    .option('--json', messages.text('cli.option.json'))
    .action((flags: LoginFlags) => loginCommand(messages, flags));
  program
    .command('demo')
    .description(messages.text('cli.demo.description'))
    .option('--host <address>', host, DEFAULT_HOST)
    .option('--port <port>', port, portIn(messages), 0)
    .action((flags: DemoFlags) => demoCommand(messages, flags, parts));
}
