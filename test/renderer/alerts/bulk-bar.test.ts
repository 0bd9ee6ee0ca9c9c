import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { ok } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { alert, uuid } from '../support/samples.ts';

let client: FakeClient;
const box = (host: string): HTMLInputElement =>
  screen.getByRole('checkbox', { name: `Select backup_failed on ${host}` });
const bar = (): HTMLElement => screen.getByRole('group', { name: 'Selected alerts' });
const press = (name: string): Promise<boolean> =>
  fireEvent.click(within(bar()).getByRole('button', { name }));

beforeEach(() => {
  const items = ['a', 'b', 'c', 'd'].map((host, index) => alert({ id: uuid(9 - index), host }));
  client = new FakeClient({
    'alerts.list': () => ok({ items, nextCursor: 'more', total: 12_345 }),
    'alerts.acknowledgeMany': () => ok({ changed: 37, unchanged: 2 }),
    'alerts.snoozeMany': () => ok({ changed: 4, unchanged: 0 }),
    'alerts.resolveMany': () => ok({ changed: 12_345, unchanged: 0 }),
  });
});

describe('the choice of several alerts', () => {
  it('acknowledges the ticked rows, says how many, and ends', async () => {
    openWindow(client, '#/alerts');
    await fireEvent.click(await screen.findByRole('checkbox', { name: /on b$/ }));
    await fireEvent.click(box('d'), { shiftKey: true });
    expect(box('c').checked).toBe(true);
    expect(within(bar()).getByRole('status').textContent).toBe('3 alerts selected');
    await press('Acknowledge');
    await screen.findByText('37 acknowledged, 2 unchanged.');
    expect(client.inputsOf('alerts.acknowledgeMany')).toEqual([
      { ids: [uuid(8), uuid(7), uuid(6)] },
    ]);
    expect(screen.queryByRole('group', { name: 'Selected alerts' })).toBeNull();
    expect(box('c').checked).toBe(false);
  });

  it('resolves all that match, by the filter, after a confirmation', async () => {
    openWindow(client, '#/alerts');
    await fireEvent.click(await screen.findByRole('checkbox', { name: 'Select all' }));
    const total = (12_345).toLocaleString();
    await press(`Select all ${total} matching`);
    expect(within(bar()).getByRole('status').textContent).toBe(`${total} alerts selected`);
    await press('Resolve…');
    const dialog = screen.getByRole('dialog', { name: `Resolve ${total} alerts?` });
    expect(client.inputsOf('alerts.resolveMany')).toEqual([]);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Resolve' }));
    await screen.findByText(`${total} resolved.`);
    expect(client.inputsOf('alerts.resolveMany')).toEqual([{ filter: {} }]);
  });

  it('snoozes what is shown, by ids', async () => {
    openWindow(client, '#/alerts');
    await fireEvent.click(await screen.findByRole('checkbox', { name: 'Select all' }));
    await press('Snooze…');
    const dialog = screen.getByRole('dialog', { name: 'Snooze 4 alerts' });
    await fireEvent.click(within(dialog).getByRole('button', { name: '4 hours' }));
    await screen.findByText('4 snoozed.');
    expect(client.inputsOf('alerts.snoozeMany')).toEqual([
      { ids: [9, 8, 7, 6].map(uuid), durationMs: 14_400_000 },
    ]);
  });

  it('ends with another tab or search, since nobody would see what is ticked', async () => {
    const { services } = openWindow(client, '#/alerts');
    await fireEvent.click(await screen.findByRole('checkbox', { name: /on b$/ }));
    await fireEvent.click(screen.getByRole('tab', { name: 'All' }));
    await waitFor(() => expect(services.alerts.items).not.toBeNull());
    expect(screen.queryByRole('checkbox', { name: /^Select/ })).toBeNull();
    await fireEvent.click(screen.getByRole('tab', { name: 'Active' }));
    expect((await screen.findByRole<HTMLInputElement>('checkbox', { name: /on b$/ })).checked).toBe(
      false,
    );
  });
});
