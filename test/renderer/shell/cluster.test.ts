import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { ClusterCore, ClusterStatus } from '../../../main/contract/cluster.ts';
import { ok } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { NOW_MS, overview, status } from '../support/samples.ts';

const core = (name: string, more: Partial<ClusterCore> = {}): ClusterCore => ({
  ...{ core: name, url: `http://${name}:8377`, version: '1.0.0', state: 'following', behind: 0 },
  missingSince: null,
  ...more,
});

const cluster = (...cores: ClusterCore[]): ClusterStatus => ({
  ...{ name: 'home', core: 'nas', inReach: true, cores },
});

const LEADER = core('nas', { state: 'leading' });

const openWith = (shown: ClusterStatus | null, address: string): FakeClient => {
  const now = status({ cluster: shown });
  const client = new FakeClient({
    'system.status': () => ok(now),
    'overview.get': () => ok(overview({ status: now })),
  });
  openWindow(client, address);
  return client;
};

describe('a cluster in the window', () => {
  it('is a table of its cores in the settings', async () => {
    const cores = [
      LEADER,
      core('pi', { behind: 12 }),
      core('pve', { behind: 20_000 }),
      core('spare', { state: 'halted' }),
      core('old', { state: 'missing', missingSince: NOW_MS }),
    ];
    openWith(cluster(...cores), '#/settings/about');
    const table = await screen.findByRole('table');
    screen.getByRole('heading', { name: 'Cluster home' });
    const states = within(table)
      .getAllByRole('row')
      .slice(1)
      .map((row) => row.querySelectorAll('td')[0]?.textContent?.trim());
    expect(states).toEqual([
      'Leads',
      'Up to date',
      '20,000 transactions behind',
      'Stopped following; its log says why',
      expect.stringMatching(/^Not there since /),
    ]);
  });

  it('is not there for a core that is alone', async () => {
    openWith(null, '#/settings/about');
    await screen.findByRole('heading', { name: 'About' });
    expect(screen.queryByRole('heading', { name: /^Cluster/ })).toBeNull();
    expect(screen.queryByText('Show cluster')).toBeNull();
  });

  it('has a banner on every page while a core is not up to date', async () => {
    const client = openWith(
      cluster(LEADER, core('pi', { state: 'missing', missingSince: NOW_MS })),
      '#/alerts',
    );
    await screen.findByText('A core of the cluster is not up to date.');
    expect(screen.getByRole('link', { name: 'Show cluster' }).getAttribute('href')).toBe(
      '#/settings/about',
    );
    client.push({ entity: 'status', value: status({ cluster: cluster(LEADER, core('pi')) }) });
    await waitFor(() => expect(screen.queryByText(/not up to date/)).toBeNull());
  });

  it.each([
    ['2 cores, all up to date', cluster(LEADER, core('pi'))],
    ['1 of 2 cores not up to date', cluster(LEADER, core('pi', { state: 'halted' }))],
    ['Out of reach', { ...cluster(LEADER, core('pi')), inReach: false }],
  ])('is a line of the overview: %s', async (words, shown) => {
    openWith(shown, '#/overview');
    const line = (await screen.findByRole('link', { name: 'Cluster' })).closest('div');
    expect(line?.textContent).toContain(words);
  });
});
