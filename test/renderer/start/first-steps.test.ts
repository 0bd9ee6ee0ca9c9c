import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { fail, ok } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import {
  alert,
  alertChange,
  channel,
  notification,
  notificationChange,
  uuid,
} from '../support/samples.ts';

const page = (...data: ReturnType<typeof notification>[]) =>
  ok({ data, total: data.length, totalIsAtLeast: false, page: 1, per_page: 1, nextCursor: null });
const alerts = (...items: ReturnType<typeof alert>[]) =>
  ok({ items, nextCursor: null, total: items.length, totalIsAtLeast: false });
const step = (name: RegExp): HTMLElement => {
  const found = screen.getAllByRole('listitem').find((item) => name.test(item.textContent));
  if (!found) throw new Error(`No step ${String(name)}`);
  return found;
};

describe('the first steps', () => {
  it('lead from nothing to a delivered test, and say what is done', async () => {
    let sent = false;
    const client = new FakeClient({
      'alerts.list': () => alerts(),
      'channels.list': () => ok({ items: [channel({ name: 'phone' })] }),
      'notifications.list': () => (sent ? page(notification({ status: 'sent' })) : page()),
      'channels.test': () => ok({ notificationId: uuid(9) }),
      'notifications.get': () =>
        ok({ ...notification({ id: uuid(9), status: 'sent' }), attempts: [], alertStateNow: null }),
    });
    const { clock } = openWindow(client, '#/alerts', { isNew: true });
    await screen.findByRole('heading', { name: 'Get started' });
    expect(step(/Add a channel/).textContent).toMatch(/done.*Notifications go to phone\./s);
    expect(step(/Connect a sender/).textContent).not.toContain('done');
    await fireEvent.click(within(step(/Send a test/)).getByRole('button', { name: 'Send test' }));
    await within(step(/Send a test/)).findByText('Delivered', { selector: 'span:not(.badge)' });
    sent = true;
    client.push(notificationChange(notification({ id: uuid(9), status: 'sent' })));
    clock.advance(1_000);
    await screen.findByText('The first notification was delivered.');
  });

  it('stay until they are closed once all is done, and then are gone for good', async () => {
    let received = false;
    const client = new FakeClient({
      'alerts.list': () => (received ? alerts(alert()) : alerts()),
      'channels.list': () => ok({ items: [channel()] }),
      'notifications.list': () => page(notification({ status: 'sent' })),
    });
    const { clock } = openWindow(client, '#/alerts', { isNew: true });
    await screen.findByRole('heading', { name: 'Get started' });
    received = true;
    client.push(alertChange(alert()));
    clock.advance(1_000);
    await screen.findByText('The first event has arrived.');
    await fireEvent.click(screen.getByRole('button', { name: 'Done' }));
    await waitFor(() => expect(screen.queryByRole('heading', { name: 'Get started' })).toBeNull());
    expect(localStorage.getItem('belfry.hideFirstSteps')).toBe('1');
    await screen.findByText('backup_failed', { exact: false });
  });

  it('are not shown where Belfry has long been in use', async () => {
    const client = new FakeClient({
      'alerts.list': ({ state }) => (state ? alerts() : alerts(alert({ state: 'resolved' }))),
      'channels.list': () => ok({ items: [channel()] }),
      'notifications.list': () => page(notification({ status: 'sent' })),
    });
    openWindow(client, '#/alerts', { isNew: true });
    await screen.findByText('All quiet');
    expect(screen.queryByRole('heading', { name: 'Get started' })).toBeNull();
  });

  it('give way to the list where they cannot be fetched', async () => {
    const client = new FakeClient({
      'alerts.list': () => alerts(),
      'notifications.list': () => fail('internal', 'The disk is at fault.'),
    });
    openWindow(client, '#/alerts', { isNew: true });
    await screen.findByText('All quiet');
  });

  it('lead to the sources', async () => {
    const client = new FakeClient({
      'alerts.list': () => alerts(),
      'channels.list': () => ok({ items: [channel()] }),
      'notifications.list': () => page(),
    });
    openWindow(client, '#/alerts', { isNew: true });
    const link = await screen.findByRole('link', { name: 'Choose a sender' });
    expect(link.getAttribute('href')).toBe('#/sources');
  });
});
