import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SavedView } from '../../../main/contract/saved-view.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import { fixedCommands } from '../../../renderer/palette/commands.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { NOW_MS, uuid } from '../support/samples.ts';

const view = (number: number, name: string, params: SavedView['params']): SavedView => {
  return { id: uuid(number), name, params, createdAt: NOW_MS, updatedAt: NOW_MS };
};

let client: FakeClient;
let stored: SavedView[];
const press = async (name: string): Promise<void> => {
  await fireEvent.click(await screen.findByRole('button', { name }));
};
async function nameIt(title: string, name: string): Promise<void> {
  const dialog = await screen.findByRole('dialog', { name: title });
  await fireEvent.input(within(dialog).getByLabelText('Name'), { target: { value: name } });
  await fireEvent.click(within(dialog).getByRole('button', { name: 'Save' }));
}

beforeEach(() => {
  stored = [
    view(1, 'Basement', { q: 'zone="base"', group: 'host' }),
    view(2, 'Old', { tab: 'closed' }),
  ];
  client = new FakeClient({
    'views.list': () => ok({ items: stored }),
    'views.create': ({ name, params }) => ok(view(3, name, params)),
    'views.update': ({ id, name, params }) => ok({ ...view(0, name, params), id }),
    'views.delete': () => ok({ status: 'deleted' }),
    'alerts.groups': () => ok({ groups: [], total: 0, isPartial: false }),
  });
});

describe('saved views', () => {
  it('are links, of which the one that is shown is marked', async () => {
    openWindow(client, '#/alerts?group=host&q=zone%3D%22base%22');
    const link = await screen.findByRole('link', { name: 'Basement' });
    expect(link.getAttribute('aria-current')).toBe('true');
    const other = screen.getByRole('link', { name: 'Old' });
    expect(other.getAttribute('href')).toBe('#/alerts?tab=closed');
    expect(other.getAttribute('aria-current')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Save view…' })).toBeNull();
  });

  it('are saved as what the address says', async () => {
    openWindow(client, '#/alerts?q=disk&sort=severity');
    await press('Save view…');
    await nameIt('Save view', 'Disks');
    await screen.findByText('Disks saved.');
    expect(client.inputsOf('views.create')).toEqual([
      { name: 'Disks', params: { q: 'disk', sort: 'severity' } },
    ]);
    const saved = await screen.findByRole('link', { name: 'Disks' });
    expect(saved.getAttribute('aria-current')).toBe('true');
  });

  it('say what the host refuses', async () => {
    client.script({ 'views.create': () => fail('invalid_input', 'There are 50 already.') });
    openWindow(client, '#/alerts?q=disk');
    await press('Save view…');
    await nameIt('Save view', 'Disks');
    await screen.findByText('There are 50 already.');
  });

  it('are renamed and deleted, and each is undone', async () => {
    openWindow(client, '#/alerts?tab=closed');
    await press('Rename…');
    await nameIt('Rename Old', 'Closed ones');
    await screen.findByText('Renamed to Closed ones.');
    await press('Undo');
    await waitFor(() =>
      expect(client.inputsOf('views.update')).toEqual([
        { id: uuid(2), name: 'Closed ones', params: { tab: 'closed' } },
        { id: uuid(2), name: 'Old', params: { tab: 'closed' } },
      ]),
    );
    await press('Delete');
    await screen.findByText('Old deleted.');
    expect(screen.queryByRole('link', { name: 'Old' })).toBeNull();
    await press('Undo');
    await screen.findByRole('link', { name: 'Old' });
    expect(client.inputsOf('views.create')).toEqual([{ name: 'Old', params: { tab: 'closed' } }]);
  });

  it('come to every window, and into the palette', async () => {
    const { clock, services } = openWindow(client, '#/alerts');
    await screen.findByRole('link', { name: 'Basement' });
    stored = [view(4, 'Attic', { q: 'zone="attic"' })];
    client.push({ entity: 'views' });
    clock.advance(1_000);
    await screen.findByRole('link', { name: 'Attic' });
    const command = fixedCommands(services).find(({ label }) => label === 'Attic');
    expect(command?.hint).toBe('Saved view');
    command?.run();
    await waitFor(() => expect(services.alerts.query.search).toBe('zone="attic"'));
  });
});
