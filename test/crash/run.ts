import { fork, type ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { EndedEarly, ServerProcess } from '../support/server-process.ts';
import { Activities, REFUSED } from './activities.ts';
import { notificationRows } from './database-copy.ts';
import { Ledger } from './ledger.ts';
import { Load } from './load.ts';
import { ageAuditLog, buildWithPoints, CLI, killUpgrade, POINTS, PRUNE_POINTS } from './points.ts';
import type { Listening, Receipt } from './receiver.ts';

/**
 * Kills the server under load, again and again, at random and at the crash points of its code, and then
 * compares what it had promised with what the receiver heard. A kill proves that the process may die at any moment; that the disk has what a 2xx
 * says, whatever happens to the machine, is shown by test/peers/fsync.test.ts.
 */

const LIFE_MAX_MS = 1_500;
/** For a life that ends at a crash point, which must be reached by then. */
const POINT_LIFE_MAX_MS = 60_000;
const PRUNE_LIFE_MAX_MS = 90_000;
const KILLS_PER_PRUNE = 50;
const MIGRATIONS_KILLED = ['migration:1', 'migration.committed:1', 'migration:2'];
const DRAIN_TIMEOUT_MS = 240_000;
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
  for (const path of [...CHANNELS, REFUSED]) {
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

/** How one life of the server ends: at a crash point, or by a kill from outside after some time. */
interface End {
  readonly point: string | null;
  readonly maxMs: number;
}

/** Every second life ends at a crash point, each in turn, and one in fifty while it prunes. */
function endOf(kill: number, random: () => number): End {
  if (kill % 2 === 0) return { point: null, maxMs: random() * LIFE_MAX_MS };
  if (kill % KILLS_PER_PRUNE === KILLS_PER_PRUNE - 1) {
    const name = PRUNE_POINTS[Math.floor(kill / KILLS_PER_PRUNE) % PRUNE_POINTS.length] ?? '';
    return { point: `${name}:1`, maxMs: PRUNE_LIFE_MAX_MS };
  }
  const names = Object.keys(POINTS);
  const name = names[((kill - 1) / 2) % names.length] ?? '';
  const passes = 1 + Math.floor(random() * (POINTS[name] ?? 1));
  return { point: `${name}:${passes}`, maxMs: POINT_LIFE_MAX_MS };
}

/** Runs the server under load until it ends; returns false if its crash point was not reached. */
async function live(
  server: ServerProcess,
  { point, maxMs }: End,
  load: Load,
  activities: Activities,
): Promise<boolean> {
  // Pruning begins a minute after the start, and need not be waited for under full load.
  const prunes = point?.startsWith('prune') === true;
  const running = Promise.all([load.run(server), prunes ? null : activities.run(server)]);
  if (prunes) void setTimeout(LIFE_MAX_MS).then(() => load.stop());
  const exited = once(server.child, 'exit');
  const isReached = await Promise.race([
    exited.then(() => point !== null),
    setTimeout(maxMs).then(() => point === null),
  ]);
  load.stop();
  activities.stop();
  await server.kill();
  await running;
  return isReached;
}

/** Starts the server; null if it reached its crash point while it started. */
async function startUntil(
  { point }: End,
  options: Parameters<typeof ServerProcess.start>[0],
): Promise<ServerProcess | null> {
  try {
    return await ServerProcess.start(options);
  } catch (error) {
    if (point !== null && error instanceof EndedEarly && error.wasKilled) return null;
    throw error;
  }
}

async function killAgainAndAgain(
  dataDir: string,
  receiverUrl: string,
  ledger: Ledger,
): Promise<void> {
  const random = randomFrom(seed);
  const load = new Load(ledger, random);
  const activities = new Activities();
  const first = await ServerProcess.start({ dataDir, adminToken: ADMIN_TOKEN, cli: CLI });
  await addChannels(first, receiverUrl);
  await first.stop();
  for (let kill = 1; kill <= kills; kill += 1) {
    const end = endOf(kill, random);
    if (end.point?.startsWith('prune')) ageAuditLog(dataDir);
    const env = end.point === null ? {} : { BELFRY_CRASH_AT: end.point };
    const server = await startUntil(end, { dataDir, adminToken: ADMIN_TOKEN, cli: CLI, env });
    if (server !== null && !(await live(server, end, load, activities))) {
      ledger.violations.push(`crash point ${end.point} was not reached within ${end.maxMs} ms`);
    }
    const rows = judgedRows(dataDir);
    const sending = rows.filter(({ status }) => status === 'sending').map(({ id }) => id);
    ledger.killed(sending);
    const where = end.point ?? 'at random';
    console.log(`kill ${kill}/${kills} ${where}: ${rows.length} rows, ${sending.length} in flight`);
  }
}

/** The notifications of the channels that deliver. */
const judgedRows = (dataDir: string) =>
  notificationRows(dataDir).filter(({ channel }) => CHANNELS.includes(channel));

async function killUpgrades(dir: string, ledger: Ledger): Promise<void> {
  for (const at of MIGRATIONS_KILLED) {
    const problem = await killUpgrade(dir, at);
    if (problem !== null) ledger.violations.push(problem);
    console.log(`upgrade killed at ${at}`);
  }
}

/** Returns once every receipt that the receiver took is in the ledger. */
async function flush(receiver: ChildProcess): Promise<void> {
  receiver.send(FLUSH);
  for await (const [message] of on(receiver, 'message')) if (message === FLUSH) return;
}

/** Lets the last server finish its work, and compares; the number of alerts that it knows. */
async function judge(dataDir: string, ledger: Ledger, receiver: ChildProcess): Promise<number> {
  const server = await ServerProcess.start({ dataDir, adminToken: ADMIN_TOKEN, cli: CLI });
  try {
    await drain(server);
    const states = await listAlerts(server);
    const code = await server.stop();
    if (code !== 0) ledger.violations.push(`the last stop ended with ${code}`);
    await flush(receiver);
    ledger.checkAlerts(states);
    ledger.checkDeliveries(CHANNELS);
    ledger.checkDuplicates();
    ledger.checkRows(judgedRows(dataDir));
    return states.size;
  } finally {
    await server.kill();
  }
}

buildWithPoints();
const dir = mkdtempSync(join(tmpdir(), 'belfry-crash-'));
const dataDir = join(dir, 'data');
const ledger = new Ledger();
const receiver = await startReceiver(ledger);
console.log(`seed ${seed}, data in ${dataDir}`);
await killUpgrades(dir, ledger);
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
  rmSync(dir, { recursive: true, force: true });
}
