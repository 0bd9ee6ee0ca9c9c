import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BelfryPeer } from './belfry-peer.ts';

const SCRIPT = join(import.meta.dirname, 'nagstamon.py');

let belfry: BelfryPeer;
beforeEach(async () => {
  belfry = await BelfryPeer.start();
});
afterEach(() => belfry[Symbol.asyncDispose]());

/** Asks Nagstamon's Alertmanager module what it knows, perhaps after it acknowledged a service of a host. */
const nagstamon = async (...acknowledge: string[]): Promise<unknown> =>
  JSON.parse(
    // Debian's own Python, where its module is installed.
    await belfry.run('/usr/bin/python3', SCRIPT, belfry.server.url, belfry.token, ...acknowledge),
  ) as unknown;

it('Nagstamon shows the alerts of every source and acknowledges one', async () => {
  await belfry.call('POST', '/api/v2/alerts', [
    {
      labels: { alertname: 'DiskFull', instance: 'nas:9100', severity: 'critical' },
      annotations: { summary: 'the disk is full' },
    },
  ]);
  await belfry.call('POST', '/api/v1/events', {
    host: 'pi',
    kind: 'backup_failed',
    status: 'firing',
    message: 'no space left',
  });
  expect(await nagstamon()).toEqual({
    nas: { DiskFull: ['CRITICAL', false, 'the disk is full'] },
    pi: { backup_failed: ['WARNING', false, 'no space left'] },
  });
  expect(await nagstamon('pi', 'backup_failed')).toEqual({
    nas: { DiskFull: ['CRITICAL', false, 'the disk is full'] },
    pi: { backup_failed: ['WARNING', true, 'no space left'] },
  });
  const { items } = await belfry.call<{ items: object[] }>('GET', '/api/v1/silences');
  expect(items).toMatchObject([{ author: 'anna', comment: 'on it', state: 'active', matching: 1 }]);
});
