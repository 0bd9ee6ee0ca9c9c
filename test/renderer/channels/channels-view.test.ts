import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { webhookConfig } from '../../../main/contract/channel-kind.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import type { ShownRoute } from '../../../main/contract/route.ts';
import { newWebhookSecret } from '../../../renderer/channels/config-draft.svelte.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { route } from '../support/routing-samples.ts';
import { pick } from '../support/row-menu.ts';
import { NOW_MS, channel, notification, notificationChange, uuid } from '../support/samples.ts';
import { legacy } from '../../support/failures.ts';

const one = () => ok({ items: [channel({ configured: ['url', 'secret'] })] });
const type = (label: string, value: string): Promise<boolean> =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });

describe('the channels view', () => {
  it('shows a channel that was added while the list was under way', async () => {
    const asked: (() => void)[] = [];
    const client = new FakeClient({
      'channels.list': () =>
        new Promise((resolve) => {
          asked.push(() => resolve(ok({ items: [channel({ id: uuid(1), name: 'Chat' })] })));
        }),
    });
    openWindow(client, '#/channels');
    const added = channel({ id: uuid(2), name: 'Phone' });
    client.push({ entity: 'channel', id: added.id, value: added });
    for (const answer of asked) answer();
    expect(await screen.findByText('Phone')).toBeTruthy();
    expect(screen.getByText('Chat')).toBeTruthy();
  });

  it.each<[string, Partial<ShownRoute>[], boolean]>([
    ['no route', [], false],
    ['a route that includes it', [{ channelIds: [uuid(1)] }], false],
    [
      'a step that includes it',
      [{ channelIds: [], escalation: [{ afterMs: 60_000, channelIds: [uuid(1)] }] }],
      false,
    ],
    ['routes that do not', [{ channelIds: [uuid(2)] }], true],
    ['a disabled route that does', [{ channelIds: [uuid(1)], enabled: false }], true],
  ])('says whether alerts reach a channel: %s', async (_routes, routes, isUnreached) => {
    const client = new FakeClient({
      'channels.list': () => ok({ items: [channel({ id: uuid(1) })] }),
      'routes.list': () => ok({ items: routes.map(route) }),
    });
    openWindow(client, '#/channels');
    await screen.findByRole('button', { name: 'More actions' });
    await waitFor(() => expect(client.inputsOf('routes.list')).not.toEqual([]));
    if (isUnreached) await screen.findByText(/^No enabled route includes this channel/);
    else expect(screen.queryByText(/^No enabled route/)).toBeNull();
  });

  it('does not say it of the fallback of another channel', async () => {
    const fallback = channel({ id: uuid(1), name: 'Spare' });
    const main = channel({ id: uuid(2), name: 'Main', fallbackChannelId: uuid(1) });
    const client = new FakeClient({
      'channels.list': () => ok({ items: [fallback, main] }),
      'routes.list': () => ok({ items: [route({ channelIds: [uuid(3)] })] }),
    });
    openWindow(client, '#/channels');
    const warning = await screen.findByText(/^No enabled route includes this channel/);
    expect(warning.closest('li')?.textContent).toContain('Main');
  });

  it('adds a webhook', async () => {
    const client = new FakeClient({
      'channels.create': () => ok(channel({ name: 'Chat' })),
      'channels.test': () => fail('wrong_state', 'no'),
    });
    openWindow(client, '#/channels');
    const add = await screen.findByRole('button', { name: 'Add channel' });
    add.focus();
    await fireEvent.click(add);
    expect(document.activeElement).toBe(screen.getByLabelText('Type'));
    await type('Name', 'Chat');
    await type('URL', 'https://chat.lan/hook');
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText('Chat saved.');
    expect(document.activeElement).toBe(add);
    expect(client.inputsOf('channels.create')).toEqual([
      {
        kind: 'webhook',
        name: 'Chat',
        config: { url: 'https://chat.lan/hook' },
        retry: { preset: 'default' },
      },
    ]);
    await pick('Test');
    expect(client.inputsOf('channels.test')).toHaveLength(1);
  });

  it('finds a kind by what is typed, and chooses by the arrow keys', async () => {
    openWindow(new FakeClient(), '#/channels');
    await fireEvent.click(await screen.findByRole('button', { name: 'Add channel' }));
    const picker = screen.getByRole('combobox', { name: 'Type' });
    const kinds = within(screen.getByRole('listbox', { name: 'Services' }));
    const chosen = () => kinds.getByRole('option', { selected: true }).textContent.trim();
    expect(chosen()).toBe('Webhook');
    await fireEvent.input(picker, { target: { value: 'matt' } });
    expect(kinds.getAllByRole('option')).toHaveLength(1);
    expect(chosen()).toBe('Mattermost');
    await fireEvent.keyDown(picker, { key: 'Enter' });
    await fireEvent.keyDown(picker, { key: 'ArrowUp' });
    expect(chosen()).toBe('Matrix');
    expect(picker.getAttribute('aria-activedescendant')).toBe(
      kinds.getByRole('option', { selected: true }).id,
    );
    await fireEvent.input(picker, { target: { value: 'nothing' } });
    expect(kinds.queryAllByRole('option')).toEqual([]);
    screen.getByText('Nothing matches nothing.');
  });

  it('saves and tests in one step, and goes on in the dialog', async () => {
    const saved = channel({ name: 'Chat' });
    const client = new FakeClient({
      'channels.create': () => ok(saved),
      'channels.update': () => ok(saved),
      'channels.test': () => fail('wrong_state', 'It is disabled.'),
    });
    openWindow(client, '#/channels');
    await fireEvent.click(await screen.findByRole('button', { name: 'Add channel' }));
    await type('Name', 'Chat');
    await type('URL', 'https://chat.lan/hook');
    await fireEvent.click(screen.getByRole('button', { name: 'Save and test' }));
    const dialog = await screen.findByRole('dialog', { name: 'Edit Chat' });
    await within(dialog).findByText('Test not sent: It is disabled.');
    expect(client.inputsOf('channels.test')).toEqual([{ id: saved.id }]);
    expect(within(dialog).queryByRole('button', { name: 'Cancel' })).toBeNull();
    expect(within(dialog).getAllByRole('button', { name: 'Close' })).toHaveLength(2);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(client.inputsOf('channels.create')).toHaveLength(1);
    expect(client.inputsOf('channels.update')).toHaveLength(1);
  });

  it('shows what each did in the last day, all in one call', async () => {
    const hours = Array.from({ length: 24 }, () => ({ sent: 0, failed: 0 }));
    const client = new FakeClient({
      'channels.list': one,
      'channels.activity': () =>
        ok({
          at: NOW_MS,
          since: NOW_MS - 86_400_000,
          items: [
            {
              id: uuid(201),
              hours: [...hours.slice(2), { sent: 3, failed: 1 }, { sent: 4, failed: 0 }],
              lastDeliveredAt: NOW_MS - 300_000,
              latency: { deliveries: 7, p50Ms: 120, p95Ms: 900 },
            },
          ],
        }),
    });
    openWindow(client, '#/channels');
    const picture = await screen.findByRole('img', {
      name: 'Last 24 hours: 7 sent, 1 failed attempt',
    });
    const row = picture.closest('li')?.textContent.replaceAll(/\s+/g, ' ');
    expect(row).toContain('Last delivered 5 minutes ago');
    expect(row).toContain('Median 120 ms, 95% within 900 ms');
    expect(client.inputsOf('channels.activity')).toHaveLength(1);
  });

  it('closes no dialog but its own when it was left while it was being saved', async () => {
    let answer: () => void = () => undefined;
    const client = new FakeClient({
      'channels.create': () =>
        new Promise((resolve) => {
          answer = () => resolve(ok(channel({ name: 'Chat' })));
        }),
    });
    openWindow(client, '#/channels');
    await fireEvent.click(await screen.findByRole('button', { name: 'Add channel' }));
    await type('Name', 'Chat');
    await type('URL', 'https://chat.lan/hook');
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Add channel' }));
    await type('Name', 'Phone');
    answer();
    await screen.findByText('Chat saved.');
    expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('Phone');
  });

  it('puts what the host refuses beside its field, and goes there', async () => {
    const details = [{ field: 'config.url', problem: 'must be an http or https URL' }];
    const client = new FakeClient({
      'channels.create': () => fail('invalid_input', 'config.url: no', details),
    });
    openWindow(client, '#/channels');
    await fireEvent.click(await screen.findByRole('button', { name: 'Add channel' }));
    await type('Name', 'Chat');
    await type('URL', 'ftp://chat.lan');
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText('must be an http or https URL');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('URL')));
  });

  it('keeps URL and secret of a channel whose fields stay empty', async () => {
    const client = new FakeClient({
      'channels.list': one,
      'channels.update': () => ok(channel({ name: 'Phone' })),
    });
    openWindow(client, '#/channels');
    await pick('Edit');
    expect(screen.getByLabelText('URL')).toHaveProperty('value', '');
    await type('Name', 'Phone');
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText('Phone saved.');
    expect(client.inputsOf('channels.update')).toEqual([{ id: uuid(201), name: 'Phone' }]);
  });

  it('removes a secret, and changes retries, when asked to', async () => {
    const client = new FakeClient({
      'channels.list': one,
      'channels.update': () => ok(channel()),
    });
    openWindow(client, '#/channels');
    await pick('Edit');
    await fireEvent.click(screen.getByLabelText('Remove “Signing secret”'));
    await fireEvent.change(screen.getByLabelText('Retries'), { target: { value: 'custom' } });
    await fireEvent.change(screen.getByLabelText('First wait, unit'), {
      target: { value: 'seconds' },
    });
    await type('First wait', '0.5');
    await type('Attempts', '3');
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText('Phone relay saved.');
    expect(client.inputsOf('channels.update')).toEqual([
      {
        id: uuid(201),
        name: 'Phone relay',
        config: { secret: null },
        retry: { baseMs: 500, capMs: 3_600_000, maxAttempts: 3, jitter: true },
      },
    ]);
  });

  it('follows a test to its outcome', async () => {
    const test = notification({
      id: uuid(9),
      event: 'test',
      status: 'pending',
      retryCount: 0,
      lastError: null,
      reason: null,
      lastErrorClass: null,
    });
    const client = new FakeClient({
      'channels.list': one,
      'channels.test': () => ok({ notificationId: uuid(9) }),
      'notifications.get': () => ok({ ...test, attempts: [], alertStateNow: null }),
    });
    openWindow(client, '#/channels');
    await pick('Test');
    await screen.findByText('Queued');
    const reason = legacy('timed out');
    const retry = { status: 'failed' as const, lastError: 'timed out', reason, retryCount: 1 };
    client.push(notificationChange({ ...test, ...retry, nextAttemptAt: NOW_MS + 30_000 }));
    await screen.findByText('timed out');
    expect(screen.getByText('30 sec')).toBeTruthy();
    client.push(notificationChange({ ...test, ...retry, status: 'sent' }));
    await screen.findByText('Delivered');
    expect(screen.queryByText('timed out')).toBeNull();
  });

  it('says why a test could not begin', async () => {
    const client = new FakeClient({
      'channels.list': one,
      'channels.test': () => fail('wrong_state', 'It is disabled.'),
    });
    openWindow(client, '#/channels');
    await pick('Test');
    await screen.findByText('Test not sent: It is disabled.');
  });

  it('disables and enables', async () => {
    const client = new FakeClient({
      'channels.list': one,
      'channels.update': () => ok(channel({ enabled: false })),
    });
    openWindow(client, '#/channels');
    await pick('Disable');
    await screen.findByText('Disabled');
    expect(client.inputsOf('channels.update')).toEqual([{ id: uuid(201), enabled: false }]);
  });

  it('says what a deletion cancels before it deletes', async () => {
    const client = new FakeClient({
      'channels.list': one,
      'notifications.list': () =>
        ok({ data: [], total: 4, page: 1, per_page: 1, nextCursor: null }),
      'channels.delete': () => ok({ status: 'deleted', cancelled: 4 }),
    });
    openWindow(client, '#/channels');
    await pick('Delete');
    const dialog = screen.getByRole('dialog', { name: 'Delete Phone relay?' });
    await within(dialog).findByText(/^4 queued notifications/);
    expect(client.inputsOf('channels.delete')).toEqual([]);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Delete' }));
    await screen.findByText('Phone relay deleted; 4 notifications cancelled.');
    await screen.findByText('No channels yet');
  });

  it('says how much a deletion cancels by now, not when it was first asked', async () => {
    let total = 0;
    const client = new FakeClient({
      'channels.list': one,
      'notifications.list': () => ok({ data: [], total, page: 1, per_page: 1, nextCursor: null }),
    });
    openWindow(client, '#/channels');
    await pick('Delete');
    await screen.findByText(/Nothing is queued for it/);
    total = 1;
    client.push(notificationChange(notification({ channelId: uuid(201) })));
    await screen.findByText(/^1 queued notification or dead letter is cancelled/);
  });

  it('makes signing secrets that the contract takes', () => {
    const secrets = new Set(Array.from({ length: 50 }, newWebhookSecret));
    expect(secrets.size).toBe(50);
    for (const secret of secrets) {
      expect(webhookConfig.safeParse({ url: 'https://x.lan', secret }).success).toBe(true);
    }
  });
});
