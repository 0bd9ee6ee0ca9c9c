import { fork, type ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ServerProcess } from '../support/server-process.ts';
import { notificationRows } from './database-copy.ts';
import { Ledger } from './ledger.ts';
import { Load } from './load.ts';
import type { Listening, Receipt } from './receiver.ts';

/**
 * Kills the server under load, again and again, and then compares what it had promised with what the
 * receiver heard. A kill proves that the process may die at any moment; that the disk has what a 2xx
 * says, whatever happens to the machine, is shown by test/peers/fsync.test.ts.
 */

const LIFE_MAX_MS = 1_500;
const DRAIN_TIMEOUT_MS = 120_000;
const POLL_MS = 50;
const CHANNELS = ['/one', '/two'];
const ADMIN_TOKEN = 'crash-test-token';
const SHOWN_MAX = 20;
const FLUSH = 'flush';

const options = parseArgs({
  options: { kills: { type: 'string', default: '50' }, seed: { type: 'string' } },
});
const kills = z.coerce.number().int().min(1).max(1_000).parse(options.values.kills);
const seed = z.coerce
  .number()
  .int()
  .min(0)
  .parse(options.values.seed ?? Date.now() % 2 ** 31);

/** Park and Miller's minimal generator: enough for kill times, and a seed brings a run back. */
function randomFrom(start: number): () => number {
  let state = (start % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

async function startReceiver(ledger: Ledger): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(join(import.meta.dirname, 'receiver.ts'));
  const [{ url }] = (await once(child, 'message')) as [Listening];
  child.on('message', (message) => {
    if (message !== FLUSH) ledger.received(message as Receipt);
  });
  return { child, url };
}

async function addChannels(server: ServerProcess, receiverUrl: string): Promise<void> {
  for (const path of CHANNELS) {
    const { status, body } = await server.call('POST', '/api/v1/channels', {
      kind: 'webhook',
      name: path,
      config: { url: receiverUrl + path },
      retry: { baseMs: 50, capMs: 1_000, maxAttempts: 100, jitter: false },
    });
    if (status !== 201) throw new Error(`channel: ${status} ${JSON.stringify(body)}`);
  }
}

const stats = z.object({ pending: z.int(), sending: z.int(), failed: z.int(), dead: z.int() });

/** Waits until the queue is empty. */
async function drain(server: ServerProcess): Promise<void> {
  const deadline = performance.now() + DRAIN_TIMEOUT_MS;
  for (;;) {
    const { body } = await server.call('GET', '/api/v1/notifications/stats');
    const { pending, sending, failed } = stats.parse(body);
    if (pending + sending + failed === 0) return;
    if (performance.now() > deadline) throw new Error(`still queued: ${JSON.stringify(body)}`);
    await setTimeout(POLL_MS);
  }
}

const page = z.object({
  items: z.array(z.object({ id: z.string(), state: z.string() })),
  nextCursor: z.string().nullable(),
});

async function listAlerts(server: ServerProcess): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  let cursor: string | null = '';
  while (cursor !== null) {
    const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await server.call('GET', `/api/v1/alerts?limit=200${from}`);
    const { items, nextCursor } = page.parse(body);
    for (const { id, state } of items) states.set(id, state);
    cursor = nextCursor;
  }
  return states;
}

async function killAgainAndAgain(
  dataDir: string,
  receiverUrl: string,
  ledger: Ledger,
): Promise<void> {
  const random = randomFrom(seed);
  const load = new Load(ledger, random);
  for (let kill = 1; kill <= kills; kill += 1) {
    const server = await ServerProcess.start({ dataDir, adminToken: ADMIN_TOKEN });
    try {
      if (kill === 1) await addChannels(server, receiverUrl);
      const running = load.run(server);
      await Promise.race([running, setTimeout(random() * LIFE_MAX_MS)]);
      load.stop();
      await server.kill();
      await running;
    } finally {
      await server.kill();
    }
    const rows = notificationRows(dataDir);
    const sending = rows.filter(({ status }) => status === 'sending').map(({ id }) => id);
    ledger.killed(sending);
    console.log(`kill ${kill}/${kills}: ${rows.length} notifications, ${sending.length} in flight`);
  }
}

/** Returns once every receipt that the receiver took is in the ledger. */
async function flush(receiver: ChildProcess): Promise<void> {
  receiver.send(FLUSH);
  for await (const [message] of on(receiver, 'message')) if (message === FLUSH) return;
}

/** Lets the last server finish its work, and compares; the number of alerts that it knows. */
async function judge(dataDir: string, ledger: Ledger, receiver: ChildProcess): Promise<number> {
  const server = await ServerProcess.start({ dataDir, adminToken: ADMIN_TOKEN });
  try {
    await drain(server);
    const states = await listAlerts(server);
    const code = await server.stop();
    if (code !== 0) ledger.violations.push(`the last stop ended with ${code}`);
    await flush(receiver);
    ledger.checkAlerts(states);
    ledger.checkDeliveries(CHANNELS);
    ledger.checkDuplicates();
    ledger.checkRows(notificationRows(dataDir));
    return states.size;
  } finally {
    await server.kill();
  }
}

const dataDir = mkdtempSync(join(tmpdir(), 'belfry-crash-'));
const ledger = new Ledger();
const receiver = await startReceiver(ledger);
console.log(`seed ${seed}, data in ${dataDir}`);
await killAgainAndAgain(dataDir, receiver.url, ledger);
const alerts = await judge(dataDir, ledger, receiver.child);
receiver.child.disconnect();

const { accepted, unanswered, receipts, duplicates, inFlightAtKills } = ledger.summary;
console.log(`kills                        ${kills}`);
console.log(`events answered 2xx          ${accepted}`);
console.log(`events cut off unanswered    ${unanswered}`);
console.log(`alerts stored                ${alerts}`);
console.log(`webhooks received            ${receipts}`);
console.log(`in flight when killed        ${inFlightAtKills}`);
console.log(`duplicates                   ${duplicates}`);
console.log(`violations                   ${ledger.violations.length}`);
for (const violation of ledger.violations.slice(0, SHOWN_MAX)) console.error(`  ${violation}`);
if (ledger.violations.length > 0) {
  console.error(`The data directory is kept: ${dataDir}`);
  process.exitCode = 1;
} else {
  rmSync(dataDir, { recursive: true, force: true });
}
