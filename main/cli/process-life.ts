import { flushCompileCache } from 'node:module';
import { hostname } from 'node:os';
import { systemClock } from '../base/clock.ts';
import { createLogger, errorText, type Logger } from '../base/logger.ts';
import { onStopSignals } from '../base/stop-signals.ts';
import { systemBusAddress } from '../dbus/bus-address.ts';
import { Bus } from '../dbus/bus.ts';
import { Login } from '../dbus/login.ts';
import { NetworkWatch } from '../dbus/network-watch.ts';
import type { Messages } from '../messages/messages.ts';
import type { RunningServer } from './serve.ts';
import { endStartMode } from './start-mode.ts';

/** Writes a line for people to stderr, since stdout belongs to scripts. */
export const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** Logs as JSON lines on stderr. A reader that closes its end must not end the server. */
export function stderrLogger(): Logger {
  process.stderr.on('error', ignoreBrokenPipe);
  process.stdout.on('error', ignoreBrokenPipe);
  return createLogger(
    (line) => process.stderr.write(line),
    () => systemClock.now(),
  );
}

/** Ignores that stderr was closed, since there is nowhere left to report it. A closed terminal answers EIO. */
const ignoreBrokenPipe = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
};

/** Ends the process with an error that a person can act on. */
export function failWith(error: unknown): never {
  say(`belfry: ${errorText(error)}`);
  process.exit(1);
}

const FORCED_EXIT_CODE = 130;

export interface ServerLife {
  readonly version: string;
  readonly logger: Logger;
  readonly messages: Messages;
}

/**
 * Runs a server for as long as the process lives: a signal drains it and exits 0 (also one that comes
 * while it starts). A later request, more than a second after the first, exits at once.
 */
export async function serveUntilSignal(
  start: () => Promise<RunningServer>,
  { version, logger, messages }: ServerLife,
): Promise<void> {
  let running: RunningServer | null = null;
  const stopAsked = Promise.withResolvers<string>();
  onStopSignals(systemClock, {
    stop: stopAsked.resolve,
    force: () => {
      try {
        running?.abandon();
      } finally {
        process.exit(FORCED_EXIT_CODE);
      }
    },
  });
  const server = await start();
  const address = () => systemBusAddress(process.env, process.platform);
  const bus = new Bus({ address, clock: systemClock, logger });
  const network = new NetworkWatch({ bus, onBack: () => server.mayRecover('network') });
  const login = new Login({
    bus,
    logger,
    why: messages.text('cli.serve.delaysShutdown'),
    onShutdown: () => stopAsked.resolve('shutdown'),
    onResume: () => server.resumed(),
  });
  if (address() !== null) {
    login.start();
    network.start();
  }
  endStartMode();
  // Now rather than at the end, which a kill would leave out.
  flushCompileCache();
  running = server;
  const { url, dataDir } = server;
  process.stdout.write(`${JSON.stringify({ event: 'ready', url, dataDir, version })}\n`);
  if (process.stderr.isTTY) say(await invitation(messages, server));
  logger.log('info', 'stopping', { signal: await stopAsked.promise });
  await server.stop();
  login.stop();
  logger.log('info', 'stopped');
  // Pooled connections to receivers would keep the process for seconds, and nothing is left to wait for.
  process.exit(0);
}

/** Returns the sign-in link for a terminal only: everybody who reads it may sign in, so it must not end up in a log file. */
async function invitation(messages: Messages, server: RunningServer): Promise<string> {
  const names = { address: new URL(server.url).hostname, hostname: hostname() };
  const elsewhere = server.listensToOthers
    ? `${messages.text('cli.serve.elsewhere', names)}\n`
    : '';
  const signIn = { link: await server.signInLink(), login: server.loginCommand };
  return `\n${messages.text('cli.serve.signIn', signIn)}\n${elsewhere}`;
}
