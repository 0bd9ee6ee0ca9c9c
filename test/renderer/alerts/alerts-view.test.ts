import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../main/contract/alert.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { NOW_MS, alert, alertChange, notification, uuid } from '../support/samples.ts';

const listOf = (...items: Alert[]) => ok({ items, nextCursor: null, total: items.length });
const rows = (): HTMLElement[] => within(screen.getByRole('tabpanel')).getAllByRole('listitem');

describe('the alerts view', () => {
  it('shows severity by word, the state and the message', async () => {
    openWindow(new FakeClient({ 'alerts.list': () => listOf(alert()) }), '#/alerts');
    await waitFor(() => expect(rows()).toHaveLength(1));
    expect(rows()[0]?.textContent).toMatch(/Critical.*backup_failed on nas.*Open/s);
    expect(document.title).toBe('Alerts – Belfry');
  });

  it('acknowledges, and says so', async () => {
    const client = new FakeClient({
      'alerts.list': () => listOf(alert()),
      'alerts.acknowledge': () => ok(alert({ state: 'acknowledged', acknowledgedAt: NOW_MS })),
    });
    openWindow(client, '#/alerts');
    await fireEvent.click(await screen.findByRole('button', { name: 'Acknowledge' }));
    await screen.findByText('Acknowledged: backup_failed on nas.');
    expect(client.inputsOf('alerts.acknowledge')).toEqual([{ id: uuid(1) }]);
    expect(screen.queryByRole('button', { name: 'Acknowledge' })).toBeNull();
  });

  it('resolves only after a confirmation, and the row leaves', async () => {
    const client = new FakeClient({
      'alerts.list': () => listOf(alert()),
      'alerts.resolve': () => ok(alert({ state: 'resolved', closedAt: NOW_MS })),
    });
    openWindow(client, '#/alerts');
    await fireEvent.click(await screen.findByRole('button', { name: 'Resolve' }));
    const dialog = screen.getByRole('dialog', { name: 'Resolve this alert?' });
    expect(client.inputsOf('alerts.resolve')).toEqual([]);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Resolve' }));
    await screen.findByText('All quiet');
    expect(client.inputsOf('alerts.resolve')).toEqual([{ id: uuid(1) }]);
  });

  it('leaves everything as it is when the confirmation is cancelled', async () => {
    const client = new FakeClient({ 'alerts.list': () => listOf(alert()) });
    openWindow(client, '#/alerts');
    await fireEvent.click(await screen.findByRole('button', { name: 'Resolve' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(client.inputsOf('alerts.resolve')).toEqual([]);
  });

  it('says why an action did not work, until that is dismissed', async () => {
    const client = new FakeClient({
      'alerts.list': () => listOf(alert()),
      'alerts.acknowledge': () => fail('wrong_state', 'It is already resolved.'),
    });
    openWindow(client, '#/alerts');
    await fireEvent.click(await screen.findByRole('button', { name: 'Acknowledge' }));
    await screen.findByText('backup_failed on nas: It is already resolved.');
    await fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByText(/already resolved/)).toBeNull();
  });

  it('shows a new alert when it is pushed', async () => {
    const client = new FakeClient();
    const { clock } = openWindow(client, '#/alerts');
    await screen.findByText('All quiet');
    client.script({ 'alerts.list': () => listOf(alert()) });
    client.push(alertChange(alert()));
    clock.advance(250);
    await screen.findByRole('button', { name: 'Acknowledge' });
  });

  it('shows hostile text as text', async () => {
    const hostile = '<img src=x onerror="globalThis.pwned = true">';
    const evil = alert({ kind: hostile, host: hostile, message: hostile });
    const details = ok({
      ...evil,
      url: 'javascript:alert(1)',
      labels: { [hostile]: hostile },
      timeline: [{ id: 1, at: NOW_MS, type: 'raised' as const, actor: hostile, detail: hostile }],
      notifications: [notification({ channelName: hostile })],
    });
    const client = new FakeClient({
      'alerts.list': () => listOf(evil),
      'alerts.get': () => details,
    });
    openWindow(client, `#/alerts/${uuid(1)}`);
    await screen.findByText('javascript:alert(1)');
    expect(document.querySelector('img')).toBeNull();
    expect(document.querySelector('a[href^="javascript"]')).toBeNull();
    expect(screen.getAllByText(hostile).length).toBeGreaterThan(3);
  });

  it('opens details, closes them with Escape, and gives the focus back to the row', async () => {
    const client = new FakeClient({
      'alerts.list': () => listOf(alert()),
      'alerts.get': () =>
        ok({
          ...alert({ labels: { job: 'photos' } }),
          timeline: [
            { id: 1, at: NOW_MS, type: 'raised', actor: 'restic', detail: 'As critical.' },
          ],
          notifications: [notification({ status: 'sent' })],
        }),
    });
    openWindow(client, `#/alerts/${uuid(1)}`);
    const pane = await screen.findByRole('complementary', { name: 'backup_failed on nas' });
    await within(pane).findByText('photos');
    expect(within(pane).getByText('As critical.')).toBeTruthy();
    expect(within(pane).getByRole('link', { name: 'Raised to Phone relay' })).toBeTruthy();
    await fireEvent.keyDown(window, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('complementary')).toBeNull());
    expect(document.activeElement).toBe(screen.getByRole('link', { name: 'backup_failed on nas' }));
  });

  it('says what could not be loaded, and tries again', async () => {
    const client = new FakeClient({ 'alerts.list': () => fail('unavailable', 'No answer.') });
    const { clock } = openWindow(client, '#/alerts');
    await screen.findByText('Alerts could not be loaded');
    client.script({ 'alerts.list': () => listOf(alert()) });
    clock.advance(250);
    await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByRole('button', { name: 'Acknowledge' });
    expect(screen.queryByText('Alerts could not be loaded')).toBeNull();
  });

  it('moves between tabs by arrows, with one tab stop', async () => {
    const client = new FakeClient();
    openWindow(client, '#/alerts');
    const active = await screen.findByRole('tab', { name: 'Active' });
    expect(active.tabIndex).toBe(0);
    await fireEvent.keyDown(active, { key: 'ArrowRight' });
    const closed = screen.getByRole('tab', { name: 'Closed', selected: true });
    expect(document.activeElement).toBe(closed);
    expect(active.tabIndex).toBe(-1);
    await fireEvent.keyDown(closed, { key: 'End' });
    expect(screen.getByRole('tab', { name: 'All', selected: true })).toBe(document.activeElement);
  });
});
