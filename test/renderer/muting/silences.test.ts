import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { fail, ok } from '../../../main/contract/result.ts';
import { silenceInput, silencePatch, type Silence } from '../../../main/contract/suppression.ts';
import { groupSilences } from '../../../renderer/muting/silence-groups.ts';
import { toLocalInput } from '../../../renderer/ui/local-moment.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { silence } from '../support/routing-samples.ts';
import { NOW_MS, alert, alertChange, uuid } from '../support/samples.ts';
import { settled } from '../support/settled.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const host = (...items: Silence[]): FakeClient =>
  new FakeClient({ 'silences.list': () => ok({ items }) });

const type = (label: string, value: string): Promise<boolean> =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });
const click = async (name: string): Promise<void> => {
  await fireEvent.click(await screen.findByRole('button', { name }));
};
const section = (name: string): Promise<HTMLElement> => screen.findByRole('list', { name });

describe('the list of silences', () => {
  it('says which are active, to come and over, and how many alerts each matches', async () => {
    const pending = silence({ id: uuid(502), startsAt: NOW_MS + HOUR_MS, state: 'pending' });
    const expired = silence({ id: uuid(503), endsAt: NOW_MS - HOUR_MS, state: 'expired' });
    openWindow(host(silence(), pending, expired), '#/muting');
    const active = await section('Active');
    expect(active.textContent).toContain('Alerts on nas');
    expect(active.textContent).toContain('Ends in 3 hours');
    expect(active.textContent).toContain('Matches 2 alerts');
    expect(active.textContent).toContain('waits for its disk');
    expect((await section('Scheduled')).textContent).toContain('Starts in 1 hour');
    expect(screen.queryByRole('list', { name: 'Expired' })).toBeNull();
    const summary = screen.getByText('Expired (1)');
    await fireEvent.click(summary);
    expect((await section('Expired')).textContent).toContain('Ended 1 hour ago');
  });

  it('makes an end that is near easy to see, to the second', async () => {
    const { clock } = openWindow(host(silence({ endsAt: NOW_MS + 16 * MINUTE_MS })), '#/muting');
    expect((await section('Active')).textContent).toContain('Ends in 16 minutes');
    clock.advance(90_000);
    await screen.findByText('14 min 30 sec');
    expect((await section('Active')).textContent).toContain('Ends soon');
  });

  it('takes a silence as over when its time has come, whoever says so first', async () => {
    const { clock } = openWindow(host(silence({ endsAt: NOW_MS + MINUTE_MS })), '#/muting');
    await section('Active');
    clock.advance(2 * MINUTE_MS);
    await screen.findByText('Nothing is silenced');
    expect(screen.getByText('Expired (1)')).toBeTruthy();
  });

  it('counts again when alerts change, at most once a second', async () => {
    const client = host(silence());
    const { clock } = openWindow(client, '#/muting');
    await section('Active');
    client.script({ 'silences.list': () => ok({ items: [silence({ matching: 3 })] }) });
    for (const _ of [1, 2, 3]) client.push(alertChange(alert()));
    await screen.findByText('Matches 3 alerts');
    clock.advance(1_000);
    expect(client.inputsOf('silences.list')).toHaveLength(3);
  });

  it('shows a comment as the text that it is', async () => {
    openWindow(host(silence({ comment: '<img src=x onerror=alert(1)>' })), '#/muting');
    await screen.findByText('<img src=x onerror=alert(1)>');
    expect(document.querySelector('main img')).toBeNull();
  });

  it('extends a silence from its own end on', async () => {
    const client = host(silence());
    const longer = silence({ endsAt: NOW_MS + 7 * HOUR_MS });
    client.script({ 'silences.update': () => ok(longer) });
    openWindow(client, '#/muting');
    await click('Extend');
    await click('4 hours');
    await waitFor(() =>
      expect(client.inputsOf('silences.update')).toEqual([
        { id: uuid(501), endsAt: NOW_MS + 7 * HOUR_MS },
      ]),
    );
    expect((await section('Active')).textContent).toContain('Ends in 7 hours');
  });

  it('ends a silence once that was confirmed', async () => {
    const client = host(silence());
    client.script({ 'silences.expire': () => ok(silence({ state: 'expired', endsAt: NOW_MS })) });
    openWindow(client, '#/muting');
    await click('End now');
    const dialog = screen.getByRole('dialog', { name: 'End this silence now?' });
    expect(dialog.textContent).toContain('notifications are sent now');
    expect(client.inputsOf('silences.expire')).toEqual([]);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'End now' }));
    await screen.findByText('Expired (1)');
    expect(client.inputsOf('silences.expire')).toEqual([{ id: uuid(501) }]);
  });

  it('begins an expired one again', async () => {
    openWindow(host(silence({ state: 'expired', endsAt: NOW_MS - 1 })), '#/muting');
    await fireEvent.click(await screen.findByText('Expired (1)'));
    await click('Silence again');
    await screen.findByRole('dialog', { name: 'New silence' });
    expect(screen.getByLabelText('Matching alerts, matcher 1')).toHaveProperty(
      'value',
      'host="nas"',
    );
  });

  it('redraws nothing of hundreds of rows while no second of theirs counts', async () => {
    const endsAt = NOW_MS + 125 * MINUTE_MS;
    const many = Array.from({ length: 500 }, (_, index) =>
      silence({ id: uuid(1_000 + index), endsAt }),
    );
    const { clock } = openWindow(host(...many), '#/muting');
    const list = await section('Active');
    expect(list.children).toHaveLength(500);
    const redrawn: MutationRecord[] = [];
    const observer = new MutationObserver((records) => redrawn.push(...records));
    observer.observe(list, { subtree: true, childList: true, characterData: true });
    clock.advance(5_000);
    await settled();
    expect(redrawn).toEqual([]);
    clock.advance(10 * MINUTE_MS);
    await settled();
    expect(redrawn.length).toBeGreaterThan(0);
    observer.disconnect();
  });
});

describe('the dialog of a silence', () => {
  it('begins with the matchers that a link brings, and creates', async () => {
    const client = host();
    client.script({ 'silences.create': () => ok(silence({ matching: 1 })) });
    const matchers = ['kind="disk_full"', 'host="nas"'];
    openWindow(client, `#/muting/new?matchers=${encodeURIComponent(JSON.stringify(matchers))}`);
    const dialog = await screen.findByRole('dialog', { name: 'New silence' });
    await fireEvent.click(within(dialog).getByLabelText('4 hours'));
    await type('Reason', 'new disk on Friday');
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Silence' }));
    await screen.findByText('Silence saved. It matches 1 alert now.');
    const [sent] = client.inputsOf('silences.create');
    expect(silenceInput.parse(sent)).toEqual({
      matchers,
      comment: 'new disk on Friday',
      endsAt: NOW_MS + 4 * HOUR_MS,
    });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(location.hash).toBe('#/muting');
  });

  it('takes nothing from a link that is wrong', async () => {
    openWindow(host(), '#/muting/new?matchers=%5B%22everything%22%5D');
    await screen.findByRole('dialog', { name: 'New silence' });
    expect(screen.getByLabelText('Matching alerts, matcher 1')).toHaveProperty('value', '');
  });

  it('shows the silences behind it, whatever was looked at before', async () => {
    const client = host(silence());
    client.script({ 'inhibitions.list': () => ok({ items: [] }) });
    openWindow(client, '#/muting');
    await fireEvent.click(await screen.findByRole('tab', { name: 'Inhibitions' }));
    location.hash = '#/muting/new';
    const dialog = await screen.findByRole('dialog', { name: 'New silence' });
    await section('Active');
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await section('Active');
  });

  it('refuses a silence of everything, and names the pause', async () => {
    const client = host();
    openWindow(client, '#/muting');
    await click('New silence');
    await screen.findByRole('dialog', { name: 'New silence' });
    await click('Silence');
    await screen.findByText(/To silence everything, pause deliveries/);
    expect(client.inputsOf('silences.create')).toEqual([]);
  });

  it('begins later, and ends by the calendar', async () => {
    const client = host();
    client.script({ 'silences.create': () => ok(silence()) });
    openWindow(client, '#/muting/new?matchers=["host=nas"]');
    await screen.findByRole('dialog', { name: 'New silence' });
    const start = NOW_MS - (NOW_MS % MINUTE_MS) + 2 * HOUR_MS;
    await fireEvent.click(screen.getByLabelText('Start later'));
    await type('Start', toLocalInput(start));
    await fireEvent.click(screen.getByLabelText('Until…'));
    const [startField, endField] = [screen.getByLabelText('Start'), screen.getByLabelText('End')];
    expect(startField.compareDocumentPosition(endField)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    expect(endField).toHaveProperty('value', toLocalInput(start + 22 * HOUR_MS));
    await type('End', toLocalInput(start - HOUR_MS));
    await click('Silence');
    await screen.findByText('Must be after the start.');
    await type('End', toLocalInput(start + HOUR_MS));
    await click('Silence');
    await screen.findByText(/Silence saved/);
    expect(client.inputsOf('silences.create')).toEqual([
      { matchers: ['host=nas'], comment: '', startsAt: start, endsAt: start + HOUR_MS },
    ]);
  });

  it('asks for the matcher that a name alone may mean', async () => {
    openWindow(host(), '#/muting/new');
    await screen.findByRole('dialog', { name: 'New silence' });
    const field = screen.getByLabelText('Matching alerts, matcher 1');
    await fireEvent.input(field, { target: { value: 'nas.lan' } });
    await fireEvent.change(field);
    await screen.findByText(/Did you mean host="nas\.lan"\?$/);
    await fireEvent.input(field, { target: { value: 'two words' } });
    await screen.findByText(/^Enter a matcher such as/);
  });

  it('keeps the seconds of an end that nobody touched', async () => {
    const client = host(silence({ endsAt: NOW_MS + HOUR_MS + 17_000 }));
    client.script({ 'silences.update': () => ok(silence({ comment: 'x' })) });
    openWindow(client, '#/muting');
    await click('Edit');
    await type('Reason', 'x');
    await click('Save');
    await screen.findByText(/Silence saved/);
    const [sent] = client.inputsOf('silences.update');
    expect(silencePatch.parse(sent)).toEqual({
      id: uuid(501),
      matchers: ['host="nas"'],
      comment: 'x',
    });
  });

  it('says what the host refuses', async () => {
    const client = host();
    client.script({ 'silences.create': () => fail('invalid_input', 'There are 500 already.') });
    openWindow(client, '#/muting/new?matchers=["host=nas"]');
    await screen.findByRole('dialog', { name: 'New silence' });
    await click('Silence');
    await screen.findByText('There are 500 already.');
    expect(screen.getByRole('dialog')).toBeTruthy();
  });
});

describe('groupSilences', () => {
  it('goes by the clock of the window where that is further on', () => {
    const soon = silence({ id: uuid(2), endsAt: NOW_MS + 1 });
    const late = silence({ id: uuid(3), endsAt: NOW_MS + 9 });
    const over = silence({ id: uuid(4), endsAt: NOW_MS });
    const begun = silence({ id: uuid(5), state: 'pending', startsAt: NOW_MS, endsAt: NOW_MS + 5 });
    expect(groupSilences([late, over, soon, begun], NOW_MS)).toEqual({
      active: [soon, begun, late],
      pending: [],
      expired: [over],
    });
  });

  it('believes the host that a silence has begun or ended', () => {
    const begun = silence({ startsAt: NOW_MS + 5_000 });
    const ended = silence({ id: uuid(2), state: 'expired', endsAt: NOW_MS + 5_000 });
    expect(groupSilences([begun, ended], NOW_MS)).toEqual({
      active: [begun],
      pending: [],
      expired: [ended],
    });
  });
});
