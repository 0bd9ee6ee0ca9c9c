import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { Input } from '../../../main/contract/methods.ts';
import {
  notificationEvent,
  notificationStatus,
  type NotificationRow,
} from '../../../main/contract/notification.ts';
import { ok } from '../../../main/contract/result.ts';
import { holdKind } from '../../../main/contract/suppression.ts';
import { text } from '../../../renderer/messages/text.svelte.ts';
import { messages } from '../../../renderer/messages/text.svelte.ts';
import { FakeClient } from '../support/fake-client.ts';
import { saying } from '../../support/sentences.ts';
import { openWindow } from '../support/open-window.ts';
import { NOW_MS, channel, notification, uuid } from '../support/samples.ts';

const all = notificationStatus.options.map((status, index) =>
  notification({
    id: uuid(index + 1),
    status,
    nextAttemptAt: status === 'failed' ? NOW_MS + 65_000 : null,
    held: status === 'pending',
  }),
);
const pageOf = (data: NotificationRow[], total = data.length) =>
  ok({ data, total, page: 1, per_page: 50, nextCursor: null });
const answers = ({ status }: Input<'notifications.list'>) =>
  pageOf(all.filter((item) => status === undefined || status.includes(item.status)));
const bodyRows = (): HTMLElement[] => screen.getAllByRole('row').slice(1);

describe('the deliveries view', () => {
  it('shows every status', async () => {
    openWindow(new FakeClient({ 'notifications.list': answers }), '#/deliveries');
    await screen.findByRole('table', { name: 'Deliveries, newest first' });
    expect(bodyRows()).toHaveLength(notificationStatus.options.length);
    expect(screen.getByText('On hold')).toBeTruthy();
  });

  it('counts down to the next attempt', async () => {
    const { clock } = openWindow(new FakeClient({ 'notifications.list': answers }), '#/deliveries');
    await screen.findAllByText('1 min 5 sec');
    clock.advance(5_000);
    await screen.findAllByText('1 min');
    clock.advance(60_000);
    await screen.findAllByText('now');
    expect(screen.queryByText('1 min')).toBeNull();
  });

  it('retries what is pending or failed, and says what still holds it', async () => {
    const client = new FakeClient({
      'notifications.list': answers,
      'notifications.retry': ({ id }) =>
        ok({
          status: 'retrying',
          ...(id === uuid(1) && { heldBy: '', reason: saying('Channel paused') }),
        }),
    });
    openWindow(client, '#/deliveries');
    await screen.findByRole('table');
    const retries = screen.getAllByRole('button', { name: 'Retry now' });
    expect(retries).toHaveLength(2);
    for (const button of retries) await fireEvent.click(button);
    expect(client.inputsOf('notifications.retry')).toHaveLength(2);
    await screen.findByText(/is still on hold: Channel paused\.$/);
    await screen.findByText(/^Retrying: /);
  });

  it('shows only the rows of a tab, and none while they are awaited', async () => {
    const client = new FakeClient({ 'notifications.list': answers });
    openWindow(client, '#/deliveries');
    await screen.findByRole('table');
    let give: () => void = () => undefined;
    client.script({
      'notifications.list': (input) =>
        new Promise((resolve) => {
          give = () => resolve(answers(input));
        }),
    });
    await fireEvent.click(screen.getByRole('tab', { name: 'Dead letter' }));
    expect(screen.queryByRole('table')).toBeNull();
    give();
    await screen.findByRole('table');
    expect(bodyRows()).toHaveLength(1);
    expect(within(bodyRows()[0] as HTMLElement).getByText('Dead letter')).toBeTruthy();
  });

  it('asks for one channel', async () => {
    const client = new FakeClient({
      'notifications.list': answers,
      'channels.list': () => ok({ items: [channel()] }),
    });
    openWindow(client, '#/deliveries');
    await screen.findByRole('option', { name: 'Phone relay' });
    const select = screen.getByRole('combobox', { name: 'Channel' });
    await fireEvent.change(select, { target: { value: uuid(201) } });
    expect(client.inputsOf('notifications.list').at(-1)).toMatchObject({ channelId: uuid(201) });
  });

  it('searches once typing pauses', async () => {
    const client = new FakeClient({
      'notifications.list': answers,
      'labels.list': () => ok({ items: [] }),
    });
    const { clock } = openWindow(client, '#/deliveries');
    const field = await screen.findByRole('combobox', { name: 'Search deliveries' });
    for (const value of ['n', 'na', 'nas']) await fireEvent.input(field, { target: { value } });
    clock.advance(200);
    const searches = client.inputsOf('notifications.list').filter((input) => {
      return (input as Input<'notifications.list'>).q !== undefined;
    });
    expect(searches).toEqual([{ per_page: 100, q: 'nas' }]);
  });

  it('loads more below the last row', async () => {
    const client = new FakeClient({
      'notifications.list': ({ cursor }) =>
        ok({
          data: cursor === undefined ? all.slice(0, 2) : all.slice(2),
          ...{ total: all.length, page: 1, per_page: 100 },
          nextCursor: cursor === undefined ? '5' : null,
        }),
    });
    openWindow(client, '#/deliveries');
    await fireEvent.click(await screen.findByRole('button', { name: 'Load more' }));
    await waitFor(() => expect(bodyRows()).toHaveLength(all.length));
    expect(client.inputsOf('notifications.list').at(-1)).toMatchObject({ cursor: '5' });
    expect(screen.queryByRole('button', { name: 'Load more' })).toBeNull();
  });

  it.each(holdKind.options)('says that one waits on purpose: %s', async (kind) => {
    const until = NOW_MS + 3_600_000;
    const held = notification({
      status: 'pending',
      hold: { kind, detail: '', reason: saying('The reason.'), until },
    });
    openWindow(new FakeClient({ 'notifications.list': () => pageOf([held]) }), '#/deliveries');
    const [words] = await screen.findAllByTitle('The reason.');
    expect(words?.textContent.replace(/\s+/g, ' ').trim()).toBe(
      `${text('notifications.hold', { kind })} until ${messages().moment(until, NOW_MS)}`,
    );
  });

  it('has a label for every event', async () => {
    const queued = notificationEvent.options.map((event, index) =>
      notification({ id: uuid(index + 1), event }),
    );
    openWindow(new FakeClient({ 'notifications.list': () => pageOf(queued) }), '#/deliveries');
    await screen.findByRole('table');
    for (const [index, event] of notificationEvent.options.entries()) {
      const label = text(`common.notificationEvent.${event}`);
      // A test is about no alert.
      const name = event === 'test' ? text('notifications.testTitle') : `${label}: backup_failed`;
      expect(bodyRows()[index]?.textContent).toContain(name);
    }
  });

  it('says why one waits, and that it leaves with others, in the details', async () => {
    const hold = {
      ...{ kind: 'grouping' as const, detail: '', reason: saying('Collected by host.') },
      until: null,
    };
    const held = notification({ status: 'pending', hold, bundleId: uuid(700) });
    const client = new FakeClient({
      'notifications.list': () => pageOf([held]),
      'notifications.get': () => ok({ ...held, attempts: [], alertStateNow: 'open' }),
    });
    openWindow(client, `#/deliveries/${held.id}`);
    const pane = await screen.findByRole('complementary');
    await within(pane).findByText('Collected by host.');
    expect(within(pane).getByText('Will be sent as part of a group')).toBeTruthy();
    expect(within(bodyRows()[0] as HTMLElement).getByText('Grouped')).toBeTruthy();
  });

  it('says what a cancelled one was waiting for', async () => {
    const hold = {
      ...{ kind: 'silence' as const, detail: '', reason: saying('Silenced by ann.') },
      until: null,
    };
    const gone = notification({ status: 'cancelled', cancelReason: 'superseded', hold });
    const client = new FakeClient({
      'notifications.list': () => pageOf([gone]),
      'notifications.get': () => ok({ ...gone, attempts: [], alertStateNow: 'resolved' }),
    });
    openWindow(client, `#/deliveries/${gone.id}`);
    expect((await screen.findByText('Was on hold')).nextElementSibling?.textContent).toBe(
      'Silenced by ann.',
    );
  });
});
