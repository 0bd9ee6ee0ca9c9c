import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ServerProcess } from '../support/server-process.ts';
import { Accounts, type Stored } from './accounts.ts';
import { startReceivers, type Receivers } from './receivers.ts';
import { takeSample, type Sample } from './samples.ts';
import { Senders } from './senders.ts';
import {
  accountVerdict,
  describeSamples,
  describeVerdict,
  refusalVerdict,
  resourceVerdicts,
} from './verdicts.ts';

/**
 * Lets the real server live through a busy lab: 50 events a second in four formats, to three webhooks that
 * fail a third of the time. Ends with a table, a verdict for each promise, and exit code 1 if one is broken:
 * `npm run soak [-- --minutes 60] [--rate 50] [--json FILE]`. Needs Linux.
 */

const ADMIN_TOKEN = 'soak-token';
const MINUTE_MS = 60_000;
const SAMPLES_MIN = 40;
const SAMPLE_MAX_MS = 5_000;
const DRAIN_TIMEOUT_MS = 10 * MINUTE_MS;
const POLL_MS = 250;
const PROGRESS_MS = 5 * MINUTE_MS;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string', default: '50' },
    json: { type: 'string' },
  },
});
const minutes = z.coerce.number().min(0.1).max(10_000).parse(values.minutes);
const rate = z.coerce.number().min(1).max(1_000).parse(values.rate);

/** Calls `send` at a steady rate until the time is over; resolves once all of it is answered. */
async function sendSteadily(runMs: number, send: () => Promise<void>): Promise<void> {
  const answers = new Set<Promise<void>>();
  const startedMs = performance.now();
  const total = Math.round((runMs * rate) / 1_000);
  for (let n = 0; n < total; n += 1) {
    const dueMs = startedMs + (n * 1_000) / rate - performance.now();
    if (dueMs > 0) await setTimeout(dueMs);
    const answer = send().finally(() => answers.delete(answer));
    answers.add(answer);
  }
  await Promise.all(answers);
}

/** Takes samples until `isOver`, and says every few minutes how it goes. */
async function sampleSteadily(
  runMs: number,
  isOver: () => boolean,
  sample: () => Promise<Sample>,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  const everyMs = Math.min(SAMPLE_MAX_MS, runMs / SAMPLES_MIN);
  const startedMs = performance.now();
  let saidMs = startedMs;
  while (!isOver()) {
    const taken = await sample();
    samples.push(taken);
    if (performance.now() - saidMs > PROGRESS_MS) {
      saidMs = performance.now();
      const { residentMb, openFiles, walMb, queued } = taken;
      const passed = ((saidMs - startedMs) / MINUTE_MS).toFixed(0);
      console.log(
        `${passed} min: ${residentMb.toFixed(0)} MB resident, ${openFiles} open files, WAL ${walMb.toFixed(1)} MB, ${queued} queued`,
      );
    }
    await setTimeout(everyMs);
  }
  return samples;
}

const stats = z.object({ pending: z.int(), sending: z.int(), failed: z.int() });

/** Waits until every notification is settled; gives up after ten minutes, which the accounts then show. */
async function drain(server: ServerProcess): Promise<void> {
  const deadlineMs = performance.now() + DRAIN_TIMEOUT_MS;
  while (performance.now() < deadlineMs) {
    const { body } = await server.call('GET', '/api/v1/notifications/stats');
    const { pending, sending, failed } = stats.parse(body);
    if (pending + sending + failed === 0) return;
    await setTimeout(POLL_MS);
  }
}

const alertRow = z
  .object({ id: z.string(), message: z.string(), closed_at: z.number().nullable() })
  .transform(({ id, message, closed_at }) => ({ id, message, isClosed: closed_at !== null }));
const notificationRow = z
  .object({
    key: z.string(),
    alert_id: z.string().nullable(),
    channel_name: z.string(),
    status: z.string(),
    last_error: z.string().nullable(),
    cancel_reason: z.string().nullable(),
  })
  .transform((row) => ({
    key: row.key,
    alertId: row.alert_id,
    channel: row.channel_name,
    status: row.status,
    hasFailureReason: row.last_error !== null,
    cancelReason: row.cancel_reason,
  }));

/** Reads the alerts and notifications that the server stored; call it after a clean stop. */
function stored(dataDir: string): Stored {
  const db = new DatabaseSync(join(dataDir, 'belfry.db'), { readOnly: true });
  try {
    const alerts = db.prepare('SELECT id, message, closed_at FROM alerts').all();
    const notifications = db
      .prepare(
        `SELECT coalesce(bundle_id, id) AS key, alert_id, channel_name, status, last_error, cancel_reason
         FROM notifications`,
      )
      .all();
    return {
      alerts: z.array(alertRow).parse(alerts),
      notifications: z.array(notificationRow).parse(notifications),
    };
  } finally {
    db.close();
  }
}

async function addChannels(server: ServerProcess, { urls }: Receivers): Promise<void> {
  for (const [name, url] of urls) {
    const { status, body } = await server.call('POST', '/api/v1/channels', {
      ...{ kind: 'webhook', name, config: { url }, retry: { preset: 'quick' } },
    });
    if (status !== 201) throw new Error(`channel: ${status} ${JSON.stringify(body)}`);
  }
}

const countBy = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]),
  );

const dir = mkdtempSync(join(tmpdir(), 'belfry-soak-'));
const dataDir = join(dir, 'data');
const accounts = new Accounts();
const receivers = await startReceivers(accounts);
const server = await ServerProcess.start({ dataDir, adminToken: ADMIN_TOKEN });
console.log(`${minutes} min at ${rate} events/s, data in ${dataDir}`);
await addChannels(server, receivers);
const senders = new Senders(server, accounts);
const runMs = minutes * MINUTE_MS;
let isOver = false;
const [samples] = await Promise.all([
  sampleSteadily(
    runMs,
    () => isOver,
    () => takeSample(server, dataDir),
  ),
  sendSteadily(runMs, () => senders.sendNext()).finally(() => {
    isOver = true;
  }),
]);
await drain(server);
const exitCode = await server.stop();
receivers[Symbol.dispose]();

const { accepted, refused, arrived } = accounts.summary;
const left = stored(dataDir);
const verdicts = [
  ...resourceVerdicts(samples),
  refusalVerdict(refused),
  accountVerdict(accepted, accounts.problems(left, [...receivers.urls.keys()])),
  { claim: 'the server stops cleanly', isKept: exitCode === 0, evidence: `exit code ${exitCode}` },
];
const statuses = countBy(left.notifications.map(({ status }) => status));
console.log(describeSamples(samples));
console.log(`alerts ${left.alerts.length}, notifications ${JSON.stringify(statuses)}`);
console.log(`${arrived} webhooks accepted by their receivers`);
for (const verdict of verdicts) console.log(describeVerdict(verdict));
if (values.json !== undefined) {
  const result = { minutes, rate, accepted, refused, arrived, statuses, verdicts, samples };
  writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
}
if (verdicts.every(({ isKept }) => isKept)) {
  rmSync(dir, { recursive: true, force: true });
} else {
  console.error(`The data directory is kept: ${dataDir}`);
  process.exitCode = 1;
}
