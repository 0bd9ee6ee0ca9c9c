import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startDemo } from '../../main/cli/demo.ts';
import { eventsAt } from '../../main/cli/demo-lab.ts';
import { reportsOfWeek } from '../../main/cli/demo-week.ts';
import { HttpClient } from '../../main/cli/api-client.ts';
import { defined } from '../../main/base/assert.ts';
import { createHttpServer } from '../../main/transport/http/server.ts';
import { runDatabaseJob } from '../../main/store/files/database-job.ts';
import type { Input, MethodName, Output } from '../../main/contract/methods.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { tempDir } from '../support/temp-dir.ts';

const HEALS_AFTER_MS = 120_000;
const DAY_MS = 86_400_000;

test('every trouble of the lab comes, is repeated, and is resolved', () => {
  const seen = new Map<string, string[]>();
  for (let step = 0; step < 240; step += 1) {
    for (const { kind, status } of eventsAt(step) as { kind: string; status: string }[]) {
      seen.set(kind, [...(seen.get(kind) ?? []), status]);
    }
  }
  expect(seen.size).toBe(6);
  for (const [kind, statuses] of seen) {
    expect(`${kind} ${statuses[0]}`).toBe(`${kind} firing`);
    expect(statuses).toContain('resolved');
    const doubled = statuses.some(
      (status, n) => status === 'resolved' && statuses[n + 1] === status,
    );
    expect(`${kind} ${doubled}`).toBe(`${kind} false`);
  }
});

test('the week is in order, and whatever is over was there before', () => {
  const reports = reportsOfWeek();
  expect(reports.map(({ atMs }) => atMs)).toEqual(
    reports.map(({ atMs }) => atMs).toSorted((a, b) => a - b),
  );
  const open = new Set<string>();
  const events = reports.flatMap(({ events }) => events) as Record<string, string>[];
  for (const { host, kind, status } of events) {
    const condition = `${host} ${kind}`;
    expect(`${condition} ${open.has(condition)}`).toBe(`${condition} ${status === 'resolved'}`);
    if (status === 'resolved') open.delete(condition);
    else open.add(condition);
  }
  expect([...open]).toHaveLength(3);
});

test('a newcomer sees alerts, dead letters, and a requeue that works once the pager is well', async () => {
  using temp = tempDir();
  const rendererDir = join(temp.path, 'renderer');
  mkdirSync(rendererDir);
  writeFileSync(join(rendererDir, 'index.html'), '<title>Belfry</title>');
  const clock = new FakeClock(Date.now());
  const said: string[] = [];
  const demo = await startDemo({
    host: '127.0.0.1',
    port: 0,
    rendererDir,
    createHttpServer,
    runJob: runDatabaseJob,
    giveUp: () => undefined,
    version: '1.2.3',
    clock,
    logger: { log: () => undefined },
    messages: messagesFor('en'),
    say: (line) => said.push(line),
  });
  expect(said.join()).toContain(`To sign in: ${demo.loginCommand}`);
  const client = new HttpClient(demo.url, demo.adminToken, clock, messagesFor('en'));
  const answer = async <K extends MethodName>(name: K, input: Input<K>): Promise<Output<K>> => {
    const result = await client.call(name, input);
    if (!result.ok) throw new Error(result.error.message);
    return result.value;
  };

  // A week has passed by the time that it can be looked at.
  const status = await answer('system.status', {});
  expect(status).toMatchObject({ flapping: 1, heartbeatsDown: 1, muting: { silences: 1 } });
  const { groups } = await answer('deadLetters.groups', {});
  expect(new Set(groups.map(({ cause }) => cause)).size).toBe(5);
  const { items, total } = await answer('alerts.list', { limit: 200 });
  expect(total).toBeGreaterThan(60);
  const firstAt = Math.min(...items.map(({ startedAt }) => startedAt));
  expect(clock.now() - firstAt).toBeGreaterThan(6 * DAY_MS);
  expect(Math.max(...items.map(({ startedAt }) => startedAt))).toBeLessThanOrEqual(clock.now());

  /** Lets demo time pass until there are rows of that status. */
  const rows = async (status: 'dead' | 'sent', channel: string) => {
    const { data } = await answer('notifications.list', { status, per_page: 200 });
    return data.filter(({ channelName }) => channelName === channel);
  };
  const passing = (look: () => Promise<number>) =>
    expect.poll(
      () => {
        clock.advance(500);
        return look();
      },
      { timeout: 20_000, interval: 5 },
    );

  await passing(async () => (await rows('dead', 'Pager')).length).toBeGreaterThan(0);
  expect((await rows('sent', 'Phone')).length).toBeGreaterThan(0);
  const dead = defined((await rows('dead', 'Pager'))[0], 'a dead letter');
  expect(dead.retryCount).toBe(3);

  clock.advance(HEALS_AFTER_MS);
  expect(await client.call('notifications.requeue', { id: dead.id })).toMatchObject({ ok: true });
  await passing(
    async () => (await rows('sent', 'Pager')).filter(({ id }) => id === dead.id).length,
  ).toBe(1);

  await demo.stop();
  expect(existsSync(demo.dataDir)).toBe(false);
});
