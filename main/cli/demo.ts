import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Input, MethodName, Output } from '../contract/methods.ts';
import type { Messages } from '../messages/messages.ts';
import { startLab, startReceivers } from './demo-lab.ts';
import { HttpClient } from './api-client.ts';
import { runServe, type RunningServer, type ServeOptions } from './serve.ts';

export interface DemoOptions extends Omit<
  ServeOptions,
  'dataDir' | 'adminToken' | 'newKey' | 'allowedHosts'
> {
  readonly messages: Messages;
  /** Shows the person at the terminal what to look at. */
  readonly say: (line: string) => void;
}

/** Dead within seconds instead of minutes, so that a newcomer sees it happen. */
const DEMO_RETRY = { baseMs: 1_000, capMs: 4_000, maxAttempts: 3, jitter: false } as const;

/** Starts a server in a temporary directory with a simulated lab; everything is removed when it stops. */
export async function startDemo(options: DemoOptions): Promise<RunningServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'belfry-demo-'));
  const removeData = (): void => rmSync(dataDir, { recursive: true, force: true });
  // Also when a second signal ends the process at once.
  process.once('exit', removeData);
  const { clock, logger, messages } = options;
  const fresh = { dataDir, adminToken: null, newKey: false, allowedHosts: [] };
  const server = await runServe({ ...options, ...fresh });
  const admin = new HttpClient(server.url, server.adminToken, clock, messages);
  const receivers = await startReceivers(clock);
  const token = await prepare(admin, receivers.url, messages);
  const sender = new HttpClient(server.url, token, clock, messages);
  const stopLab = startLab(sender, clock, logger);
  const { url, loginCommand: login } = server;
  options.say(messages.text('cli.demo.running', { url, heal: `${receivers.url}/heal`, login }));
  return {
    ...server,
    async stop() {
      await stopLab();
      await server.stop();
      await receivers.stop();
      removeData();
      process.off('exit', removeData);
    },
  };
}

/** Adds the lab's two channels, and a token for what it reports; the answer is that token. */
async function prepare(
  admin: HttpClient,
  receiversUrl: string,
  messages: Messages,
): Promise<string> {
  for (const path of ['phone', 'pager'] as const) {
    const name = messages.text(`cli.demo.channel.${path}`);
    const config = { url: `${receiversUrl}/${path}` };
    await must(admin, 'channels.create', { kind: 'webhook', name, config, retry: DEMO_RETRY });
  }
  const name = messages.text('cli.demo.token');
  return (await must(admin, 'tokens.create', { name, scope: 'ingest', source: 'lab' })).token;
}

async function must<K extends MethodName>(
  client: HttpClient,
  name: K,
  input: Input<K>,
): Promise<Output<K>> {
  const result = await client.call(name, input);
  if (!result.ok) throw new Error(`The demo could not call ${name}: ${result.error.message}`);
  return result.value;
}
