import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { ok, type Result } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { alert, alertChange, NOW_MS, overview, status, uuid } from '../support/samples.ts';

const HOUR_MS = 3_600_000;
const tile = (name: string | RegExp) => screen.findByRole('region', { name });

describe('the overview', () => {
  it('is the first view, and says that all is well where nothing is wrong', async () => {
    openWindow(new FakeClient(), '');
    await screen.findByRole('heading', { level: 1, name: 'Overview' });
    await screen.findByText('All is well.');
    within(await tile('Needs you')).getByText('No alert waits for you.');
    within(await tile('Deliveries per hour')).getByText('No deliveries in the last 24 hours.');
    within(await tile('Last 24 hours, by host')).getByText('No alerts in the last 24 hours.');
  });

  it('lists what needs somebody, and acknowledges it', async () => {
    const item = alert({ kind: 'backup_failed', host: 'nas', severity: 'critical' });
    const alerts = { open: { critical: 1, warning: 8, info: 0 }, acknowledged: 0, items: [item] };
    const client = new FakeClient({
      'overview.get': () => ok(overview({ alerts })),
      'alerts.acknowledge': () => ok({ ...item, state: 'acknowledged' as const }),
    });
    openWindow(client, '#/overview');
    const needs = within(await tile('Needs you'));
    expect((await needs.findByRole('link', { name: 'backup_failed' })).getAttribute('href')).toBe(
      `#/alerts/${item.id}`,
    );
    needs.getByRole('link', { name: 'All 9 open alerts' });
    client.script({ 'overview.get': () => ok(overview()) });
    await fireEvent.click(needs.getByRole('button', { name: 'Acknowledge' }));
    await needs.findByText('No alert waits for you.');
  });

  it('has a table behind each picture', async () => {
    const base = overview();
    const deliveries = base.deliveries.map((hour, n) => (n === 23 ? { ...hour, sent: 7 } : hour));
    const bar = {
      alertId: uuid(1),
      kind: 'disk_full',
      severity: 'warning',
      state: 'open',
    } as const;
    const hosts = [{ host: 'nas', bars: [{ ...bar, from: NOW_MS - HOUR_MS, to: null }] }];
    const timeline = { ...base.timeline, hosts, otherHosts: 3 };
    const client = new FakeClient({
      'overview.get': () => ok(overview({ deliveries, timeline })),
    });
    openWindow(client, '#/overview');
    const hours = within(await screen.findByRole('table', { name: 'Deliveries per hour' }));
    expect(hours.getAllByRole('row').at(-1)?.textContent).toMatch(/7\s*0$/);
    const lines = within(screen.getByRole('table', { name: 'Last 24 hours, by host' }));
    expect(lines.getAllByRole('row').at(-1)?.textContent).toMatch(
      /^nas\s*disk_full\s*Warning.*Open/s,
    );
    screen.getByText('3 more hosts are not shown');
  });

  it('says since when a busy day is whole', async () => {
    const base = overview().timeline;
    const hosts = [{ host: 'nas', bars: [] }];
    const timeline = { ...base, hosts, completeSince: NOW_MS - HOUR_MS };
    openWindow(new FakeClient({ 'overview.get': () => ok(overview({ timeline })) }), '#/overview');
    await screen.findByText(/^A busy day: complete only since/);
  });

  it('follows what happens, and keeps what it shows when it cannot load', async () => {
    const client = new FakeClient();
    const { clock } = openWindow(client, '#/overview');
    await screen.findByText('No alert waits for you.');
    const item = alert({ kind: 'agent_offline' });
    const alerts = { open: { critical: 0, warning: 1, info: 0 }, acknowledged: 0, items: [item] };
    client.script({ 'overview.get': () => ok(overview({ alerts })) });
    client.push(alertChange(item));
    clock.advance(2_000);
    await screen.findByRole('link', { name: 'agent_offline' });
    const failed: Result<never> = {
      ok: false,
      error: { code: 'unavailable', message: 'The disk is full.', requestId: 'r' } as never,
    };
    client.script({ 'overview.get': () => failed });
    client.push(alertChange(item));
    clock.advance(2_000);
    await screen.findByText('The overview could not be loaded');
    screen.getByRole('link', { name: 'agent_offline' });
  });
});

describe('the status line', () => {
  const line = () => screen.findByRole('region', { name: 'State of Belfry' });

  it('says the worst first, whole, and unfolds the rest with its actions', async () => {
    const facts = status({
      alerts: { open: 3, acknowledged: 0, critical: 2, worst: 'critical' },
      notifications: { pending: 0, sending: 0, failed: 0, dead: 12 },
      heartbeatsDown: 1,
    });
    openWindow(new FakeClient({ 'system.status': () => ok(facts) }), '#/overview');
    const said = within(await line());
    await said.findByText('2 critical alerts need you.');
    expect((await line()).dataset['tone']).toBe('critical');
    said.getByText('12 dead letters.');
    said.getByRole('link', { name: 'Show alerts' });
    expect(said.queryByRole('link', { name: 'Show dead letters' })).toBeNull();
    await fireEvent.click(said.getByRole('button', { name: '2 more', expanded: false }));
    said.getByRole('link', { name: 'Show dead letters' });
    said.getByRole('link', { name: 'Show heartbeats' });
    await fireEvent.click(said.getByRole('button', { name: 'Less', expanded: true }));
    expect(said.queryByRole('link', { name: 'Show heartbeats' })).toBeNull();
  });

  it('does not call well what has no channel', async () => {
    const client = new FakeClient({ 'system.status': () => ok(status({ enabledChannels: 0 })) });
    openWindow(client, '#/overview', { isNew: true });
    await screen.findByText('Get started');
    await within(await line()).findByText('Not set up yet.');
    expect(screen.queryByText('All is well.')).toBeNull();
  });

  it('is calm about what somebody set up on purpose', async () => {
    const client = new FakeClient({
      'system.status': () => ok(status({ channelsPaused: 1 })),
    });
    openWindow(client, '#/overview');
    const said = within(await line());
    await said.findByText('All is well.');
    await said.findByText(/1 channel is paused/);
    expect((await line()).dataset['tone']).toBe('good');
    client.push({ entity: 'status', value: status({ channelsDown: 1 }) });
    await said.findByText('1 channel is down.');
    await waitFor(() => expect(said.queryByText('All is well.')).toBeNull());
  });
});
