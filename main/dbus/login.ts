import { spawn, type ChildProcess } from 'node:child_process';
import { errorText, type Logger } from '../base/logger.ts';
import type { Bus } from './bus.ts';

const MANAGER = {
  sender: 'org.freedesktop.login1',
  path: '/org/freedesktop/login1',
  interface: 'org.freedesktop.login1.Manager',
} as const;

export interface LoginOptions {
  /** The system bus. */
  readonly bus: Bus;
  readonly logger: Logger;
  /** Shown by `systemd-inhibit --list`. */
  readonly why: string;
  /** The machine is about to shut down, and waits for a few seconds until `stop`. */
  readonly onShutdown: () => void;
  /** The machine has woken from sleep. */
  readonly onResume: () => void;
}

/**
 * Follows what logind says of the machine. A delay inhibitor, taken at the start, makes a shutdown wait (five
 * seconds, unless logind is set up otherwise) until `stop`. logind hands it out as a file descriptor, which
 * Node cannot receive, so `systemd-inhibit` holds it for as long as its program runs: `cat`, until our end of
 * its input closes, which a crash does too. Without logind nothing is delayed, and nothing else changes.
 */
export class Login {
  readonly #options: LoginOptions;
  #watch: Disposable | null = null;
  #inhibitor: ChildProcess | null = null;

  constructor(options: LoginOptions) {
    this.#options = options;
  }

  start(): void {
    const { bus, onShutdown, onResume } = this.#options;
    this.#watch = bus.watch({
      matches: [MANAGER],
      onSignal: (member, [begins]) => {
        if (member === 'PrepareForShutdown' && begins === true) onShutdown();
        if (member === 'PrepareForSleep' && begins === false) onResume();
      },
      // From then on the signal is heard, which a shutdown that is delayed must be.
      onConnected: () => {
        this.#inhibitor ??= this.#delayShutdown();
      },
    });
  }

  #delayShutdown(): ChildProcess {
    const { logger, why } = this.#options;
    const what = ['--what=shutdown', '--mode=delay', '--who=Belfry', `--why=${why}`];
    const inhibitor = spawn('systemd-inhibit', [...what, 'cat'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    inhibitor.on('error', (error) =>
      logger.log('debug', 'a shutdown cannot be delayed', { error: errorText(error) }),
    );
    // It may have ended before.
    inhibitor.stdin.on('error', () => undefined);
    return inhibitor;
  }

  /** Lets the machine shut down. Safe to call twice. */
  stop(): void {
    this.#watch?.[Symbol.dispose]();
    this.#watch = null;
    this.#inhibitor?.stdin?.end();
    this.#inhibitor = null;
  }
}
