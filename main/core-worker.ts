import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { createApp } from './app.ts';
import { defined } from './base/assert.ts';
import { KeyRing } from './base/key-ring.ts';
import { systemClock, systemRandom } from './base/clock.ts';
import { hostLocales, hostMessages } from './messages/host-messages.ts';
import { createLogger, errorText } from './base/logger.ts';
import { loginCommand } from './cli/login-command.ts';
import { removeServerFile, writeServerFile } from './cli/data-dir.ts';
import { startFailure } from './store/files/disk-error.ts';
import { holdProgramFiles } from './store/files/program-files.ts';
import { workerJobs } from './store/files/database-job.ts';
import { ensureAdminToken } from './system/access/admin-token.ts';
import { httpInThread } from './transport/http-thread/thread-server.ts';
import { MessagePortDesktop } from './transport/message-port-desktop.ts';
import { MessagePortKeys } from './transport/message-port-keys.ts';
import { MessagePortServer } from './transport/message-port-server.ts';
import type { CoreOptions, FromCore, ToCore } from './transport/worker-messages.ts';

/** A stop waits this long for deliveries in flight; what is cut off then is sent again at the next start. */
const DRAIN_MS = 10_000;

/** On the desktop senders are on the same machine, unless the environment says otherwise. */
const LOCAL_HOST = '127.0.0.1';

const logger = createLogger(
  (line) => process.stderr.write(line),
  () => systemClock.now(),
);

/**
 * Runs the core in its own thread, so that an fsync on a slow disk never freezes tray, menus or IPC. It
 * ends by closing its port: after a failed start, or after a stop.
 */
async function run(options: CoreOptions): Promise<void> {
  const port = defined(parentPort, "the worker's port");
  const post = (message: FromCore): void => port.postMessage(message);
  const desktop = new MessagePortDesktop(post);
  const keys = new MessagePortKeys(post);
  const app = createApp({
    host: 'desktop',
    dataDir: options.dataDir,
    version: options.version,
    dataKeys: new KeyRing(options.dataKeys.map((key) => Buffer.from(key))),
    changeKeys: keys.change,
    desktop,
    clock: systemClock,
    logger,
    random: systemRandom,
    locales: hostLocales(process.env),
    drainMs: DRAIN_MS,
    http: {
      host: options.http?.host ?? LOCAL_HOST,
      port: options.http?.port ?? 0,
      allowedHosts: [],
      rendererDir: options.rendererDir,
      login: options.isPackaged ? null : loginCommand(options.dataDir, false),
      adminToken: options.adminToken ?? ensureAdminToken(options.dataDir),
    },
    createHttpServer: httpInThread(new URL('http-worker.js', import.meta.url)),
    httpBySettings: options.http === null,
    runJob: workerJobs(fileURLToPath(new URL('database-worker.js', import.meta.url))),
    onDamaged: () => void giveUp(),
  });
  const server = new MessagePortServer({ core: app, desktop, keys, post, logger });

  const end = async (stopApp: () => void | Promise<void>): Promise<void> => {
    removeServerFile(options.dataDir);
    await stopApp();
    server.close();
    post({ type: 'stopped' });
    port.close();
  };
  /** The shell starts another worker, whose start heals the database; it bounds how often. */
  async function giveUp(): Promise<void> {
    removeServerFile(options.dataDir);
    try {
      await app.stop();
    } catch (error) {
      logger.log('warn', 'the core did not stop cleanly', { error: errorText(error) });
    }
    post({ type: 'failed', message: null, damaged: true });
    port.close();
  }

  try {
    await app.start();
  } catch (error) {
    logger.log('error', 'the core could not start', { error: errorText(error) });
    post({
      type: 'failed',
      message: errorText(startFailure(error, options.dataDir, hostMessages())),
      damaged: false,
    });
    port.close();
    return;
  }
  // Commands on this machine find the desktop's instance by it, as they do a headless one.
  if (app.url !== null) writeServerFile(options.dataDir, app.url);
  port.on('message', (message: ToCore) => {
    if (message.type === 'stop') void end(() => app.stop());
    else if (message.type === 'abandon') void end(() => app.abandon());
    else server.receive(message);
  });
  post({ type: 'ready' });
}

// For as long as the thread lives, so that nobody rebuilds what it is going to load.
holdProgramFiles(fileURLToPath(new URL('..', import.meta.url)));
void run(workerData as CoreOptions);
