import { createApp, type App, type AppOptions } from '../app.ts';
import { KeyRing } from '../base/key-ring.ts';
import { systemRandom, type Clock } from '../base/clock.ts';
import { KeyFile } from '../store/files/data-key.ts';
import { defined } from '../base/assert.ts';
import { hostLocales, hostMessages } from '../messages/host-messages.ts';
import type { Service } from '../base/lifecycle.ts';
import { errorText, type Logger } from '../base/logger.ts';
import type { Client } from '../contract/client.ts';
import type { Output } from '../contract/methods.ts';
import type { Result } from '../contract/result.ts';
import type { Caller } from '../domain/caller.ts';
import type { RunDatabaseJob } from '../store/files/database-job.ts';
import { startFailure } from '../store/files/disk-error.ts';
import { ensureAdminToken } from '../system/access/admin-token.ts';
import { createDesktopNotices } from './desktop-notices.ts';
import { isInstalled, loginCommand } from './login-command.ts';
import { prepareDataDir, removeServerFile, writeServerFile } from './data-dir.ts';

export interface ServeOptions {
  readonly dataDir: string;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** Null makes one, kept in a file in the data directory. */
  readonly adminToken: string | null;
  /** Makes a new secret key for data whose key is lost. */
  readonly newKey: boolean;
  readonly allowedHosts: readonly string[];
  /** The cluster of which it is a core; null or left out for one that is alone. */
  readonly cluster?: ClusterChoice | null;
  readonly rendererDir: string;
  readonly createHttpServer: AppOptions['createHttpServer'];
  readonly runJob: RunDatabaseJob;
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when a restart that was to heal the database failed; nothing runs then. */
  readonly giveUp: (error: unknown) => void;
}

/** A cluster, and this core's part in it. */
export interface ClusterChoice {
  /** `nats://host:4222`, each. */
  readonly servers: readonly string[];
  readonly name: string;
  /** The name of this core. */
  readonly core: string;
  /** Where the other cores reach it; null for where it listens. */
  readonly url: string | null;
  /** True if the log begins with this core's data, where there is no log yet. */
  readonly mayBegin: boolean;
  /** The content of a credentials file of NATS. */
  readonly credentials: string | null;
  /** Certificates in PEM of those who sign for the servers; null for those that the system trusts. */
  readonly authorities: string | null;
  /** The built `cluster-worker`. */
  readonly script: string;
}

export interface RunningServer {
  readonly url: string;
  /** Absolute. */
  readonly dataDir: string;
  readonly adminToken: string;
  /** True if other machines can reach it by this one's name. */
  readonly listensToOthers: boolean;
  /** The command that makes another sign-in link. */
  readonly loginCommand: string;
  /** A new one-time link for the window. */
  signInLink(): Promise<string>;
  /** To be called when the machine woke from sleep. */
  resumed(): void;
  /** To be called when an outage of channels may be over. */
  mayRecover: App['mayRecover'];
  stop(): Promise<void>;
  /** Closes the database and releases the lock at once, without a drain. The process must exit then. */
  abandon(): void;
}

const ADMIN_TOKEN_CHARS_WISE = 16;
/** A stop waits this long for deliveries in flight; what is cut off then is sent again at the next start. */
const DRAIN_MS = 10_000;

const WILDCARDS: readonly string[] = ['0.0.0.0', '::'];

/** The person who started the process at a terminal. */
const TERMINAL: Caller = { actor: 'terminal', scope: 'admin', source: null };
/** The person who sits at the desktop that shows the notifications. */
const DESKTOP: Caller = { actor: 'desktop', scope: 'operate', source: null };

function warnIfShort(adminToken: string, logger: Logger): void {
  if (adminToken.length >= ADMIN_TOKEN_CHARS_WISE) return;
  logger.log('warn', 'The admin token is short enough to be guessed; choose a longer one');
}

async function signInLink(app: App): Promise<string> {
  const link = await app.dispatch('session.link', {}, TERMINAL);
  if (!link.ok) throw new Error(link.error.message);
  return (link.value as Output<'session.link'>).url;
}

/** Returns the core as the person at the desktop may use it. */
const asDesktop = (app: () => App): Pick<Client, 'call'> => ({
  call: (name, input) =>
    app().dispatch(name, input, DESKTOP) as Promise<Result<Output<typeof name>>>,
});

/** Returns the notifications of the desktop on which the process runs, if there is one. */
const noticesOf = (app: () => App, { clock, logger }: ServeOptions) =>
  createDesktopNotices({
    core: asDesktop(app),
    url: () => app().url,
    messages: hostMessages,
    onServer: () => app().mayRecover('desktop'),
    clock,
    logger,
  });

/** Runs the core without Electron. Resolves once it accepts requests; rejects with an error for people. */
export async function runServe(options: ServeOptions): Promise<RunningServer> {
  try {
    return await begin(options);
  } catch (error) {
    throw startFailure(error, options.dataDir, hostMessages());
  }
}

async function begin(options: ServeOptions): Promise<RunningServer> {
  const { host, port, allowedHosts, rendererDir, version, clock, logger } = options;
  const { createHttpServer, runJob } = options;
  const dataDir = prepareDataDir(options.dataDir, logger);
  const adminToken = options.adminToken ?? ensureAdminToken(dataDir);
  warnIfShort(adminToken, logger);
  const login = loginCommand(dataDir, isInstalled(import.meta.dirname));
  const http = { host, port, allowedHosts, rendererDir, adminToken, login };
  const healing = new Healing(clock, logger, (error) =>
    options.giveUp(startFailure(error, dataDir, hostMessages())),
  );
  const notices = noticesOf(() => app, options);
  const keyFile = await KeyFile.open(dataDir, { protector: null, isNewKeyWanted: options.newKey });
  const appOptions: AppOptions = {
    host: 'headless',
    dataDir,
    version,
    dataKeys: new KeyRing(keyFile.keys),
    changeKeys: (change) => keyFile.change(change),
    desktop: notices.notifier,
    clock,
    logger,
    random: systemRandom,
    locales: hostLocales(process.env),
    drainMs: DRAIN_MS,
    http,
    createHttpServer,
    httpBySettings: false,
    runJob,
    onDamaged: () => void healing.restart(app),
  };
  const { cluster = null } = options;
  const app =
    cluster === null ? createApp(appOptions) : await clusterApp(options, cluster, appOptions);
  await app.start();
  void notices.follow();
  const url = defined(app.url, 'the address of a started server');
  // A restart that heals the database must be found where the senders have found it.
  http.port = Number(new URL(url).port);
  writeServerFile(dataDir, url);
  return {
    url,
    dataDir,
    adminToken,
    loginCommand: login.here,
    listensToOthers: WILDCARDS.includes(host),
    signInLink: () => signInLink(app),
    resumed() {
      notices.woke();
      app.resumed();
    },
    mayRecover: (sign) => app.mayRecover(sign),
    async stop() {
      removeServerFile(dataDir);
      await healing.done();
      await app.stop();
      notices.close();
    },
    abandon() {
      removeServerFile(dataDir);
      app.abandon();
    },
  };
}

/** Returns a core of a cluster, which is an app while it leads. */
async function clusterApp(
  { host, port, dataDir, logger }: ServeOptions,
  { servers, name, core, url, credentials, authorities, script, mayBegin }: ClusterChoice,
  appOptions: AppOptions,
): Promise<App> {
  const { ClusterNode } = await import('../cluster/cluster-node.ts');
  return new ClusterNode({
    dataDir,
    address: { servers, cluster: name, credentials, authorities },
    core,
    url: url ?? `http://${host}:${port}`,
    version: appOptions.version,
    host,
    port,
    dataKeys: appOptions.dataKeys,
    mayBegin,
    runJob: appOptions.runJob,
    clock: appOptions.clock,
    script,
    logger,
    createApp: (part) => createApp({ ...appOptions, ...part }),
  });
}

/** A disk that damages the database again within this time needs a person, not a third database. */
const AGAIN_AFTER_MS = 3_600_000;

/**
 * Stops and starts a headless server whose database was found damaged while it ran: the start puts it
 * aside and restores a backup. Once an hour at most; otherwise the server stays as it is, refuses what
 * it cannot keep, and says why.
 */
class Healing {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #giveUp: (error: unknown) => void;
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> = Promise.resolve();

  /** `giveUp` is called when the restart fails; nothing runs then. */
  constructor(clock: Clock, logger: Logger, giveUp: (error: unknown) => void) {
    this.#giveUp = giveUp;
    this.#clock = clock;
    this.#logger = logger;
  }

  restart(server: Service): Promise<void> {
    const now = this.#clock.monotonicMs();
    if (now - this.#lastAtMs < AGAIN_AFTER_MS) {
      this.#logger.log('error', 'The database is damaged again; look at the disk before a restart');
      return this.#running;
    }
    this.#lastAtMs = now;
    this.#running = this.#restart(server);
    return this.#running;
  }

  /** Resolves when no restart is under way. */
  done(): Promise<void> {
    return this.#running;
  }

  async #restart(server: Service): Promise<void> {
    this.#logger.log('error', 'The database is damaged; restarting to heal it');
    try {
      await server.stop();
    } catch (error) {
      this.#logger.log('warn', 'Not everything could be stopped', { error: errorText(error) });
    }
    try {
      await server.start();
    } catch (error) {
      this.#logger.log('error', 'The restart failed', { error: errorText(error) });
      this.#giveUp(error);
    }
  }
}
