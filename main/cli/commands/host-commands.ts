import { dirname } from 'node:path';
import { systemClock, type Clock } from '../../base/clock.ts';
import type { Output } from '../../contract/methods.ts';
import { fail, type Result } from '../../contract/result.ts';
import type { Messages } from '../../messages/messages.ts';
import { workerJobs } from '../../store/files/database-job.ts';
import { httpInThread } from '../../transport/http-thread/thread-server.ts';
import { readAdminToken } from '../../system/access/admin-token.ts';
import { HttpClient } from '../api-client.ts';
import type { CliCommand } from '../cli-command.ts';
import { DATA_DIR, report, runs, type Flags } from '../command.ts';
import { CLUSTER, clusterOf } from '../cluster-options.ts';
import { dataDirOf, runningUrl } from '../data-dir.ts';
import { isSameAddress } from '../connection.ts';
import { safeJson } from '../output/safe-text.ts';
import { failWith, say, serveUntilSignal, stderrLogger } from '../process-life.ts';
import type { RunningServer, ServeOptions } from '../serve.ts';
import { DONE } from '../session.ts';

const LOCAL = '127.0.0.1';
const PORTS = [0, 65_535] as const;

const ADMIN_TOKEN = { '--admin-token <token>': { env: 'BELFRY_ADMIN_TOKEN' } } as const;
const SERVE = {
  ...DATA_DIR,
  '--host <address>': { env: 'BELFRY_HOST', initial: LOCAL },
  '--port <port>': { env: 'BELFRY_PORT', range: PORTS, initial: 8_377 },
  ...ADMIN_TOKEN,
  '--new-key': {},
  '--allowed-host <names...>': { initial: [] },
  ...CLUSTER,
} as const;
const LOGIN = { ...DATA_DIR, '--url <url>': {}, ...ADMIN_TOKEN, '--json': {} } as const;
const DEMO = {
  '--host <address>': { initial: LOCAL },
  '--port <port>': { range: PORTS, initial: 0 },
} as const;

/** The built parts of a host. */
export interface HostParts {
  readonly rendererDir: string;
  /** The built worker for jobs over whole databases. */
  readonly databaseWorker: string;
  /** The built worker for the HTTP server. */
  readonly httpWorker: string;
  /** The built worker for the log of a cluster. */
  readonly clusterWorker: string;
  readonly version: string;
}

/** The options of a server that no command line sets. */
type StartedWith = Pick<
  ServeOptions,
  'rendererDir' | 'createHttpServer' | 'runJob' | 'version' | 'clock' | 'logger' | 'giveUp'
>;

/** For as long as the process lives, so that nobody rebuilds what it is going to load. */
async function holdProgram({ rendererDir }: HostParts): Promise<void> {
  const { holdProgramFiles } = await import('../../store/files/program-files.ts');
  holdProgramFiles(dirname(rendererDir));
}

/** Adds the commands that run a server themselves, and the one that lets a person into its window. */
export function addHostCommands(program: CliCommand, parts: HostParts): void {
  const { messages } = program;
  const { rendererDir, version } = parts;
  const run = (start: (host: StartedWith) => Promise<RunningServer>): Promise<void> => {
    // Whatever is created from here on is for this user alone, database included.
    process.umask(0o077);
    const logger = stderrLogger();
    const runJob = workerJobs(parts.databaseWorker);
    const createHttpServer = httpInThread(parts.httpWorker);
    const clock = systemClock;
    const host = {
      rendererDir,
      createHttpServer,
      runJob,
      version,
      clock,
      logger,
      giveUp: failWith,
    };
    const held = async () => {
      await holdProgram(parts);
      return start(host);
    };
    return serveUntilSignal(held, { version, logger, messages });
  };
  // The core is loaded only where it is to start: no other command needs it.
  runs(program, 'serve', SERVE, (flags) => {
    const listen = { host: flags.host || LOCAL, port: flags.port };
    const cluster = clusterOf(messages, flags, listen, parts.clusterWorker);
    if (!cluster.ok) return report(cluster);
    return run(async (host) =>
      (await import('../serve.ts')).runServe({
        ...host,
        ...listen,
        dataDir: dataDirOf(flags),
        adminToken: flags.adminToken || null,
        newKey: flags.newKey === true,
        allowedHosts: flags.allowedHost,
        cluster: cluster.value,
      }),
    );
  });
  runs(program, 'login', LOGIN, (flags) => loginCommand(messages, flags));
  runs(program, 'demo', DEMO, ({ host: address, port }) =>
    run(async (host) =>
      (await import('../demo.ts')).startDemo({ ...host, host: address, port, messages, say }),
    ),
  );
}

async function loginCommand(messages: Messages, flags: Flags<typeof LOGIN>): Promise<void> {
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

export interface LoginOptions {
  readonly dataDir: string;
  /** Null takes the address from the data directory's file. */
  readonly url: string | null;
  /** Null takes the one in the data directory's file. */
  readonly adminToken: string | null;
  readonly clock: Clock;
  readonly messages: Messages;
}

/** Requests a new sign-in link of the running instance: single use, ten minutes. */
export async function login(options: LoginOptions): Promise<Result<Output<'session.link'>>> {
  const { dataDir, clock, messages } = options;
  const localUrl = runningUrl(dataDir);
  const url = options.url ?? localUrl;
  if (url === null) {
    return fail('unavailable', messages.text('cli.login.notRunning', { dataDir }));
  }
  // Whoever listens at another address must not get the token of this instance.
  const isLocal = isSameAddress(url, localUrl);
  const token = options.adminToken ?? (isLocal ? readAdminToken(dataDir) : null);
  if (token === null) {
    const problem = isLocal
      ? messages.text('cli.login.noToken', { dataDir })
      : messages.text('cli.login.needsToken');
    return fail('unauthenticated', problem);
  }
  return new HttpClient(url.replace(/\/+$/, ''), token, clock, messages).call('session.link', {});
}
