/** @module-tag slow */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeyChange } from '../../main/base/key-ring.ts';
import type { DesktopNotice } from '../../main/channels/desktop-notifier.ts';
import { ok } from '../../main/contract/result.ts';
import { sent } from '../../main/domain/outcome.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { CoreLink } from '../../main/shell/core-link.ts';
import type { CoreOptions } from '../../main/transport/worker-messages.ts';
import { keptLog } from './kept-log.ts';
import { ManualClock } from './manual-clock.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const BUILT = join(ROOT, 'out', 'main', 'core-worker.js');

let dataDir: string;
const links: CoreLink[] = [];

function setup({ isPackaged = false } = {}) {
  const workerData: CoreOptions = {
    dataDir,
    version: '1.2.3',
    isPackaged,
    dataKeys: [new Uint8Array(32).fill(7)],
    rendererDir: dataDir,
    http: { host: '127.0.0.1', port: 0 },
    adminToken: 'admin',
  };
  const workers: Worker[] = [];
  const crashed = Promise.withResolvers<void>();
  const shown: DesktopNotice[] = [];
  const changes: KeyChange[] = [];
  const link = new CoreLink({
    spawn: () => {
      const worker = new Worker(BUILT, { workerData, stderr: true });
      workers.push(worker);
      return worker;
    },
    desktop: {
      show: (notice) => {
        shown.push(notice);
        return Promise.resolve(sent());
      },
      close: () => undefined,
    },
    changeKeys: (change) => {
      changes.push(change);
      return Promise.resolve([Buffer.alloc(32, 8), Buffer.alloc(32, 7)]);
    },
    clock: new ManualClock(),
    logger: keptLog(),
    messages: () => messagesFor('en'),
    onCrash: () => crashed.resolve(),
  });
  links.push(link);
  return { link, workers, crashed: crashed.promise, shown, changes };
}

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'belfry-core-'));
});

afterEach(async () => {
  for (const link of links.splice(0)) await link.stop();
  rmSync(dataDir, { recursive: true });
});

const event = { host: 'nas', kind: 'backup_failed', status: 'firing' } as const;

/** Returns the login command that a running core's sign-in page shows in a browser. */
async function loginCommandOf(link: CoreLink): Promise<unknown> {
  const made = await link.call('session.link', {});
  if (!made.ok) throw new Error(made.error.message);
  const answer = await fetch(new URL('/api/v1/session', made.value.url));
  return ((await answer.json()) as { login_command: unknown }).login_command;
}

describe('the real core in its worker', () => {
  it('names a command for sign-in links only where there is one', async () => {
    const checkout = setup();
    await checkout.link.start();
    expect(await loginCommandOf(checkout.link)).toBe(`npm run login -- --data-dir ${dataDir}`);
    await checkout.link.stop();
    const installed = setup({ isPackaged: true });
    await installed.link.start();
    expect(await loginCommandOf(installed.link)).toBeNull();
  });

  it('serves the contract and HTTP, and shows what it has to show', async () => {
    const { link, shown } = setup();
    await link.start();
    const status = await link.call('system.status', {});
    if (!status.ok) throw new Error(status.error.message);
    expect(status.value).toMatchObject({ host: 'desktop', version: '1.2.3', enabledChannels: 1 });
    expect((await fetch(`${status.value.url}/healthz`)).status).toBe(200);

    const settled = Promise.withResolvers<void>();
    link.subscribe((message) => {
      const isSent =
        message.type === 'batch' &&
        message.changes.some(
          (change) => change.entity === 'notification' && change.value?.status === 'sent',
        );
      if (isSent) settled.resolve();
    });
    expect(await link.call('events.ingest', event)).toMatchObject({ ok: true });
    await settled.promise;
    expect(shown.map(({ title }) => title)).toEqual([expect.stringContaining('backup_failed')]);
  });

  it('rotates the key with the shell, which has the key file', async () => {
    const { link, changes } = setup();
    await link.start();
    expect(await link.call('keys.rotate', {})).toEqual(
      ok({ resealed: 1, unreadable: 0, earlierKeys: 1 }),
    );
    expect(changes).toEqual(['add']);
  });

  it('is back after a crash with everything that was accepted', async () => {
    const { link, workers, crashed } = setup();
    const hellos: string[] = [];
    const back = Promise.withResolvers<void>();
    link.subscribe((message) => {
      if (message.type === 'hello') hellos.push(message.epoch);
      if (hellos.length === 2) back.resolve();
    });
    await link.start();
    await link.call('events.ingest', event);
    await workers[0]?.terminate();
    await crashed;
    await back.promise;
    expect(workers).toHaveLength(2);
    expect(new Set(hellos).size).toBe(2);
    expect(await link.call('alerts.list', {})).toMatchObject({ ok: true, value: { total: 1 } });
  });

  it('keeps a second one off its data directory, with words for people', async () => {
    const { link } = setup();
    await link.start();
    const second = setup();
    await expect(second.link.start()).rejects.toThrow(/already|another|in use/i);
    expect((await link.call('system.status', {})).ok).toBe(true);
  });

  it('gives the directory back when it stops', async () => {
    const first = setup();
    await first.link.start();
    await first.link.stop();
    const second = setup();
    await second.link.start();
  });
});
