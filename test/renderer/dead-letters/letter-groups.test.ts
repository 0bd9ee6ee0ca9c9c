import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DeadLetterGroup, NotificationRow } from '../../../main/contract/notification.ts';
import { ok } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import {
  channel,
  NOW_MS,
  job,
  jobChange,
  letterGroup,
  notification,
  notificationChange,
  uuid,
} from '../support/samples.ts';

const refused = letterGroup({ count: 1_200, obsolete: 40 });
const unpaid = letterGroup({
  key: 'pager-credentials',
  channelId: uuid(202),
  channelName: 'Pager',
  class: 'authentication',
  cause: 'The receiver refused the credentials (HTTP 401).',
  reason: {
    code: 'failure.credentials_refused',
    params: { service: 'receiver', status: 'HTTP 401', fields: [] },
  },
  count: 1,
});
const pageOf = (...data: NotificationRow[]) =>
  ok({ data, total: data.length, page: 1, per_page: 50, nextCursor: null });
const text = (element: Element | null | undefined): string =>
  (element?.textContent ?? '').replace(/\s+/g, ' ').trim();

let client: FakeClient;
const host = (...groups: DeadLetterGroup[]): void =>
  client.script({ 'deadLetters.groups': () => ok({ groups }) });
const list = (): Promise<HTMLElement> =>
  screen.findByRole('list', { name: 'Dead letters by cause' });
const buttons = (cause: string): HTMLElement => screen.getByRole('group', { name: cause });
const press = (where: HTMLElement, name: string | RegExp): Promise<boolean> =>
  fireEvent.click(within(where).getByRole('button', { name }));

beforeEach(() => {
  client = new FakeClient({
    'notifications.requeueMany': () => ok(job({ total: 1_200 })),
    'notifications.previewRequeue': ({ includeObsolete }) =>
      ok(
        includeObsolete === true
          ? { total: 1_200, skipped: 0, summaries: 2, channels: [] }
          : { total: 1_160, skipped: 40, summaries: 2, channels: [] },
      ),
    'notifications.discardMany': () => ok(job({ action: 'discard', total: 1_200 })),
  });
  host(refused, unpaid);
});

describe('dead letters by cause', () => {
  it('say which channel, why, how many, since when, and what to do', async () => {
    openWindow(client, '#/dead-letters');
    const [first, second] = within(await list()).getAllByRole('listitem');
    const words = text(first);
    for (const part of [
      'No connection – Phone relay',
      `${(1_200).toLocaleString()} dead letters`,
      '40 obsolete',
      'connect ECONNREFUSED <ip>:<port>',
      'Check that the receiver is running, and the address, port and firewall.',
      'First 2 hours ago',
      'Last 1 minute ago',
    ]) {
      expect(words).toContain(part);
    }
    expect(text(second)).toContain('1 dead letter ');
    expect(text(second)).not.toContain('obsolete');
    const link = screen.getByRole('link', { name: 'Go to Pager' });
    expect(link.getAttribute('href')).toBe(`#/channels/${uuid(202)}`);
    expect(screen.getByText(/in 2 groups$/)).toBeTruthy();
  });

  it('requeue as a group with one click when they are few', async () => {
    host(unpaid);
    openWindow(client, '#/dead-letters');
    await list();
    await press(buttons('Credentials refused – Pager'), 'Requeue group');
    expect(client.inputsOf('notifications.requeueMany')).toEqual([
      { group: 'pager-credentials', filter: {} },
    ]);
    await screen.findByRole('progressbar', { name: 'Requeueing' });
  });

  it.each([
    ['Requeue 1,160, skip 40', {}],
    ['Send 2 summaries', { asSummary: true }],
  ])('requeue many after a question: %s', async (name, chosen) => {
    openWindow(client, '#/dead-letters');
    await list();
    await press(buttons('No connection – Phone relay'), 'Requeue group');
    const dialog = await screen.findByRole('dialog', { name: 'Requeue 1,160 dead letters?' });
    expect(client.inputsOf('notifications.requeueMany')).toEqual([]);
    await press(dialog, name);
    expect(client.inputsOf('notifications.requeueMany')).toEqual([
      { group: 'relay-connection', filter: {}, ...chosen },
    ]);
  });

  it('that are all obsolete are requeued after a question alone, which offers them', async () => {
    host({ ...unpaid, obsolete: 1 });
    client.script({
      'notifications.previewRequeue': ({ includeObsolete }) =>
        ok({
          ...{ total: includeObsolete === true ? 1 : 0, skipped: 1, summaries: 1 },
          channels: [],
        }),
    });
    openWindow(client, '#/dead-letters');
    await screen.findByText('Obsolete: the alert has closed since. Requeueing skips these.');
    await press(buttons('Credentials refused – Pager'), 'Requeue group');
    const dialog = await screen.findByRole('dialog', { name: 'Requeue obsolete dead letters?' });
    const confirm = within(dialog).getByRole<HTMLButtonElement>('button', { name: /^Requeue 0/ });
    expect(confirm.disabled).toBe(true);
    await fireEvent.click(within(dialog).getByRole('checkbox', { name: /^Include 1 obsolete/ }));
    await press(dialog, /^Requeue 1/);
    expect(client.inputsOf('notifications.requeueMany')).toEqual([
      { group: 'pager-credentials', filter: {}, includeObsolete: true },
    ]);
  });

  it('say of obsolete ones that they are skipped, but not under a filter that finds them alone', async () => {
    openWindow(client, '#/dead-letters?obsolete=yes');
    await list();
    expect(screen.queryByText(/^Obsolete: the alert has closed since/)).toBeNull();
  });

  it('name the channels that do not work before many are requeued', async () => {
    const health = { ...channel().health, state: 'down' as const };
    client.script({
      'channels.list': () =>
        ok({
          items: [
            channel({ id: uuid(201), name: 'Relay', health }),
            channel({ id: uuid(202), name: 'Pager' }),
          ],
        }),
      'notifications.previewRequeue': () =>
        ok({
          ...{ total: 1_200, skipped: 0, summaries: 3 },
          channels: [
            { channelId: uuid(201), count: 1_199 },
            { channelId: uuid(202), count: 1 },
          ],
        }),
    });
    openWindow(client, '#/dead-letters');
    await list();
    await press(document.body, /^Requeue all/);
    const dialog = await screen.findByRole('dialog', { name: 'Requeue 1,200 dead letters?' });
    expect(within(dialog).getAllByRole('listitem').map(text)).toEqual([
      'Down Relay 1,199 dead letters',
    ]);
  });

  it('requeue obsolete ones, too, when that is ticked', async () => {
    openWindow(client, '#/dead-letters');
    await list();
    await press(buttons('No connection – Phone relay'), 'Requeue group');
    const dialog = await screen.findByRole('dialog');
    await fireEvent.click(within(dialog).getByRole('checkbox', { name: /^Include 40 obsolete/ }));
    await press(await screen.findByRole('dialog', { name: /1,200/ }), 'Requeue 1,200');
    expect(client.inputsOf('notifications.requeueMany')).toEqual([
      { group: 'relay-connection', filter: {}, includeObsolete: true },
    ]);
  });

  it('are discarded as a group after a confirmation that says how many', async () => {
    openWindow(client, '#/dead-letters');
    await list();
    await press(buttons('No connection – Phone relay'), 'Discard group…');
    const words = `${(1_200).toLocaleString()} dead letters`;
    const dialog = screen.getByRole('dialog', { name: `Discard ${words}?` });
    expect(client.inputsOf('notifications.discardMany')).toEqual([]);
    await press(dialog, 'Discard');
    expect(client.inputsOf('notifications.discardMany')).toEqual([
      { group: 'relay-connection', filter: {} },
    ]);
  });

  it('that are obsolete are discarded from every group at once', async () => {
    host(refused, { ...unpaid, count: 3, obsolete: 2 });
    openWindow(client, '#/dead-letters');
    await fireEvent.click(await screen.findByRole('button', { name: 'Discard 42 obsolete…' }));
    const dialog = screen.getByRole('dialog', { name: 'Discard 42 obsolete dead letters?' });
    await press(dialog, 'Discard');
    expect(client.inputsOf('notifications.discardMany')).toEqual([{ filter: { obsolete: true } }]);
  });

  it('show the letters of a group, which can be requeued one by one or several at once', async () => {
    const letters = [notification({ id: uuid(1) }), notification({ id: uuid(2) })];
    client.script({
      'notifications.list': () => pageOf(...letters),
      'notifications.requeue': () => ok({ status: 'requeued' }),
    });
    openWindow(client, '#/dead-letters');
    await list();
    const toggle = screen.getByRole('button', { name: 'No connection – Phone relay' });
    expect(toggle.getAttribute('aria-expanded')).toBe('false');
    await fireEvent.click(toggle);
    expect(toggle.getAttribute('aria-expanded')).toBe('true');
    const boxes = await screen.findAllByRole('checkbox', { name: /^Select backup_failed on nas/ });
    expect(client.inputsOf('notifications.list')).toEqual([
      { per_page: 100, status: ['dead'], group: 'relay-connection' },
    ]);
    const [requeue] = screen.getAllByRole('button', { name: 'Requeue' });
    await fireEvent.click(requeue as HTMLElement);
    await waitFor(() =>
      expect(client.inputsOf('notifications.requeue')).toEqual([{ id: uuid(1) }]),
    );
    await fireEvent.click(boxes[1] as HTMLElement);
    const bar = screen.getByRole('group', { name: 'Selected dead letters' });
    await press(bar, 'Requeue');
    expect(client.inputsOf('notifications.requeueMany')).toEqual([{ ids: [uuid(2)] }]);
  });

  it('are counted again when a delivery fails', async () => {
    const { clock } = openWindow(client, '#/dead-letters');
    await list();
    clock.advance(1_000);
    host({ ...unpaid, count: 2 });
    client.push(notificationChange(notification({ id: uuid(7) })));
    await screen.findByText('2 dead letters');
  });

  it('are what the filters find, and requeued so after a question, however few', async () => {
    const filter = { channelId: uuid(202), event: 'raised', q: 'host="nas"' };
    client.script({
      'deadLetters.groups': ({ channelId }) =>
        ok({ groups: channelId === undefined ? [refused, unpaid] : [unpaid] }),
      'channels.list': () => ok({ items: [channel({ id: uuid(202), name: 'Pager' })] }),
      'notifications.previewRequeue': () =>
        ok({ total: 1, skipped: 0, summaries: 1, channels: [] }),
    });
    const { services } = openWindow(client, `#/dead-letters?q=${encodeURIComponent(filter.q)}`);
    await list();
    const filters = screen.getByRole('search', { name: 'Filters' });
    await within(filters).findByRole('option', { name: 'Pager' });
    for (const [name, value] of [
      ['Channel', uuid(202)],
      ['Event', 'raised'],
    ] as const) {
      await fireEvent.change(within(filters).getByRole('combobox', { name }), {
        target: { value },
      });
    }
    await screen.findByText('1 dead letter in 1 group');
    expect(client.inputsOf('deadLetters.groups').at(-1)).toEqual(filter);
    expect(location.hash).toContain(`channel=${uuid(202)}&event=raised&q=`);
    await press(document.body, 'Requeue all 1…');
    const dialog = await screen.findByRole('dialog', { name: 'Requeue 1 dead letter?' });
    await press(dialog, 'Requeue 1');
    expect(client.inputsOf('notifications.requeueMany')).toEqual([{ filter }]);
    await press(buttons('Credentials refused – Pager'), 'Requeue group');
    await waitFor(() =>
      expect(client.inputsOf('notifications.requeueMany')[1]).toEqual({
        group: 'pager-credentials',
        filter,
      }),
    );
    await press(filters, 'Clear filters');
    await screen.findByText(/in 2 groups$/);
    expect(services.deadLetters.query).toMatchObject({ channelId: null, event: null, search: '' });
  });

  it('say that the filters find nothing', async () => {
    host();
    openWindow(client, '#/dead-letters?cause=timeout&time=24h&obsolete=no');
    await screen.findByText('No matching dead letters');
    expect(client.inputsOf('deadLetters.groups').at(-1)).toEqual({
      ...{ failureClass: 'timeout', obsolete: false, diedFrom: NOW_MS - 86_400_000 },
    });
  });

  it('say that nothing is stuck when there is none', async () => {
    host();
    openWindow(client, '#/dead-letters');
    await screen.findByText('No dead letters');
  });
});

describe('several dead letters at once', () => {
  const letters = [1, 2, 3].map((number) =>
    notification({ id: uuid(number), channelName: `Relay ${number}` }),
  );
  const bar = (): HTMLElement => screen.getByRole('group', { name: 'Selected dead letters' });

  beforeEach(async () => {
    client.script({
      'notifications.list': () =>
        ok({ data: letters, total: 10_000, page: 1, per_page: 50, nextCursor: null }),
    });
    openWindow(client, '#/dead-letters');
    await list();
    await fireEvent.click(screen.getByRole('tab', { name: 'All' }));
    await screen.findByRole('checkbox', { name: 'Select all' });
  });

  it('are requeued by their ids, and the choice ends', async () => {
    await fireEvent.click(screen.getByRole('checkbox', { name: /to Relay 1$/ }));
    await fireEvent.click(screen.getByRole('checkbox', { name: /to Relay 2$/ }), {
      shiftKey: true,
    });
    expect(text(within(bar()).getByRole('status'))).toBe('2 dead letters selected');
    await press(bar(), 'Requeue');
    await waitFor(() =>
      expect(client.inputsOf('notifications.requeueMany')).toEqual([{ ids: [uuid(1), uuid(2)] }]),
    );
    expect(screen.queryByRole('group', { name: 'Selected dead letters' })).toBeNull();
  });

  it('are discarded by the search when all that match are meant', async () => {
    await fireEvent.click(screen.getByRole('checkbox', { name: 'Select all' }));
    const all = (10_000).toLocaleString();
    await press(bar(), `Select all ${all} matching`);
    expect(within(bar()).getByText('Requeueing skips obsolete dead letters.')).toBeTruthy();
    await press(bar(), 'Discard…');
    await press(screen.getByRole('dialog', { name: `Discard ${all} dead letters?` }), 'Discard');
    expect(client.inputsOf('notifications.discardMany')).toEqual([{ filter: {} }]);
  });
});

describe('the progress of bulk work', () => {
  it('is shown wherever one goes, and can be cancelled', async () => {
    client.script({ 'bulk.cancel': () => ok(job({ state: 'cancelled', changed: 400 })) });
    openWindow(client, '#/dead-letters');
    await list();
    await press(buttons('No connection – Phone relay'), 'Requeue group');
    client.push(jobChange(job({ total: 1_200, changed: 390, unchanged: 10 })));
    location.hash = '#/channels';
    await screen.findByRole('heading', { level: 1, name: 'Channels' });
    const progress = screen.getByRole<HTMLProgressElement>('progressbar', { name: 'Requeueing' });
    await waitFor(() => expect(progress.value).toBe(400));
    expect(progress.max).toBe(1_200);
    expect(screen.getByText(`400 of ${(1_200).toLocaleString()}`)).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await screen.findByText('Stopped: 400 of 100 requeued.');
    expect(screen.queryByRole('progressbar')).toBeNull();
  });
});
