import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { ok } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { NOW_MS, status } from '../support/samples.ts';

const pause = { until: NOW_MS + 3_600_000 };

describe('the shell', () => {
  it.each(['Alerts', 'Dead letters', 'Deliveries', 'Channels'])('leads to %s', async (name) => {
    openWindow(new FakeClient(), name === 'Alerts' ? '#/channels' : '#/alerts');
    const link = await screen.findByRole('link', { name });
    location.hash = link.getAttribute('href') ?? '';
    await screen.findByRole('heading', { level: 1, name });
    expect(link.getAttribute('aria-current')).toBe('page');
  });

  it.each(['Heartbeats', 'Routing', 'Muting'])('leads to %s', async (name) => {
    const nothing = () => ok({ items: [] });
    const client = new FakeClient({
      'heartbeats.list': nothing,
      'routes.list': nothing,
      'silences.list': nothing,
    });
    openWindow(client, '#/alerts');
    const link = await screen.findByRole('link', { name });
    location.hash = link.getAttribute('href') ?? '';
    await screen.findByRole('heading', { level: 1, name });
    expect(link.getAttribute('aria-current')).toBe('page');
    await waitFor(() => expect(document.title).toBe(`${name} – Belfry`));
  });

  it('keeps the views that a narrow window has no room for behind a button', async () => {
    openWindow(new FakeClient(), '#/channels');
    const more = await screen.findByRole('button', { name: 'More' });
    expect(more.getAttribute('aria-expanded')).toBe('false');
    await fireEvent.click(more);
    expect(more.getAttribute('aria-expanded')).toBe('true');
    await fireEvent.click(screen.getByRole('link', { name: 'Channels' }));
    expect(more.getAttribute('aria-expanded')).toBe('false');
  });

  it('counts what wants attention', async () => {
    const client = new FakeClient();
    openWindow(client, '#/alerts');
    await screen.findByRole('heading', { level: 1, name: 'Alerts' });
    client.push({
      entity: 'status',
      value: status({
        alerts: { open: 3, acknowledged: 1, critical: 1, worst: 'critical' },
        notifications: { pending: 1, sending: 1, failed: 2, dead: 5 },
        heartbeatsDown: 2,
        channelsDown: 1,
        channelsNeedingAttention: 1,
        muting: { silences: 2, maintenanceWindows: 1, quietUntil: null, nextEndAt: null },
      }),
    });
    await screen.findByRole('link', { name: 'Alerts, 3 open' });
    expect(screen.getByRole('link', { name: 'Dead letters, 5 undelivered' })).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Deliveries, 4 queued' })).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Heartbeats, 2 down' })).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Muting, 3 active' })).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Channels, 2 not working' })).toBeTruthy();
    await waitFor(() => expect(document.title).toBe('(3) Alerts – Belfry'));
  });

  it('says that nobody is notified while no channel is enabled', async () => {
    const client = new FakeClient({ 'system.status': () => ok(status({ enabledChannels: 0 })) });
    openWindow(client, '#/alerts');
    await screen.findByText('No notifications are being sent.');
    const link = screen.getByRole('link', { name: 'Add a channel' });
    expect(link.getAttribute('href')).toBe('#/channels');
    client.push({ entity: 'status', value: status({ enabledChannels: 1 }) });
    await waitFor(() => expect(screen.queryByText('No notifications are being sent.')).toBeNull());
  });

  it('says why senders cannot reach it', async () => {
    const address = { host: '127.0.0.1', port: '8377' };
    const urlReason = { code: 'http.port_taken', params: address } as const;
    openWindow(new FakeClient({ 'system.status': () => ok(status({ urlReason })) }), '#/alerts');
    await screen.findByText(/Port 8377 on 127\.0\.0\.1 is already in use\./);
  });

  it('says that the connection is lost, until it is back', async () => {
    const client = new FakeClient();
    openWindow(client, '#/alerts');
    await screen.findByRole('heading', { level: 1, name: 'Alerts' });
    client.connection('lost');
    await screen.findByText('No connection to Belfry.');
    client.connection('open');
    await waitFor(() => expect(screen.queryByText('No connection to Belfry.')).toBeNull());
  });

  it('pauses deliveries, counts down, and resumes', async () => {
    const client = new FakeClient({
      'deliveries.pause': () => ok(status({ pause })),
      'deliveries.resume': () => ok(status()),
    });
    const { clock } = openWindow(client, '#/alerts');
    await fireEvent.click(await screen.findByRole('button', { name: 'Pause deliveries' }));
    await fireEvent.click(screen.getByRole('button', { name: '1 hour' }));
    await screen.findByText('Deliveries are paused.');
    expect(client.inputsOf('deliveries.pause')).toEqual([{ durationMs: 3_600_000 }]);
    clock.advance(60_000);
    await screen.findByText('59 min');
    await fireEvent.click(screen.getByRole('button', { name: 'Resume' }));
    await waitFor(() => expect(screen.queryByText('Deliveries are paused.')).toBeNull());
  });

  it('pauses deliveries without an end', async () => {
    const client = new FakeClient({
      'deliveries.pause': () => ok(status({ pause: { until: null } })),
    });
    openWindow(client, '#/alerts');
    await fireEvent.click(await screen.findByRole('button', { name: 'Pause deliveries' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Until I resume' }));
    await screen.findByText('Notifications stay queued until you resume.');
    expect(client.inputsOf('deliveries.pause')).toEqual([{}]);
  });

  it('takes a pause as over when its time has come, whoever says so first', async () => {
    const client = new FakeClient({ 'system.status': () => ok(status({ pause })) });
    const { clock } = openWindow(client, '#/alerts');
    await screen.findByText('Deliveries are paused.');
    clock.advance(3_600_000);
    await screen.findByRole('button', { name: 'Pause deliveries' });
  });

  it('asks for a reload when the host was updated under it', async () => {
    const client = new FakeClient();
    openWindow(client, '#/alerts');
    await screen.findByRole('heading', { level: 1, name: 'Alerts' });
    client.push({ entity: 'status', value: status({ version: '0.2.0' }) });
    await screen.findByText('Belfry was updated.');
  });

  it('shows the route that the host opens', async () => {
    const client = new FakeClient();
    openWindow(client, '#/alerts');
    await screen.findByRole('heading', { level: 1, name: 'Alerts' });
    client.send({ type: 'open', route: '#/dead-letters' });
    await screen.findByRole('heading', { level: 1, name: 'Dead letters' });
  });

  it('lets confirmations disappear', async () => {
    const { clock, services } = openWindow(new FakeClient(), '#/alerts');
    await screen.findByRole('heading', { level: 1, name: 'Alerts' });
    services.notices.done('It worked.');
    await screen.findByText('It worked.');
    clock.advance(6_000);
    await waitFor(() => expect(screen.queryByText('It worked.')).toBeNull());
  });
});
