import { createServer } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ClusterLab, CORES } from '../peers/cluster-lab.ts';
import { eventually } from '../support/eventually.ts';
import { Accounts } from './accounts.ts';
import { chooseFault, inflict } from './faults.ts';
import { Load } from './load.ts';
import { Network } from './network.ts';

/**
 * Three cores over three servers of NATS under load, of which one is killed, stopped or cut off again and again.
 * Compares what was accepted with what the databases have and the receiver heard.
 */

const FAULT_MAX_MS = 12_000;
const FAULT_MIN_MS = 1_000;
const CALM_MAX_MS = 6_000;
const GAP_P99_MAX_MS = 15_000;
const SETTLED = { timeout: 180_000, interval: 500 };
const SHOWN_MAX = 20;

const options = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
});
const minutes = z.coerce.number().min(0.1).max(1_440).parse(options.values.minutes);
const seed = z.coerce
  .number()
  .int()
  .min(0)
  .parse(options.values.seed ?? Date.now() % 2 ** 31);

/** Park and Miller's minimal generator: a seed brings the faults of a run back. */
function randomFrom(start: number): () => number {
  let state = (start % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const webhook = z.object({
  type: z.string(),
  data: z.object({ notificationId: z.string(), alert: z.object({ id: z.string() }) }),
});

/** A destination that notes what arrives. */
async function startReceiver(address: string, accounts: Accounts) {
  const server = createServer((request, response) => {
    text(request).then(
      (body) => {
        const { type, data } = webhook.parse(JSON.parse(body));
        accounts.received(data.notificationId, data.alert.id, type);
        response.writeHead(204).end();
      },
      // A sender that was killed halfway leaves a broken request, which was not received.
      () => response.destroy(),
    );
  }).listen(0, address);
  await once(server, 'listening');
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return { url: `http://${address}:${port}`, stop: () => server.close().closeAllConnections() };
}

/** Inflicts one fault after the other. Returns the times that faults of the leader took posts away for, in ms. */
async function trouble(
  lab: ClusterLab,
  network: Network | null,
  load: Load,
  random: () => number,
): Promise<number[]> {
  const gaps: Promise<number>[] = [];
  const end = performance.now() + minutes * 60_000;
  while (performance.now() < end) {
    await setTimeout(random() * CALM_MAX_MS);
    const leader = await lab.leadsNow();
    const fault = chooseFault(random, leader, network !== null);
    const undo = await inflict(lab, network, fault);
    const leads = fault.core === leader ? ', which leads,' : '';
    const words = `${fault.what} ${fault.core}${leads} is ${fault.how}`;
    const gap = load.nextAccepted();
    if (fault.core === leader && fault.what !== 'server') gaps.push(gap);
    void gap.then((ms) => process.stdout.write(`${words}: ${seconds(ms)}\n`));
    await setTimeout(FAULT_MIN_MS + random() * (FAULT_MAX_MS - FAULT_MIN_MS));
    await undo();
  }
  return Promise.all(gaps);
}

const isSettled = (lab: ClusterLab): Promise<void> =>
  eventually(() => {
    const unsettled = "SELECT id FROM notifications WHERE status NOT IN ('sent', 'cancelled')";
    for (const core of CORES) {
      const count = lab.values(core, unsettled).length;
      if (count > 0) throw new Error(`${core} has ${count} notifications that are not settled`);
    }
    const [first, ...others] = CORES.map((core) => lab.digests(core));
    for (const other of others) {
      const tables = Object.keys(other).filter((table) => other[table] !== first?.[table]);
      if (tables.length > 0) throw new Error(`the databases differ in ${tables.join(', ')}`);
    }
  }, SETTLED);

function check(lab: ClusterLab, accounts: Accounts): string[] {
  const pairs = (core: (typeof CORES)[number], sql: string) =>
    new Map(lab.values<string>(core, sql).map((row) => JSON.parse(row) as [string, never]));
  const cutOff = pairs(
    'a',
    `SELECT json_array(notification_id, count(*)) FROM delivery_attempts
     WHERE outcome IN ('interrupted', 'transient') GROUP BY notification_id`,
  );
  return [
    ...CORES.flatMap((core) =>
      accounts.checkAlerts(core, pairs(core, 'SELECT json_array(id, state) FROM alerts')),
    ),
    ...accounts.checkDeliveries(),
    ...accounts.checkDuplicates(cutOff),
  ];
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

async function run(undo: AsyncDisposableStack): Promise<string[]> {
  const network = undo.use(Network.open());
  if (network === null) {
    process.stdout.write('Nothing is cut off: network namespaces need root and iproute2.\n');
  }
  const random = randomFrom(seed);
  const accounts = new Accounts();
  const receiver = await startReceiver(network?.address ?? '127.0.0.1', accounts);
  const lab = undo.use(await ClusterLab.start(network?.places));
  await eventually(() => lab.addWebhook('a', receiver.url), SETTLED);
  const load = new Load(lab, accounts, random);
  const running = load.run();
  const gaps = (await trouble(lab, network, load, randomFrom(seed + 1))).toSorted((a, b) => a - b);
  load.stop();
  await running;
  for (const core of CORES) await lab.answers(core);
  const problems: string[] = [];
  await isSettled(lab).catch((error: unknown) => problems.push(String(error)));
  problems.push(...check(lab, accounts));
  receiver.stop();
  const p99 = percentile(gaps, 0.99);
  if (p99 > GAP_P99_MAX_MS) problems.push(`nothing was accepted for ${Math.round(p99)} ms (p99)`);
  process.stdout.write(
    `${accounts.accepted} alerts accepted, ${accounts.refused} posts refused and sent again, ` +
      `${accounts.duplicates} notifications arrived twice\n` +
      `${gaps.length} faults of the core that led: p50 ${seconds(percentile(gaps, 0.5))}, ` +
      `p99 ${seconds(p99)} until the next event was accepted\n`,
  );
  return problems;
}

process.stdout.write(`Cluster test: ${minutes} minutes, seed ${seed}\n`);
const undo = new AsyncDisposableStack();
process.once('SIGINT', () => void undo.disposeAsync().finally(() => process.exit(130)));
const problems = await run(undo).finally(() => undo.disposeAsync());
for (const problem of problems.slice(0, SHOWN_MAX)) process.stdout.write(`${problem}\n`);
if (problems.length > SHOWN_MAX) process.stdout.write(`and ${problems.length - SHOWN_MAX} more\n`);
process.stdout.write(`Cluster test: ${problems.length === 0 ? 'passed' : 'failed'}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
