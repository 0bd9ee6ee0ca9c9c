import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ServerProcess } from '../support/server-process.ts';

const TOKEN = 'admin-token-for-programs-that-ask';
const ANSWER_WITHIN_MS = 30_000;

const run = promisify(execFile);

/** The built server in a separate process, for programs that speak to it on their own account. */
export class BelfryPeer implements AsyncDisposable {
  readonly dir: string;
  readonly server: ServerProcess;
  readonly token = TOKEN;

  private constructor(dir: string, server: ServerProcess) {
    this.dir = dir;
    this.server = server;
  }

  static async start(): Promise<BelfryPeer> {
    const dir = mkdtempSync(join(tmpdir(), 'belfry-peer-'));
    const dataDir = join(dir, 'belfry');
    return new BelfryPeer(dir, await ServerProcess.start({ dataDir, adminToken: TOKEN }));
  }

  get host(): string {
    return new URL(this.server.url).host;
  }

  /** Runs a program to its end and answers what it printed; rejects with its words when it fails. */
  async run(command: string, ...args: readonly string[]): Promise<string> {
    // Programs that keep files of their own must not find, nor leave, any elsewhere.
    const env = { ...process.env, HOME: this.dir, QT_QPA_PLATFORM: 'offscreen', TZ: 'UTC' };
    const { stdout } = await run(command, args, { env, timeout: ANSWER_WITHIN_MS });
    return stdout.trim();
  }

  /** A call of the API that must go well. */
  async call<T>(verb: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.server.call(verb, path, body);
    if (answer.status >= 300) throw new Error(`${verb} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
