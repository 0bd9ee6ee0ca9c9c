import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawn, type ChildProcess } from 'node:child_process';

const ALLOW = `<policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>`;

/** Without service folders: nothing on it is started by being asked. */
const configuration = (socket: string, policy: string): string => `<!DOCTYPE busconfig PUBLIC
  "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  ${ALLOW}
  ${policy}
</busconfig>
`;

/** The reference dbus-daemon with a bus of a test's own, at the same address after each start. */
export class PrivateBus {
  readonly address: string;
  readonly #dir: string;
  readonly #policy: string;
  #daemon: ChildProcess | null = null;

  private constructor(policy: string) {
    this.#dir = mkdtempSync(join(tmpdir(), 'belfry-bus-'));
    this.address = `unix:path=${join(this.#dir, 'bus')}`;
    this.#policy = policy;
  }

  /** `policy` is added to the daemon's configuration. */
  static async start(policy = ''): Promise<PrivateBus> {
    const bus = new PrivateBus(policy);
    await bus.restart();
    return bus;
  }

  /** Ends the daemon, and with it every connection. */
  async kill(): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = null;
    if (!daemon || daemon.exitCode !== null) return;
    const exit = once(daemon, 'exit');
    daemon.kill('SIGKILL');
    await exit;
  }

  async restart(): Promise<void> {
    await this.kill();
    const socket = join(this.#dir, 'bus');
    rmSync(socket, { force: true });
    const config = join(this.#dir, 'bus.conf');
    writeFileSync(config, configuration(socket, this.#policy));
    const daemon = spawn(
      'dbus-daemon',
      ['--nofork', '--print-address=1', '--config-file', config],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    this.#daemon = daemon;
    const failed = once(daemon, 'exit').then(() => Promise.reject(new Error('no bus')));
    await Promise.race([once(createInterface({ input: daemon.stdout }), 'line'), failed]);
    failed.catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
