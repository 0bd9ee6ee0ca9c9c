import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BelfryPeer } from './belfry-peer.ts';

let belfry: BelfryPeer;
beforeEach(async () => {
  belfry = await BelfryPeer.start();
});
afterEach(() => belfry[Symbol.asyncDispose]());

/** As a user calls it: the token is the password. */
const amtool = (...args: string[]): Promise<string> =>
  belfry.run('amtool', `--alertmanager.url=http://x:${belfry.token}@${belfry.host}`, ...args);

const queried = async (...args: string[]): Promise<string[]> => {
  const alerts = JSON.parse(await amtool('alert', 'query', '-o', 'json', ...args)) as {
    labels: Record<string, string>;
  }[];
  return alerts.map(({ labels }) => labels['alertname'] ?? '').toSorted();
};

it('amtool adds alerts and finds those of every source', async () => {
  await amtool('alert', 'add', 'DiskFull', 'instance=nas:9100', '--annotation=summary=full');
  await amtool('alert', 'add', 'alertname=LoadHigh', 'instance=pi', 'severity=critical');
  const event = { host: 'nas', kind: 'backup_failed', status: 'firing', severity: 'critical' };
  await belfry.call('POST', '/api/v1/events', event);
  expect(await queried()).toEqual(['DiskFull', 'LoadHigh', 'backup_failed']);
  expect(await queried('DiskFull')).toEqual(['DiskFull']);
  expect(await queried('severity=critical', 'host=~n.*')).toEqual(['backup_failed']);
  expect(await queried('--receiver=nobody-has-it')).toEqual([]);
  expect(await amtool('alert', 'query', 'DiskFull')).toMatch(/DiskFull .* full +active/);
  expect(await amtool('alert', 'query', '-o', 'extended')).toContain('source="api"');
});

it('amtool makes, changes, finds and ends silences', async () => {
  await amtool('alert', 'add', 'DiskFull', 'instance=nas:9100');
  const id = await amtool('silence', 'add', '-a', 'anna', '-c', 'new disk', '-d', '2h', 'DiskFull');
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(await queried()).toEqual([]);
  expect(await queried('--silenced')).toEqual(['DiskFull']);
  expect(await amtool('silence', 'query')).toMatch(
    new RegExp(`${id} +alertname="DiskFull" .* anna +new disk`),
  );
  expect(await amtool('silence', 'query', '-q', 'alertname=Other')).toBe('');

  expect(await amtool('silence', 'update', '-d', '5h', '-c', 'longer', id)).toContain(id);
  const own = await belfry.call<{ comment: string; endsAt: number; startsAt: number }>(
    'GET',
    `/api/v1/silences/${id}`,
  );
  expect(own.comment).toBe('longer');
  expect(Math.round((own.endsAt - own.startsAt) / 3_600_000)).toBe(5);

  await amtool('silence', 'expire', id);
  expect(await amtool('silence', 'query', '-q')).toBe('');
  expect(await amtool('silence', 'query', '-q', '--expired')).toBe(id);
  expect(await queried()).toEqual(['DiskFull']);
});

it('amtool silences by what an alert is not', async () => {
  await amtool('alert', 'add', 'DiskFull', 'instance=nas', 'severity=critical');
  await amtool('alert', 'add', 'LoadHigh', 'instance=pi', 'severity=warning');
  const add = ['silence', 'add', '--comment=x', '--author=y', '--duration=2h'];
  const id = await amtool(...add, 'severity!=critical');
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(await queried()).toEqual(['DiskFull']);
  expect(await queried('--silenced')).toEqual(['LoadHigh']);

  const file = join(belfry.dir, 'silences.json');
  writeFileSync(file, await amtool('silence', 'query', '-o', 'json'));
  await amtool('silence', 'expire', id);
  const imported = await amtool('silence', 'import', '--force', file);
  expect(imported).toMatch(/^[0-9a-f-]{36}$/);
  expect(await amtool('silence', 'query', '-q')).toBe(imported);
  expect(await queried()).toEqual(['DiskFull']);
});

it('amtool reads routes from the configuration', async () => {
  const config = { url: 'http://127.0.0.1:9/' };
  const channel = { kind: 'webhook', name: 'phone', config };
  const { id } = await belfry.call<{ id: string }>('POST', '/api/v1/channels', channel);
  const route = { name: 'disks', matchers: ['alertname=~"Disk.*"'], channelIds: [id] };
  await belfry.call('POST', '/api/v1/routes', route);
  expect(await amtool('config', 'routes', 'test', 'alertname=DiskFull')).toBe('phone');
  expect(await amtool('config', 'routes', 'test', 'alertname=LoadHigh')).toBe('(nobody)');
});

it('amtool says why it may not', async () => {
  const wrong = belfry.run('amtool', `--alertmanager.url=http://${belfry.host}`, 'alert', 'query');
  await expect(wrong).rejects.toThrow(/401/);
});
