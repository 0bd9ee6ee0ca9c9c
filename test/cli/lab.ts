import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { ServerProcess } from '../support/server-process.ts';
import { tempDir } from '../support/temp-dir.ts';

/** The built program; `npm test` builds it first. */
export const CLI = resolve(import.meta.dirname, '../../out/main/cli.js');
export const TOKEN = 'a-token-for-the-command-line';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** This process's environment, in English, without what would name an instance or a terminal's ways. */
export const cleanEnvironment = (): Record<string, string> => ({
  LC_ALL: 'C.UTF-8',
  ...Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || /^(BELFRY_|LC_|NO_COLOR$|FORCE_COLOR$)/.test(name)
        ? []
        : [[name, value]],
    ),
  ),
});

/** One run of the built program that has not ended yet. */
export function start(
  args: readonly string[],
  { env = {}, stdin = '' }: RunOptions = {},
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [CLI, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...cleanEnvironment(), ...env },
  });
  child.stdin.end(stdin);
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(
    ([[code], stdout, stderr]) => ({ code: code as number | null, stdout, stderr }),
  );
  return { child, ended };
}

export const run = (args: readonly string[], options?: RunOptions): Promise<Ended> =>
  start(args, options).ended;

/** Parses the `--json` output of a command that had to succeed. */
export function jsonOf<T>({ code, stdout, stderr }: Ended): T {
  if (code !== 0) throw new Error(`It ended with ${String(code)}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** A real server in a separate process, with a receiver that the test decides over. */
export class Lab implements AsyncDisposable {
  readonly dataDir: string;
  readonly server: ServerProcess;
  readonly receiver: HttpReceiver;
  readonly #temp: ReturnType<typeof tempDir>;

  private constructor(
    temp: ReturnType<typeof tempDir>,
    server: ServerProcess,
    receiver: HttpReceiver,
  ) {
    this.#temp = temp;
    this.dataDir = join(temp.path, 'data');
    this.server = server;
    this.receiver = receiver;
  }

  static async start(): Promise<Lab> {
    const temp = tempDir();
    const server = await ServerProcess.start({
      dataDir: join(temp.path, 'data'),
      adminToken: TOKEN,
    });
    return new Lab(temp, server, await HttpReceiver.start());
  }

  /** The variables that name this server to the program. */
  get env(): Record<string, string> {
    return { BELFRY_URL: this.server.url, BELFRY_TOKEN: TOKEN };
  }

  /** One command against this server. */
  cli(...args: string[]): Promise<Ended> {
    return run(args, { env: this.env });
  }

  async json<T>(...args: string[]): Promise<T> {
    return jsonOf<T>(await this.cli(...args, '--json'));
  }

  /** A channel to the receiver; its id. */
  async channel(name: string): Promise<string> {
    const config = { url: `${this.receiver.url}/${name}` };
    const { body } = await this.server.call('POST', '/api/v1/channels', {
      kind: 'webhook',
      name,
      config,
    });
    return (body as { id: string }).id;
  }

  /** Raises one alert; its id. */
  async raise(host: string, kind: string): Promise<string> {
    const { body } = await this.server.call('POST', '/api/v1/events', {
      host,
      kind,
      status: 'firing',
    });
    return (body as { results: { alertId: string }[] }).results[0]?.alertId ?? '';
  }

  /** Dead letters, one for each host, of a channel whose receiver refuses them; their ids, newest first. */
  async deadLetters(...hosts: string[]): Promise<string[]> {
    this.receiver.respond = status(400, {}, 'no such room');
    for (const host of hosts) await this.raise(host, 'backup_failed');
    for (;;) {
      const { body } = await this.server.call('GET', '/api/v1/notifications?status=dead');
      const { data } = body as { data: { id: string; alert: { host: string } }[] };
      const mine = data.filter(({ alert }) => hosts.includes(alert.host));
      if (mine.length === hosts.length) return mine.map(({ id }) => id);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
    await this.receiver[Symbol.asyncDispose]();
    this.#temp[Symbol.dispose]();
  }
}
