import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../main/contract/channel.ts';
import type { Attempt, NotificationRow } from '../../../main/contract/notification.ts';
import { ok } from '../../../main/contract/result.ts';
import { messages } from '../../../renderer/messages/text.svelte.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import {
  NOW_MS,
  WELL,
  attempt,
  channel,
  notification,
  notificationChange,
  uuid,
} from '../support/samples.ts';
import { legacy } from '../../support/failures.ts';

const text = (element: Element): string => (element.textContent ?? '').replace(/\s+/g, ' ').trim();

interface Shown {
  readonly attempts?: Attempt[];
  readonly family?: NotificationRow[];
  readonly channels?: Channel[];
}

async function openPane(shown: NotificationRow, { attempts = [], family, channels }: Shown = {}) {
  const client = new FakeClient({
    'notifications.get': () => ok({ ...shown, attempts, alertStateNow: 'open' }),
    'notifications.list': ({ alertId }) => {
      const data = alertId === undefined ? [] : (family ?? [shown]);
      return ok({ data, total: data.length, page: 1, per_page: 200, nextCursor: null });
    },
    'channels.list': () => ok({ items: channels ?? [channel()] }),
  });
  openWindow(client, `#/deliveries/${shown.id}`);
  const pane = await screen.findByRole('complementary', { name: 'backup_failed on nas' });
  return { client, pane };
}

/** Returns the pane's texts under a name, one for each time that the name stands there. */
const facts = (pane: HTMLElement, name: string): string[] =>
  within(pane)
    .queryAllByText(name, { selector: 'dt' })
    .map(({ nextElementSibling }) => (nextElementSibling ? text(nextElementSibling) : ''));

describe('the details of a notification', () => {
  it('show what was sent with each attempt, and who asked for it', async () => {
    const request = 'POST https://relay.lan/… 412 bytes <script>';
    const { pane } = await openPane(notification({ requeuedBy: 'window' }), {
      attempts: [
        attempt({ id: 1 }),
        attempt({ id: 2, budget: 2, number: 1, request, requeuedBy: 'window' }),
        attempt({ id: 3, budget: 2, number: 2, requeuedBy: 'window' }),
      ],
    });
    expect(within(pane).getByText(request)).toBeTruthy();
    expect(within(pane).getAllByText('Requeued by window')).toHaveLength(1);
    expect(facts(pane, 'Requeued by')).toEqual(['window']);
  });

  it('say whose place it took', async () => {
    const original = notification({ id: uuid(1), channelName: 'Pager' });
    const shown = notification({ id: uuid(2), fallbackOf: uuid(1), status: 'sent' });
    const { pane } = await openPane(shown, { family: [shown, original] });
    await waitFor(() =>
      expect(facts(pane, 'Fallback')).toEqual([
        'Replaces the notification to Pager, which could not be delivered',
      ]),
    );
    const link = within(pane).getByRole('link', { name: 'notification to Pager' });
    expect(link.getAttribute('href')).toBe(`#/deliveries/${uuid(1)}`);
  });

  it('say so even when the other is gone', async () => {
    const { pane } = await openPane(notification({ id: uuid(2), fallbackOf: uuid(1) }));
    expect(facts(pane, 'Fallback')[0]).toContain('another notification');
  });

  it('show the fallback notification, live', async () => {
    const shown = notification({ id: uuid(1) });
    const copy = notification({
      id: uuid(2),
      fallbackOf: uuid(1),
      channelName: 'Mail',
      status: 'pending',
    });
    const { client, pane } = await openPane(shown, { family: [shown, copy] });
    await waitFor(() => expect(facts(pane, 'Fallback channel')).toEqual(['Mail Queued']));
    const data = [shown, { ...copy, status: 'sent' as const }];
    client.script({
      'notifications.list': () => ok({ data, total: 2, page: 1, per_page: 200, nextCursor: null }),
    });
    client.push(notificationChange({ ...copy, status: 'sent' }));
    await waitFor(() => expect(facts(pane, 'Fallback channel')).toEqual(['Mail Sent']));
  });

  it('are marked as read, which is then said', async () => {
    const shown = notification();
    const { client, pane } = await openPane(shown);
    await waitFor(() => expect(facts(pane, 'Read')).toEqual(['Not yet']));
    client.script({
      'notifications.read': () => ok({ status: 'marked_as_read' }),
      'notifications.get': () =>
        ok({ ...shown, readAt: NOW_MS - 60_000, attempts: [], alertStateNow: 'open' }),
    });
    await fireEvent.click(within(pane).getByRole('button', { name: 'Mark as read' }));
    await screen.findByText('Marked as read: backup_failed on nas to Phone relay.');
    expect(client.inputsOf('notifications.read')).toEqual([{ id: shown.id }]);
    client.push(notificationChange({ ...shown, readAt: NOW_MS - 60_000 }));
    await waitFor(() => expect(facts(pane, 'Read')).toEqual(['1 minute ago']));
    expect(within(pane).queryByRole('button', { name: 'Mark as read' })).toBeNull();
  });

  it('lead to the channel and to what people did', async () => {
    const shown = notification();
    const { pane } = await openPane(shown);
    const relay = within(pane).getByRole('link', { name: 'Phone relay' });
    expect(relay.getAttribute('href')).toBe(`#/channels/${uuid(201)}`);
    const audit = within(pane).getByRole('link', { name: 'History' });
    expect(audit.getAttribute('href')).toBe(`#/audit?subject=${shown.id}`);
  });

  const LIMITED = {
    since: NOW_MS,
    refusedAt: NOW_MS,
    refusals: 1,
    until: NOW_MS + 3_600_000,
    perSecond: 1,
    stepPerSecond: 0.1,
  };
  const attention = {
    holds: true,
    class: 'authentication' as const,
    message: 'HTTP 401',
    reason: legacy('HTTP 401'),
    receiverText: null,
    since: NOW_MS,
  };
  it.each<[string, Partial<Channel>, Partial<NotificationRow>]>([
    ['When the channel is edited or tested', { attention }, {}],
    ['When the channel is enabled', { enabled: false, attention }, { held: true }],
    ['When the channel works again', { health: { ...WELL, state: 'down' } }, {}],
    ['30 sec', { attention: { ...attention, class: 'not_found', holds: false } }, {}],
    [
      `Rate limited by the receiver until ${messages().moment(LIMITED.until, NOW_MS)}`,
      { throttle: LIMITED },
      {},
    ],
    ['30 sec', {}, {}],
  ])('say that it is tried again %s', async (words, itsChannel, itself) => {
    const shown = notification({
      status: 'failed',
      nextAttemptAt: NOW_MS + 30_000,
      ...itself,
    });
    const { pane } = await openPane(shown, { channels: [channel(itsChannel)] });
    await waitFor(() => expect(facts(pane, 'Next attempt')).toEqual([words]));
  });
});
