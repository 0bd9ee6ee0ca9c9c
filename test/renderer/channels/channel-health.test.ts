import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { Channel } from '../../../main/contract/channel.ts';
import { ok } from '../../../main/contract/result.ts';
import { messages } from '../../../renderer/messages/text.svelte.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import {
  NOW_MS,
  WELL,
  channel,
  letterGroup,
  notification,
  notificationChange,
  uuid,
} from '../support/samples.ts';
import { legacy } from '../../support/failures.ts';

const HOUR_MS = 3_600_000;
const DOWN: Channel['health'] = {
  state: 'down',
  failures: 7,
  failingSince: NOW_MS - HOUR_MS,
  lastFailure: 'connect ECONNREFUSED',
  reason: legacy('connect ECONNREFUSED'),
  receiverText: null,
  probeAt: NOW_MS + 95_000,
  rejections: 0,
  workedAt: NOW_MS - 9 * HOUR_MS,
};
const REFUSED = {
  holds: true,
  class: 'authentication',
  message: 'The receiver refused the credentials (HTTP 401).',
  reason: {
    code: 'failure.credentials_refused',
    params: { service: 'receiver', status: 'HTTP 401', fields: [] },
  },
  receiverText: null,
  since: NOW_MS - 2 * HOUR_MS,
} as const;

const LIMITED: Channel['throttle'] = {
  since: NOW_MS - HOUR_MS,
  refusedAt: NOW_MS - 1_000,
  refusals: 1,
  until: NOW_MS + HOUR_MS,
  perSecond: 1,
  stepPerSecond: 0.1,
};

const host = (waiting: number, ...items: Channel[]): FakeClient =>
  new FakeClient({
    'channels.list': () => ok({ items }),
    'notifications.list': () =>
      ok({ data: [], total: waiting, page: 1, per_page: 1, nextCursor: null }),
  });

async function openRow(client: FakeClient): Promise<HTMLElement> {
  openWindow(client, '#/channels');
  const button = await screen.findByRole('button', { name: 'More actions' });
  return button.closest('li') as HTMLElement;
}

const text = (element: HTMLElement): string =>
  (element.textContent ?? '').replace(/\s+/g, ' ').trim();

describe('a channel says how it stands', () => {
  it.each<[string, Partial<Channel>]>([
    ['Working', {}],
    ['Not used yet', { health: { ...WELL, workedAt: null } }],
    ['Failing', { health: { ...WELL, rejections: 1 } }],
    ['Needs attention', { attention: { ...REFUSED, class: 'not_found', holds: false } }],
    ['Rate limited', { throttle: LIMITED }],
    ['Working', { throttle: { ...LIMITED, refusals: 0 } }],
    ['Failing', { health: { ...DOWN, state: 'closed', failures: 1, probeAt: null } }],
    ['Down', { health: DOWN }],
    ['Trying', { health: { ...DOWN, state: 'probing', probeAt: null } }],
    ['Needs attention', { attention: REFUSED, health: DOWN }],
    ['Disabled', { enabled: false, attention: REFUSED, health: DOWN }],
  ])('%s', async (label, part) => {
    const row = await openRow(host(0, channel(part)));
    const badges = [...row.querySelectorAll('.badge')].map((badge) => text(badge as HTMLElement));
    expect(badges).toEqual([label]);
  });

  it('since when it is down, why, and when it is tried next', async () => {
    const row = await openRow(host(0, channel({ health: DOWN })));
    expect(text(row)).toContain(
      `Down since ${messages().moment(NOW_MS - HOUR_MS, NOW_MS)}. 7 failed attempts in a row. Next attempt in 1 min 35 sec`,
    );
    expect(within(row).getByText('connect ECONNREFUSED')).toBeTruthy();
    expect(within(row).getByRole('button', { name: 'Edit' })).toBeTruthy();
  });

  it('what a person could do about what may pass', async () => {
    const reason = {
      code: 'failure.no_tls',
      params: { error: 'EPROTO' },
    } as const;
    const row = await openRow(host(0, channel({ health: { ...DOWN, reason } })));
    expect(text(row)).toContain('If it persists, correct the port or the encryption');
  });

  it('until when its receiver limits it, and how much waits', async () => {
    const row = await openRow(host(12, channel({ throttle: LIMITED })));
    expect(text(row)).toContain(
      `Rate limited by the receiver until ${messages().moment(NOW_MS + HOUR_MS, NOW_MS)}.`,
    );
    await within(row).findByRole('link', { name: '12 notifications queued' });
  });

  it('why it refuses messages permanently, without saying that any wait', async () => {
    const health = {
      ...WELL,
      rejections: 7_289,
      lastFailure: 'HTTP 404',
      reason: legacy('HTTP 404'),
    };
    const attention = {
      ...REFUSED,
      class: 'not_found',
      holds: false,
      message: 'HTTP 404',
      reason: legacy('HTTP 404'),
    } as const;
    const row = await openRow(host(12, channel({ health, attention })));
    expect(text(row)).toContain('7,289 messages in a row permanently refused.');
    expect(within(row).getByText('HTTP 404')).toBeTruthy();
    expect(within(row).queryByRole('link', { name: /queued/ })).toBeNull();
  });

  it('that one is on its way to see whether it works again', async () => {
    const health = { ...DOWN, state: 'probing' as const, failures: 1, probeAt: null };
    const row = await openRow(host(0, channel({ health })));
    expect(text(row)).toContain('1 failed attempt. Sending one message');
    expect(text(row)).not.toContain('Next attempt');
  });

  it('what a person has to fix, and how', async () => {
    const row = await openRow(host(0, channel({ attention: REFUSED })));
    expect(within(row).getByText(REFUSED.message)).toBeTruthy();
    const step = 'Check the URL and the secrets of the channel, then send a test.';
    expect(within(row).getByText(step)).toBeTruthy();
    expect(text(row)).toContain('Credentials refused since');
    expect(within(row).getByRole('button', { name: 'Edit' }).className).toContain('primary');
    expect(within(row).getByRole('button', { name: 'More actions' })).toBeTruthy();
  });

  it('how much waits for it, live, and leads there', async () => {
    const client = host(1_234, channel({ attention: REFUSED }));
    const row = await openRow(client);
    const words = `${(1_234).toLocaleString()} notifications queued`;
    const link = await within(row).findByRole('link', { name: words });
    expect(client.inputsOf('notifications.list')).toEqual([
      { channelId: uuid(201), status: ['pending', 'failed'], per_page: 1 },
    ]);
    client.script({
      'notifications.list': () =>
        ok({ data: [], total: 1, page: 1, per_page: 1, nextCursor: null }),
    });
    client.push(notificationChange(notification({ channelId: uuid(201), status: 'sent' })));
    await within(row).findByRole('link', { name: '1 notification queued' });
    await fireEvent.click(link);
    location.hash = link.getAttribute('href') ?? '';
    await screen.findByRole('heading', { level: 1, name: 'Deliveries' });
    expect(screen.getByRole<HTMLSelectElement>('combobox', { name: 'Channel' }).value).toBe(
      uuid(201),
    );
  });

  it('how much died of it, also while it counts as working, and leads there', async () => {
    const client = host(0, channel({ name: 'Hook' }));
    const groups = [
      letterGroup({ channelId: uuid(201), channelName: 'Hook', count: 1_000 }),
      letterGroup({ key: 'b', channelId: uuid(201), channelName: 'Hook', count: 234 }),
      letterGroup({ key: 'c', channelId: uuid(202), channelName: 'Phone', count: 7 }),
    ];
    client.script({ 'deadLetters.groups': () => ok({ groups }) });
    const row = await openRow(client);
    const words = `${(1_234).toLocaleString()} dead letters`;
    const link = await within(row).findByRole('link', { name: words });
    await fireEvent.click(link);
    location.hash = link.getAttribute('href') ?? '';
    await screen.findByRole('heading', { level: 1, name: 'Dead letters' });
    expect(client.inputsOf('deadLetters.groups').at(-1)).toEqual({ channelId: uuid(201) });
    expect(await screen.findAllByText('– Hook')).toHaveLength(2);
    expect(screen.queryByText('to Phone')).toBeNull();
  });

  it('nothing of what waits while it works', async () => {
    const client = host(3, channel({ health: WELL }));
    const row = await openRow(client);
    expect(within(row).queryByRole('link', { name: /queued/ })).toBeNull();
    expect(client.inputsOf('notifications.list')).toEqual([]);
  });

  it('how it delivers', async () => {
    const part = {
      rateLimit: { count: 10, perMs: 60_000 },
      fallbackChannelId: uuid(202),
      autoRequeue: false,
      resolveOnlyIfDelivered: true,
    };
    const mail = channel({ id: uuid(202), name: 'Mail' });
    openWindow(host(0, channel(part), mail), '#/channels');
    const [button] = await screen.findAllByRole('button', { name: 'More actions' });
    const words = text(button?.closest('li') as HTMLElement);
    for (const word of ['At most 10 in 1 min', 'Fallback: Mail', 'No resending after outages']) {
      expect(words).toContain(word);
    }
  });

  it('that a link has led to it', async () => {
    const items = [channel(), channel({ id: uuid(202), name: 'Zulip' })];
    openWindow(host(0, ...items), `#/channels/${uuid(202)}`);
    const name = await screen.findByText('Zulip');
    await waitFor(() => expect(document.activeElement).toBe(name));
    expect(name.closest('li')?.className).toContain('selected');
  });
});
