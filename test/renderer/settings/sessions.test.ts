import { fireEvent, screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { fail, ok } from '../../../main/contract/result.ts';
import { browserName } from '../../../renderer/settings/browser-name.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { session, uuid } from '../support/samples.ts';

const own = session({ id: uuid(402), current: true, userAgent: 'lab browser' });
const phone = session();

describe('sessions', () => {
  it('are shown with browser, address and times, the own one marked', async () => {
    const client = new FakeClient({ 'sessions.list': () => ok({ items: [own, phone] }) });
    openWindow(client, '#/settings');
    const list = await screen.findByRole('list', { name: 'Sessions' });
    const [first, second] = within(list).getAllByRole('listitem');
    expect(first?.textContent).toContain('lab browser');
    expect(first?.textContent).toContain('This browser');
    expect(second?.textContent).toContain('Firefox on Linux');
    expect(second?.textContent).toContain('192.168.1.7');
  });

  it('end one by one after a confirmation', async () => {
    const client = new FakeClient({
      'sessions.list': () => ok({ items: [own, phone] }),
      'sessions.end': () => ok({ status: 'ended' }),
    });
    openWindow(client, '#/settings');
    const button = await screen.findByRole('button', { name: 'End', description: /Firefox/ });
    await fireEvent.click(button);
    const dialog = screen.getByRole('dialog', { name: 'End the session of Firefox on Linux?' });
    expect(client.inputsOf('sessions.end')).toEqual([]);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'End' }));
    await screen.findByText('1 session ended.');
    expect(client.inputsOf('sessions.end')).toEqual([{ id: phone.id }]);
    expect(screen.queryByText('Firefox on Linux')).toBeNull();
    expect(screen.queryByRole('button', { name: 'End all others' })).toBeNull();
  });

  it('all others end at once', async () => {
    const client = new FakeClient({
      'sessions.list': () => ok({ items: [own, phone] }),
      'sessions.endOthers': () => ok({ ended: 1 }),
    });
    openWindow(client, '#/settings');
    await fireEvent.click(await screen.findByRole('button', { name: 'End all others' }));
    const dialog = screen.getByRole('dialog', { name: 'End all other sessions?' });
    await fireEvent.click(within(dialog).getByRole('button', { name: 'End all others' }));
    await screen.findByText('1 session ended.');
    expect(screen.queryByText('Firefox on Linux')).toBeNull();
    expect(screen.getByText('lab browser')).toBeTruthy();
  });

  it('of a desktop, which has none itself, end all', async () => {
    const client = new FakeClient({ 'sessions.list': () => ok({ items: [phone] }) });
    openWindow(client, '#/settings');
    await screen.findByRole('button', { name: 'End all' });
  });

  it('another browser gets a link to copy, and hears how long it works', async () => {
    const url = 'http://nas:8377/#/sign-in/new-1';
    const client = new FakeClient({
      'sessions.list': () => ok({ items: [] }),
      'session.link': () => ok({ url, expiresAt: Date.now() + 600_000 }),
    });
    openWindow(client, '#/settings');
    await fireEvent.click(await screen.findByRole('button', { name: 'New sign-in link' }));
    await screen.findByText(url);
    expect(screen.getByText(/It works once, until/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Copy Sign-in link' })).toBeTruthy();
  });

  it('a failure is said', async () => {
    const client = new FakeClient({
      'sessions.list': () => ok({ items: [phone] }),
      'sessions.end': () => fail('unavailable', 'The disk is full.'),
    });
    openWindow(client, '#/settings');
    await fireEvent.click(await screen.findByRole('button', { name: 'End' }));
    const dialog = screen.getByRole('dialog');
    await fireEvent.click(within(dialog).getByRole('button', { name: 'End' }));
    await screen.findByText(/The disk is full\./);
    expect(screen.getByText('Firefox on Linux')).toBeTruthy();
  });
});

describe('browserName', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
      'Chrome on Android',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
      'Safari on macOS',
    ],
    ['curl/8.5.0', 'curl/8.5.0'],
    [null, 'Unknown browser'],
  ])('of %s is %s', (userAgent, name) => {
    expect(browserName(userAgent)).toBe(name);
  });
});
