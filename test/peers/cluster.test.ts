/** @module-tag slow */
import { describe, expect, test, vi } from 'vitest';
import { HttpReceiver } from '../support/http-receiver.ts';
import { ClusterLab, CORES, FAILOVER, type CoreName } from './cluster-lab.ts';

const SOON = { timeout: 20_000, interval: 50 };

/** Waits until the cores have the same rows in every table. */
const databasesBecomeEqual = (lab: ClusterLab, cores = CORES): Promise<void> =>
  vi.waitFor(() => {
    const [first, ...others] = cores.map((name) => lab.digests(name));
    for (const other of others) expect(other).toEqual(first);
  }, SOON);

const kindsBecome = (lab: ClusterLab, kinds: Iterable<string>, cores = CORES): Promise<void> =>
  vi.waitFor(() => {
    for (const name of cores) {
      expect(lab.kinds(name), name).toEqual(new Set(kinds));
    }
  }, SOON);

test('an event that is posted to any core is in every database, and each answers for all', async () => {
  await using lab = await ClusterLab.start();
  for (const name of CORES) {
    expect(await lab.post(name, `to-${name}`)).toMatchObject({ status: 200 });
  }
  await kindsBecome(lab, ['to-a', 'to-b', 'to-c']);
  await databasesBecomeEqual(lab);
  for (const name of CORES) {
    const page = await lab.fetch(name, '/');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>Belfry</title>');
    const alerts = (await (await lab.fetch(name, '/api/v1/alerts')).json()) as {
      items: { kind: string }[];
    };
    expect(alerts.items.map(({ kind }) => kind).toSorted()).toEqual(['to-a', 'to-b', 'to-c']);
  }
});
