import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../main/contract/alert.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import { holdKind } from '../../../main/contract/suppression.ts';
import { text } from '../../../renderer/messages/text.svelte.ts';
import { messages } from '../../../renderer/messages/text.svelte.ts';
import { FakeClient } from '../support/fake-client.ts';
import { saying } from '../../support/sentences.ts';
import { openWindow } from '../support/open-window.ts';
import { NOW_MS, alert, alertChange, alertDetail, notification, uuid } from '../support/samples.ts';

const listOf = (...items: Alert[]) => ok({ items, nextCursor: null, total: items.length });
const rows = (): HTMLElement[] => within(screen.getByRole('tabpanel')).getAllByRole('listitem');

describe('the alerts view', () => {
  it('shows severity as text, the name and the message', async () => {
    openWindow(new FakeClient({ 'alerts.list': () => listOf(alert()) }), '#/alerts');
    await waitFor(() => expect(rows()).toHaveLength(1));
    expect(rows()[0]?.textContent).toMatch(/Critical.*backup_failed on nas/s);
    expect(document.title).toBe('Alerts – Belfry');
  });

  it('calls a message by its title, and spares people the key that is only its own', async () => {
    const message = alert({
      kind: 'message',
      host: 'backups',
      dedupKey: 'a8sdFk30Qx1Z',
      labels: { topic: 'backups', title: 'Nightly copy' },
    });
    openWindow(new FakeClient({ 'alerts.list': () => listOf(message) }), '#/alerts');
    await waitFor(() => expect(rows()).toHaveLength(1));
    expect(rows()[0]?.textContent).toContain('Nightly copy on backups');
    expect(rows()[0]?.textContent).not.toContain('a8sdFk30Qx1Z');
  });

  it('marks what holds notifications of an alert, and why', async () => {
    const until = NOW_MS + 3_600_000;
    const marked = [
      alert({ id: uuid(3), flapping: true }),
      alert({ id: uuid(2), snoozedUntil: until }),
      alert({
        id: uuid(1),
        mutedBy: {
          kind: 'silence',
          detail: '',
          reason: saying('Silenced by ann: disk swap.'),
          until,
        },
        state: 'acknowledged',
        autoAcknowledged: true,
      }),
    ];
    openWindow(new FakeClient({ 'alerts.list': () => listOf(...marked) }), '#/alerts');
    await waitFor(() => expect(rows()).toHaveLength(3));
    const end = messages().moment(until, NOW_MS);
    const words = (row: number): string => (rows()[row]?.textContent ?? '').replace(/\s+/g, ' ');
    expect(words(0)).toContain('Flapping');
    expect(words(1)).toContain(`Snoozed until ${end}`);
    expect(words(2)).toContain(`Silenced until ${end}: Silenced by ann: disk swap.`);
    expect(words(2)).toContain('Acknowledged automatically');
  });

  it.each(holdKind.options)('has a label for what mutes by %s', async (kind) => {
    const mutedBy = { kind, detail: '', reason: saying('The reason.'), until: null };
    openWindow(new FakeClient({ 'alerts.list': () => listOf(alert({ mutedBy })) }), '#/alerts');
    expect((await screen.findByTitle('The reason.')).textContent).toContain(
      text('alerts.mark.muted', { kind }),
    );
  });

  it('takes a muting as over when its time has come', async () => {
    const mutedBy = {
      ...{ kind: 'quiet_hours' as const, detail: '', reason: saying('Quiet.') },
      until: NOW_MS + 60_000,
    };
    const client = new FakeClient({ 'alerts.list': () => listOf(alert({ mutedBy })) });
    const { clock } = openWindow(client, '#/alerts');
    await screen.findByTitle('Quiet.');
    clock.advance(70_000);
    await waitFor(() => expect(screen.queryByTitle('Quiet.')).toBeNull());
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
    await fireEvent.click(await screen.findByRole('button', { name: 'Resolve…' }));
    const dialog = screen.getByRole('dialog', { name: 'Resolve this alert?' });
    expect(client.inputsOf('alerts.resolve')).toEqual([]);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Resolve' }));
    await screen.findByText('All quiet');
    expect(client.inputsOf('alerts.resolve')).toEqual([{ id: uuid(1) }]);
  });

  it('leaves everything as it is when the confirmation is cancelled', async () => {
    const client = new FakeClient({ 'alerts.list': () => listOf(alert()) });
    openWindow(client, '#/alerts');
    await fireEvent.click(await screen.findByRole('button', { name: 'Resolve…' }));
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
    const details = alertDetail({
      ...evil,
      url: 'javascript:alert(1)',
      labels: { [hostile]: hostile },
      mutedBy: { kind: 'silence', detail: '', reason: saying(hostile), until: null },
      timeline: [
        { id: 1, at: NOW_MS, type: 'raised', actor: hostile, detail: '', reason: saying(hostile) },
      ],
      notifications: [notification({ channelName: hostile })],
      explanation: [
        {
          ...{ channelId: uuid(201), channelName: hostile, verdict: 'notified', sentence: '' },
          ...{ reason: saying(hostile), later: null },
        },
      ],
    });
    const client = new FakeClient({
      'alerts.list': () => listOf(evil),
      'alerts.get': () => ok(details),
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
        ok(
          alertDetail({
            labels: { job: 'photos' },
            timeline: [
              {
                ...{ id: 1, at: NOW_MS, type: 'raised', actor: 'restic', detail: '' },
                reason: saying('As critical.'),
              },
            ],
            notifications: [notification({ status: 'sent' })],
          }),
        ),
    });
    openWindow(client, `#/alerts/${uuid(1)}`);
    const pane = await screen.findByRole('complementary', { name: 'backup_failed on nas' });
    await within(pane).findByText('photos');
    expect(within(pane).getByText('As critical.')).toBeTruthy();
    expect(within(pane).getByRole('link', { name: 'Firing, to Phone relay' })).toBeTruthy();
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
    const client = new FakeClient({ 'conditions.flapping': () => ok({ items: [] }) });
    openWindow(client, '#/alerts');
    const active = await screen.findByRole('tab', { name: 'Active' });
    expect(active.tabIndex).toBe(0);
    await fireEvent.keyDown(active, { key: 'ArrowRight' });
    const flapping = screen.getByRole('tab', { name: 'Flapping', selected: true });
    expect(document.activeElement).toBe(flapping);
    expect(active.tabIndex).toBe(-1);
    await fireEvent.keyDown(flapping, { key: 'End' });
    expect(screen.getByRole('tab', { name: 'All', selected: true })).toBe(document.activeElement);
  });
});
