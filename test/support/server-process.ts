import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const ROOT = resolve(import.meta.dirname, '../..');
const CLI = join(ROOT, 'out/main/cli.js');
const STOP_TIMEOUT_MS = 30_000;

const readyLine = z.object({ event: z.literal('ready'), url: z.string() });

export interface ServerOptions {
  readonly dataDir: string;
  readonly adminToken: string;
  /** A program that runs the server as its child, such as `strace` with its arguments. */
  readonly under?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Another build of the command line than the usual one. */
  readonly cli?: string;
  /** Any free one when left out. */
  readonly port?: string;
  /** Further options of the command line. */
  readonly args?: readonly string[];
}

/** A server that was gone before it accepted requests. */
export class EndedEarly extends Error {
  readonly wasKilled: boolean;

  constructor(message: string, wasKilled: boolean) {
    super(message);
    this.wasKilled = wasKilled;
  }
}

/** The built headless host in a separate process, as a user runs it. */
export class ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  readonly #token: string;

  private constructor(child: ChildProcess, url: string, token: string) {
    this.child = child;
    this.url = url;
    this.#token = token;
  }

  /** Resolves once the server accepts requests; rejects with its words when it ends before that. */
  static async start(options: ServerOptions): Promise<ServerProcess> {
    const {
      dataDir,
      adminToken,
      under = [],
      env = {},
      cli = CLI,
      port = '0',
      args: more = [],
    } = options;
    const where = ['--port', port, '--data-dir', dataDir];
    const serve = [cli, 'serve', ...where, '--admin-token', adminToken, ...more];
    const [command = process.execPath, ...args] = [...under, process.execPath, ...serve];
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-4_000);
    });
    const ended = once(child, 'exit').then(([code, signal]) => {
      const end = String(code ?? signal);
      const message = `The server ended with ${end} before it was ready:\n${stderr}`;
      throw new EndedEarly(message, signal === 'SIGKILL');
    });
    const lines = createInterface({ input: child.stdout });
    const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
    ended.catch(() => undefined);
    return new ServerProcess(child, readyLine.parse(JSON.parse(line)).url, adminToken);
  }

  /** One API call with the admin token; the parsed body, whatever the status. */
  async call(
    verb: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }> {
    const response = await fetch(this.url + path, {
      method: verb,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
  }

  /** Kills it as a power switch would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Stops it as a service manager would; its exit code. */
  async stop(): Promise<number | null> {
    return await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exit = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    const [code] = await exit;
    clearTimeout(late);
    return code;
  }
}
