import { dirname } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { report } from '../api-command.ts';
import { dataDirOf, dataDirOption } from '../data-dir-option.ts';
import { login } from '../login.ts';
import { safeJson } from '../output/safe-text.ts';
import { workerJobs } from '../../system/worker-jobs.ts';
import { failWith, say, serveUntilSignal, stderrLogger } from '../process-life.ts';
import { DONE } from '../session.ts';

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 8377;

/** An empty word, as an unset variable in a compose file gives, counts as not given. */
function portOf(word: string): number {
  if (word === '') return DEFAULT_PORT;
  const port = Number(word);
  if (!/^\d+$/.test(word) || port > 65_535) {
    throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  }
  return port;
}

const adminTokenOption = (): Option =>
  new Option(
    '--admin-token <token>',
    'the admin token; others on this machine may see arguments',
  ).env('BELFRY_ADMIN_TOKEN');
const hostOption = (): Option =>
  new Option('--host <address>', 'the address to listen on')
    .env('BELFRY_HOST')
    .default(DEFAULT_HOST);

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

/** What a host is made from, beside the command line. */
export interface HostParts {
  readonly rendererDir: string;
  /** The built worker for jobs over whole databases. */
  readonly databaseWorker: string;
  readonly version: string;
}

/** For as long as the process lives, so that nobody rebuilds what it is going to load. */
async function holdProgram({ rendererDir }: HostParts): Promise<void> {
  const { holdProgramFiles } = await import('../../store/program-files.ts');
  holdProgramFiles(dirname(rendererDir));
}

async function serveCommand(flags: ServeFlags, parts: HostParts): Promise<void> {
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
  await serveUntilSignal(start, version, logger);
}

async function demoCommand(flags: DemoFlags, parts: HostParts): Promise<void> {
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
      say,
    });
  };
  await serveUntilSignal(start, version, logger);
}

async function loginCommand(flags: LoginFlags): Promise<void> {
  const link = await login({
    dataDir: dataDirOf(flags),
    url: flags.url || null,
    adminToken: flags.adminToken || null,
    clock: systemClock,
  });
  if (link.ok) {
    process.stdout.write(`${flags.json === true ? safeJson(link.value) : link.value.url}\n`);
  }
  report(link.ok ? DONE : link);
}

export function addHostCommands(program: Command, parts: HostParts): void {
  program
    .command('serve')
    .description('run without a desktop: the window in a browser, the API over HTTP')
    .addOption(dataDirOption())
    .addOption(hostOption())
    .addOption(
      new Option('--port <port>', 'the port to listen on; 0 picks a free one')
        .env('BELFRY_PORT')
        .argParser(portOf)
        .default(DEFAULT_PORT),
    )
    .addOption(adminTokenOption())
    .option('--new-key', 'make a new secret key, since the old one is lost')
    .option('--allowed-host <names...>', 'further host names that may reach the window', [])
    .action((flags: ServeFlags) => serveCommand(flags, parts));
  program
    .command('login')
    .description('make a new sign-in link for a running instance')
    .addOption(dataDirOption())
    .option('--url <url>', 'where the instance listens, if it is not of this data directory')
    .addOption(adminTokenOption())
    .option('--json', 'print the answer as one JSON document')
    .action(loginCommand);
  program
    .command('demo')
    .description('a simulated lab on a temporary directory: see Belfry work within a minute')
    .option('--host <address>', 'the address to listen on', DEFAULT_HOST)
    .option('--port <port>', 'the port to listen on; 0 picks a free one', portOf, 0)
    .action((flags: DemoFlags) => demoCommand(flags, parts));
}
