import { Command, InvalidArgumentError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { systemClock } from '../base/clock.ts';
import { defaultDataDir } from './data-dir.ts';
import { startDemo } from './demo.ts';
import { login } from './login.ts';
import { failWith, say, serveUntilSignal, stderrLogger } from './process-life.ts';
import { runServe } from './serve.ts';

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

const dataDirOption = (): Option =>
  new Option('--data-dir <dir>', 'where everything is kept').env('BELFRY_DATA_DIR');
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
  readonly allowedHost: readonly string[];
}

interface LoginFlags {
  readonly dataDir?: string;
  readonly url?: string;
  readonly adminToken?: string;
}

const dataDirOf = (flags: { readonly dataDir?: string }): string =>
  flags.dataDir || defaultDataDir(process.platform, process.env);

async function serveCommand(flags: ServeFlags, rendererDir: string): Promise<void> {
  // Whatever is created from here on is for this user alone, database included.
  process.umask(0o077);
  const logger = stderrLogger();
  const { version } = packageJson;
  const start = () =>
    runServe({
      dataDir: dataDirOf(flags),
      host: flags.host || DEFAULT_HOST,
      port: flags.port,
      adminToken: flags.adminToken || null,
      allowedHosts: flags.allowedHost,
      rendererDir,
      version,
      clock: systemClock,
      logger,
    });
  await serveUntilSignal(start, version, logger);
}

async function demoCommand(
  flags: { readonly host: string; readonly port: number },
  rendererDir: string,
): Promise<void> {
  process.umask(0o077);
  const logger = stderrLogger();
  const { version } = packageJson;
  const { host, port } = flags;
  const start = () =>
    startDemo({ host, port, rendererDir, version, clock: systemClock, logger, say });
  await serveUntilSignal(start, version, logger);
}

async function loginCommand(flags: LoginFlags): Promise<void> {
  const link = await login({
    dataDir: dataDirOf(flags),
    url: flags.url || null,
    adminToken: flags.adminToken || null,
    clock: systemClock,
  });
  if (!link.ok) throw new Error(link.error.message);
  process.stdout.write(`${link.value.url}\n`);
}

function createProgram(rendererDir: string): Command {
  const program = new Command('belfry')
    .showHelpAfterError('(With npm, put -- before the options: npm run login -- --data-dir DIR)')
    .description(
      'Turns what a homelab reports into alerts, and never silently loses a notification.',
    )
    .version(packageJson.version);
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
    .option('--allowed-host <names...>', 'further host names that may reach the window', [])
    .action((flags: ServeFlags) => serveCommand(flags, rendererDir));
  program
    .command('login')
    .description('make a new sign-in link for a running instance')
    .addOption(dataDirOption())
    .option('--url <url>', 'where the instance listens, if it is not of this data directory')
    .addOption(adminTokenOption())
    .action(loginCommand);
  program
    .command('demo')
    .description('a simulated lab on a temporary directory: see Belfry work within a minute')
    .option('--host <address>', 'the address to listen on', DEFAULT_HOST)
    .option('--port <port>', 'the port to listen on; 0 picks a free one', portOf, 0)
    .action((flags: { host: string; port: number }) => demoCommand(flags, rendererDir));
  return program;
}

/** Runs one command line. Failures that people can act on end in one sentence and exit code 1. */
export async function runProgram(argv: readonly string[], rendererDir: string): Promise<void> {
  try {
    await createProgram(rendererDir).parseAsync([...argv]);
  } catch (error) {
    failWith(error);
  }
}
