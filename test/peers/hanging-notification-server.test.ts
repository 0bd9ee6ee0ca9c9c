/** @module-tag slow */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { HttpClient } from '../../main/cli/api-client.ts';
import { runningUrl } from '../../main/cli/data-dir.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { DesktopSession } from '../support/dbus/desktop-session.ts';
import { StandInProcess } from '../support/electron/stand-in-process.ts';

const WAIT = { timeout: 30_000, interval: 50 };
const HANG_MS = 30_000;
/** Of the main process, asked again and again; more than a person notices would be a frozen window. */
const ANSWER_MS_MAX = 100;
const TOKEN = 'hanging-server-test-token';

let dataDir: string;
let session: DesktopSession;
let app: StandInProcess;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'belfry-hang-'));
  session = await DesktopSession.start();
  const env = { BELFRY_DATA_DIR: dataDir, BELFRY_PORT: '0', BELFRY_ADMIN_TOKEN: TOKEN };
  app = new StandInProcess({ env: { ...session.env, ...env } });
});

afterEach(async () => {
  await app.quit();
  await session.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

it('a notification server that hangs for 30 s keeps nobody waiting, and then shows each alert once', async () => {
  const { notifications } = session;
  const url = await vi.waitFor(() => runningUrl(dataDir) ?? expect.fail('not running'), WAIT);
  const client = new HttpClient(url, TOKEN, systemClock, messagesFor('en'));
  const fire = (kind: string) =>
    client.call('events.ingest', {
      source: 'test',
      host: 'nas',
      kind,
      severity: 'critical',
      status: 'firing',
      message: '',
    });
  const stored = async () => {
    const page = await client.call('notifications.list', {});
    return page.ok ? page.value.data : [];
  };
  await fire('before');
  await vi.waitFor(() => expect(notifications.notified).toHaveLength(1), WAIT);

  notifications.hang();
  await fire('meanwhile');
  const endsAt = performance.now() + HANG_MS;
  const answeredMs: number[] = [];
  while (performance.now() < endsAt) {
    const askedAt = performance.now();
    await app.ask('window');
    answeredMs.push(performance.now() - askedAt);
    await setTimeout(20);
  }
  expect((await stored()).map(({ reason }) => reason?.code)).toContain('failure.timed_out');
  // Of a process that stands still, a few answers in 30 s would be all, and late ones.
  expect(answeredMs.length).toBeGreaterThan(100);
  expect(median(answeredMs)).toBeLessThan(ANSWER_MS_MAX);

  notifications.resume();
  for (const { id, status } of await stored()) {
    if (status === 'failed') await client.call('notifications.retry', { id });
  }
  await vi.waitFor(async () => {
    expect((await stored()).map(({ status }) => status)).toEqual(['sent', 'sent']);
  }, WAIT);
  expect(new Set(notifications.notified.map(({ id }) => id)).size).toBe(2);
});
