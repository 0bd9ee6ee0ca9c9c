import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { Output } from '../../../main/contract/methods.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import {
  alert,
  alertChange,
  alertDetail,
  flappingEvidence,
  status,
  uuid,
} from '../support/samples.ts';

type Condition = Output<'conditions.flapping'>['items'][number];

const condition = (part: Partial<Condition> = {}): Condition => ({
  ...flappingEvidence(),
  source: 'prometheus',
  host: 'nas',
  kind: 'link_down',
  dedupKey: '',
  alert: alert({ kind: 'link_down', flapping: true }),
  ...part,
});
const answer = (...items: Condition[]) => ({ 'conditions.flapping': () => ok({ items }) });

async function openFlapping(client: FakeClient) {
  const opened = openWindow(client, '#/alerts');
  await fireEvent.click(await screen.findByRole('tab', { name: /^Flapping/ }));
  return opened;
}

describe('the flapping tab', () => {
  it('counts conditions and shows the changes of each as a picture', async () => {
    const client = new FakeClient({
      'system.status': () => ok(status({ flapping: 1 })),
      ...answer(condition()),
    });
    await openFlapping(client);
    const link = await screen.findByRole('link', { name: 'link_down on nas' });
    expect(link.getAttribute('href')).toBe(`#/alerts/${uuid(1)}`);
    expect(screen.getByRole('tab', { name: 'Flapping 1' })).toBeTruthy();
    expect(screen.getByRole('img', { name: /^5 changes in 1 min between firing/ })).toBeTruthy();
    expect(screen.getByText('1 alert is flapping')).toBeTruthy();
    expect(client.inputsOf('alerts.list')).toHaveLength(1);
  });

  it('keeps its row while episodes come and go', async () => {
    const client = new FakeClient(answer(condition()));
    const { clock } = await openFlapping(client);
    const row = (await screen.findByRole('link', { name: 'link_down on nas' })).closest('li');
    const next = alert({ id: uuid(2), kind: 'link_down', state: 'resolved', closedAt: 1 });
    client.script(answer(condition({ alert: next })));
    clock.advance(250);
    client.push(alertChange(next));
    await waitFor(() => expect(row?.textContent).toContain('Resolved'));
    expect(row?.isConnected).toBe(true);
    // A closed alert can be treated as stable, and no more.
    const buttons = within(row as HTMLElement).getAllByRole('button');
    expect(buttons.map(({ textContent }) => textContent.trim())).toEqual(['Treat as stable…']);
  });

  it('treats an alert as stable once that is confirmed', async () => {
    const settled = alert({ kind: 'link_down', flapping: false });
    const client = new FakeClient({ ...answer(condition()), 'alerts.settle': () => ok(settled) });
    await openFlapping(client);
    await fireEvent.click(await screen.findByRole('button', { name: 'Treat as stable…' }));
    const dialog = screen.getByRole('dialog', { name: 'Treat as stable?' });
    expect(dialog.textContent).toContain('its channels are notified of its current state');
    expect(client.inputsOf('alerts.settle')).toEqual([]);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Treat as stable' }));
    await screen.findByText('link_down on nas is treated as stable.');
    expect(client.inputsOf('alerts.settle')).toEqual([{ id: uuid(1) }]);
  });

  it('takes an alert off the list that is treated as stable in its details', async () => {
    const identity = { source: 'prometheus', host: 'nas', kind: 'link_down', dedupKey: '' };
    const flapping = alert({ ...identity, flapping: true });
    const items = [condition({ alert: flapping }), condition({ host: 'pi', alert: null })];
    const client = new FakeClient({
      ...answer(...items),
      'alerts.get': () => ok(alertDetail({ ...flapping, flappingEvidence: flappingEvidence() })),
      'alerts.settle': () => ok({ ...flapping, flapping: false }),
    });
    await openFlapping(client);
    const link = await screen.findByRole('link', { name: 'link_down on nas' });
    link.focus();
    await fireEvent.click(link);
    client.script(answer(...items.slice(1)));
    const pane = await screen.findByRole('complementary');
    await fireEvent.click(await within(pane).findByRole('button', { name: 'Treat as stable…' }));
    const dialog = screen.getByRole('dialog', { name: 'Treat as stable?' });
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Treat as stable' }));
    await waitFor(() => expect(link.isConnected).toBe(false));
    screen.getByText('1 alert is flapping');
  });

  it('shows a condition whose alerts are all tidied away', async () => {
    await openFlapping(new FakeClient(answer(condition({ alert: null }))));
    await screen.findByText(/link_down/);
    expect(screen.queryByRole('link', { name: 'link_down on nas' })).toBeNull();
  });

  it('searches, and says so when nothing is found', async () => {
    const other = condition({ host: 'pi', alert: null });
    const { services } = await openFlapping(
      new FakeClient({
        'conditions.flapping': ({ q = '' }) =>
          ok({ items: [condition(), other].filter(({ host }) => q === '' || host === q) }),
      }),
    );
    await screen.findByText('2 alerts are flapping');
    services.alerts.show({ tab: 'flapping', search: 'pi' });
    await screen.findByText('1 alert is flapping');
    services.alerts.show({ tab: 'flapping', search: 'printer' });
    await screen.findByText('No matching flapping alerts');
  });

  it('says that nothing flaps', async () => {
    await openFlapping(new FakeClient(answer()));
    await screen.findByText('Nothing is flapping');
  });

  it('says what could not be loaded, and tries again', async () => {
    const client = new FakeClient({ 'conditions.flapping': () => fail('unavailable', 'No.') });
    const { clock } = await openFlapping(client);
    await screen.findByText('Flapping alerts could not be loaded');
    client.script(answer(condition()));
    clock.advance(250);
    await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByRole('link', { name: 'link_down on nas' });
  });
});
