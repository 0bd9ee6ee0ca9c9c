import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Messages } from '../messages/messages.ts';
import { liveThroughWeek } from './demo-history.ts';
import { startLab } from './demo-lab.ts';
import { startReceivers } from './demo-receivers.ts';
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

/** The pager stays broken for this long unless somebody opens `/heal`: enough time to look at dead letters. */
const HEALS_AFTER_MS = 120_000;

/** Starts a server in a temporary directory with a simulated lab and its last week; everything is removed when it stops. */
export async function startDemo(options: DemoOptions): Promise<RunningServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'belfry-demo-'));
  const removeData = (): void => rmSync(dataDir, { recursive: true, force: true });
  // Also when a second signal ends the process at once.
  process.once('exit', removeData);
  const { clock, logger, messages } = options;
  const fresh = { dataDir, adminToken: null, newKey: false, allowedHosts: [] };
  options.say(messages.text('cli.demo.preparing'));
  const receivers = await startReceivers();
  const token = await liveThroughWeek({ ...options, ...fresh }, receivers, messages);
  const server = await runServe({ ...options, ...fresh });
  const healing = clock.after(HEALS_AFTER_MS, () => receivers.healPager());
  const sender = new HttpClient(server.url, token, clock, messages);
  const stopLab = startLab(sender, clock, logger);
  const { url, loginCommand: login } = server;
  options.say(messages.text('cli.demo.running', { url, heal: `${receivers.url}/heal`, login }));
  return {
    ...server,
    async stop() {
      healing[Symbol.dispose]();
      await stopLab();
      await server.stop();
      await receivers.stop();
      removeData();
      process.off('exit', removeData);
    },
  };
}
