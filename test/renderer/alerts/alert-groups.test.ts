import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AlertGroup } from '../../../main/contract/alert.ts';
import { ok } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { alert, alertChange, uuid } from '../support/samples.ts';

let client: FakeClient;
let groups: AlertGroup[];

const headings = (): string[] =>
  screen
    .getAllByRole('button', { expanded: true })
    .concat(screen.queryAllByRole('button', { expanded: false }))
    .map((button) => button.querySelector('strong')?.textContent ?? '')
    .filter((name) => name !== '');

beforeEach(() => {
  groups = [
    { value: 'nas', count: 2, severity: 'critical' },
    { value: 'pi', count: 1, severity: 'warning' },
  ];
  client = new FakeClient({
    'alerts.groups': () => ok({ groups, total: 3, isPartial: false }),
    'alerts.list': ({ host = 'nas', q }) => {
      const items =
        host === 'pi' && q === undefined
          ? [alert({ id: uuid(3), host, kind: 'fan_loud' })]
          : [alert({ id: uuid(1), host }), alert({ id: uuid(2), host, kind: 'disk_full' })];
      return ok({ items, nextCursor: null, total: items.length });
    },
    'labels.list': () => ok({ items: ['zone', 'host'] }),
  });
});

describe('alerts by group', () => {
  it('show each group with its count, and are grouped from the address', async () => {
    openWindow(client, '#/alerts?group=host');
    const first = await screen.findByRole('button', { name: /nas 2 alerts/ });
    expect(first.getAttribute('aria-expanded')).toBe('true');
    expect(within(first).getByText('Critical')).toBeTruthy();
    await screen.findByRole('link', { name: /fan_loud/ });
    expect(client.inputsOf('alerts.groups')).toEqual([
      { by: 'host', state: ['open', 'acknowledged'] },
    ]);
    await fireEvent.click(first);
    await waitFor(() => expect(screen.queryByRole('link', { name: /disk_full/ })).toBeNull());
    expect(first.getAttribute('aria-expanded')).toBe('false');
    expect(screen.getByRole('link', { name: /fan_loud/ })).toBeTruthy();
  });

  it('are grouped by a label, and asks for what has it by a matcher', async () => {
    openWindow(client, '#/alerts?q=disk');
    const menu = await screen.findByLabelText('Group by');
    await within(menu).findByRole('option', { name: 'zone' });
    expect(within(menu).getAllByRole('option')).toHaveLength(5);
    groups = [{ value: '', count: 3, severity: 'info' }];
    await fireEvent.change(menu, { target: { value: 'zone' } });
    await screen.findByRole('button', { name: /No zone 3 alerts/ });
    expect(location.hash).toBe('#/alerts?q=disk&group=zone');
    await waitFor(() =>
      expect(client.inputsOf('alerts.list').at(-1)).toMatchObject({ q: 'zone="" disk' }),
    );
  });

  it('are folded at first where they are many', async () => {
    client.script({ 'alerts.groups': () => ok({ groups, total: 5_000, isPartial: true }) });
    openWindow(client, '#/alerts?group=host');
    const first = await screen.findByRole('button', { name: /nas/ });
    expect(first.getAttribute('aria-expanded')).toBe('false');
    await screen.findByText(/Counts the newest alerts only/);
  });

  it('keep their order while the pointer is among them', async () => {
    const { clock } = openWindow(client, '#/alerts?group=host');
    const first = await screen.findByRole('button', { name: /nas 2 alerts/ });
    const list = screen.getByRole('list', { name: 'Groups of alerts' });
    await fireEvent.pointerEnter(list.parentElement ?? list);
    groups = [
      { value: 'pi', count: 9, severity: 'critical' },
      { value: 'nas', count: 1, severity: 'warning' },
    ];
    client.push(alertChange(alert()));
    clock.advance(1_000);
    await screen.findByRole('button', { name: /pi 9 alerts/ });
    expect(headings()).toEqual(['nas', 'pi']);
    await fireEvent.pointerLeave(list.parentElement ?? list);
    await waitFor(() => expect(headings()).toEqual(['pi', 'nas']));
    expect(first.isConnected).toBe(true);
  });

  it('are ticked over all groups that are unfolded', async () => {
    client.script({ 'alerts.acknowledgeMany': () => ok({ changed: 3, unchanged: 0 }) });
    openWindow(client, '#/alerts?group=host');
    await screen.findByRole('link', { name: /fan_loud/ });
    await screen.findByRole('link', { name: /disk_full/ });
    await fireEvent.click(screen.getByRole('checkbox', { name: 'Select all' }));
    const bar = screen.getByRole('group', { name: 'Selected alerts' });
    await fireEvent.click(within(bar).getByRole('button', { name: 'Acknowledge' }));
    await screen.findByText('3 acknowledged.');
    expect(client.inputsOf('alerts.acknowledgeMany')).toEqual([{ ids: [1, 2, 3].map(uuid) }]);
  });
});

describe('the order of alerts', () => {
  it('is that of the address, and is changed there', async () => {
    openWindow(client, '#/alerts?sort=severity');
    const menu = await screen.findByLabelText<HTMLSelectElement>('Sort by');
    expect(menu.value).toBe('severity');
    await waitFor(() =>
      expect(client.inputsOf('alerts.list').at(-1)).toMatchObject({ sort: 'severity' }),
    );
    await fireEvent.change(menu, { target: { value: 'latest' } });
    await waitFor(() => expect(location.hash).toBe('#/alerts'));
    expect(client.inputsOf('alerts.list').at(-1)).not.toHaveProperty('sort');
  });
});
