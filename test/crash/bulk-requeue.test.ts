/** @module-tag slow */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import type { BulkJob } from '../../main/contract/notification.ts';
import { openDatabase } from '../../main/store/database.ts';
import { addDead } from '../queue/dead-letters-lab.ts';
import { HttpReceiver } from '../support/http-receiver.ts';
import { ServerProcess } from '../support/server-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { notificationRows } from './database-copy.ts';

const LETTERS = 50_000;
const ADMIN_TOKEN = 'a-token-for-bulk-work';
const REQUEUE = '/api/v1/notifications/requeue';

const temp = tempDir();
const dataDir = join(temp.path, 'data');
let receiver: HttpReceiver;
let server: ServerProcess;
let sent = 0;
let channelId = '';

const start = () => ServerProcess.start({ dataDir, adminToken: ADMIN_TOKEN });

/** While no server runs. */
function addLetters(): void {
  const db = openDatabase(dataDir);
  addDead({ db, clock: systemClock }, { channelId, count: LETTERS });
  db.close();
}

/** The built program in a separate process, with dead letters of one channel. */
beforeAll(async () => {
  receiver = await HttpReceiver.start();
  server = await start();
  const { body } = await server.call('POST', '/api/v1/channels', {
    kind: 'webhook',
    name: 'pager',
    config: { url: receiver.url },
    // Deliveries go on beside it without deciding how long this takes.
    rateLimit: { count: 100, perMs: 1_000 },
  });
  await server.stop();
  channelId = (body as { id: string }).id;
  addLetters();
  server = await start();
}, 120_000);

afterAll(async () => {
  await server.kill();
  await receiver[Symbol.asyncDispose]();
  temp[Symbol.dispose]();
});

/** How long the sender of one event waits for its answer, in ms. */
async function ingest(): Promise<number> {
  const event = { host: 'nas', kind: 'beside', dedupKey: String(sent++), status: 'firing' };
  const begun = performance.now();
  const { status } = await server.call('POST', '/api/v1/events', event);
  expect(status).toBe(200);
  return performance.now() - begun;
}

async function requeueAll(): Promise<BulkJob> {
  const { status, body } = await server.call('POST', REQUEUE, { filter: {} });
  expect(status).toBe(202);
  return body as BulkJob;
}

const job = async (id: string): Promise<BulkJob> =>
  (await server.call('GET', `/api/v1/bulk-jobs/${id}`)).body as BulkJob;

/** How many notifications stand in each status, as a process that was killed left them. */
function left(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of notificationRows(dataDir)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

const sum = (counts: Record<string, number>) =>
  Object.values(counts).reduce((total, count) => total + count, 0);

const median = (numbers: number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

describe('50,000 dead letters that are requeued in bulk, in the built program', () => {
  test('stop on request; what was done stays done', async () => {
    const { id } = await requeueAll();
    while ((await job(id)).changed < 2_000);
    const { status, body } = await server.call('POST', `/api/v1/bulk-jobs/${id}/cancel`);
    expect(status).toBe(200);
    const cancelled = body as BulkJob;
    expect(cancelled).toMatchObject({ state: 'cancelled' });
    expect(cancelled.changed).toBeGreaterThan(0);
    expect(cancelled.changed).toBeLessThan(cancelled.total);
    const { body: stats } = await server.call('GET', '/api/v1/notifications/stats');
    expect((stats as { dead: number }).dead).toBe(cancelled.total - cancelled.changed);
  });

  test('are all requeued when it is killed half-way and started again, and none that died since', async () => {
    const { id, total } = await requeueAll();
    while ((await job(id)).changed < total / 4) await ingest();
    await server.kill();
    const counts = left();
    expect(counts['dead']).toBeGreaterThan(0);
    expect(counts['dead']).toBeLessThan(total);
    expect(counts['cancelled'] ?? 0).toBe(0);
    expect(sum(counts)).toBe(LETTERS + sent);
    addLetters();
    server = await start();
    let state = await job(id);
    while (state.state === 'running') state = await job(id);
    expect(state).toMatchObject({ state: 'finished', total, changed: total, unchanged: 0 });
    const { body: stats } = await server.call('GET', '/api/v1/notifications/stats');
    expect((stats as { dead: number }).dead).toBe(LETTERS);
  }, 120_000);

  test('keep ingest waiting for little longer than without them, and show how far they are', async () => {
    const alone: number[] = [];
    for (let n = 0; n < 100; n++) alone.push(await ingest());
    const beside: number[] = [];
    const seen: number[] = [];
    const { id } = await requeueAll();
    for (let state = 'running'; state === 'running';) {
      beside.push(await ingest());
      const { changed, ...now } = await job(id);
      seen.push(changed);
      state = now.state;
    }
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBeGreaterThan(10);
    // About twice as long; were it all one piece of work, one event would wait a hundred times as long.
    expect(median(beside) / median(alone)).toBeLessThan(10);
    await server.kill();
    const counts = left();
    // A row that was on its way at the first kill is `failed` until its turn comes again.
    expect(['pending', 'sending', 'sent', 'failed']).toEqual(
      expect.arrayContaining(Object.keys(counts)),
    );
    expect(sum(counts)).toBe(2 * LETTERS + sent);
  }, 120_000);
});
