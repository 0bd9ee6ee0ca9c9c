import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { failureClass, type FailureClass } from '../../../main/contract/failure-class.ts';
import { type NotificationRow } from '../../../main/contract/notification.ts';
import { ok } from '../../../main/contract/result.ts';
import { messagesFor } from '../../../main/messages/messages.ts';
import { nextStep } from '../../../main/messages/reasons.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { attempt, job, notification, status, uuid } from '../support/samples.ts';

const CONNECTION_STEP = 'Check that the receiver is running, and the address, port and firewall.';
const long = 'x'.repeat(500);
const first = notification({ id: uuid(1), lastError: long });
const second = notification({ id: uuid(2), channelName: 'Pager' });
const pageOf = (...data: NotificationRow[]) =>
  ok({ data, total: data.length, page: 1, per_page: 50, nextCursor: null });

function open(client: FakeClient, hash = '#/dead-letters') {
  client.script({
    'system.status': () =>
      ok(status({ notifications: { pending: 0, sending: 0, failed: 0, dead: 2 } })),
  });
  const opened = openWindow(client, hash);
  opened.services.deadLettersTab.selected = 'all';
  return opened;
}

describe('the list of all dead letters', () => {
  it('counts them in the badge', async () => {
    open(new FakeClient({ 'notifications.list': () => pageOf(first, second) }));
    await screen.findByRole('link', { name: 'Dead letters, 2 undelivered', current: 'page' });
    await waitFor(() => expect(document.title).toBe('Dead letters – Belfry'));
  });

  it('shows the spent budget, the error with its full text on hover, and the next step', async () => {
    open(new FakeClient({ 'notifications.list': () => pageOf(first) }));
    await screen.findByText('Attempt 5/5');
    expect(screen.getByTitle((title) => title.startsWith(long)).textContent).toContain(long);
    expect(screen.getByText(CONNECTION_STEP)).toBeTruthy();
  });

  it('has a next step for every cause', () => {
    const steps = failureClass.options.map((cause: FailureClass) =>
      nextStep(messagesFor('en'), null, cause),
    );
    expect(new Set(steps).size).toBe(failureClass.options.length);
    for (const step of steps) expect(step).toMatch(/^[A-Z].{20,}\.$/);
  });

  it('requeues with one click; the row leaves and the focus goes to the next', async () => {
    let gone = false;
    const client = new FakeClient({
      'notifications.list': () => (gone ? pageOf(second) : pageOf(first, second)),
      'notifications.requeue': () => {
        gone = true;
        return ok({ status: 'requeued' });
      },
    });
    open(client);
    const [button] = await screen.findAllByRole('button', { name: 'Requeue' });
    button?.focus();
    await fireEvent.click(button as HTMLElement);
    await screen.findByText('Requeued: backup_failed on nas to Phone relay.');
    expect(client.inputsOf('notifications.requeue')).toEqual([{ id: uuid(1) }]);
    await waitFor(() => {
      expect(screen.getAllByRole('button', { name: 'Requeue' })).toHaveLength(1);
      expect(document.activeElement?.id).toBe(`row-${uuid(2)}`);
    });
  });

  it('discards with one click, since that can be undone', async () => {
    const client = new FakeClient({
      'notifications.list': () => pageOf(first),
      'notifications.discard': () => ok({ status: 'discarded' }),
    });
    open(client);
    const button = await screen.findByRole('button', { name: 'Discard' });
    client.script({ 'notifications.list': () => pageOf() });
    await fireEvent.click(button);
    await screen.findByText('No dead letters');
    expect(client.inputsOf('notifications.discard')).toEqual([{ id: uuid(1) }]);
  });

  it('undoes a discard within 30 seconds', async () => {
    const client = new FakeClient({
      'notifications.list': () => pageOf(first),
      'notifications.discard': () => ok({ status: 'discarded' }),
      'notifications.undoDiscard': () =>
        ok(job({ action: 'undo_discard', state: 'finished', total: 1, changed: 1 })),
    });
    const { clock } = open(client);
    await fireEvent.click(await screen.findByRole('button', { name: 'Discard' }));
    await screen.findByText('Discarded: backup_failed on nas to Phone relay.');
    clock.advance(12_000);
    await screen.findByText('18 sec');
    await fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await screen.findByText('1 restored.');
    expect(client.inputsOf('notifications.undoDiscard')).toEqual([{ id: uuid(1) }]);
    expect(screen.queryByText(/^Discarded: /)).toBeNull();
  });

  it('asks only for what the address says', async () => {
    const client = new FakeClient({
      'notifications.list': () => pageOf(),
      'deadLetters.groups': () => ok({ groups: [] }),
    });
    openWindow(client, '#/dead-letters?cause=timeout');
    await screen.findByText('No matching dead letters');
    expect(client.inputsOf('deadLetters.groups')).toEqual([{ failureClass: 'timeout' }]);
  });

  it('says what was delivered where there is none', async () => {
    const hours = Array.from({ length: 24 }, (_, hour) => ({ sent: hour, failed: 0 }));
    const latency = { deliveries: 3, p50Ms: 12, p95Ms: 30 };
    const client = new FakeClient({
      'notifications.list': () => pageOf(),
      'channels.activity': () =>
        ok({ at: 0, since: 0, items: [{ id: uuid(9), hours, lastDeliveredAt: 1, latency }] }),
    });
    client.script({
      'system.status': () =>
        ok(status({ notifications: { pending: 0, sending: 0, failed: 2, dead: 0 } })),
    });
    openWindow(client, '#/dead-letters?tab=all');
    await screen.findByText('276 notifications delivered in the last 24 hours');
    const retried = screen.getByRole('link', { name: '2 are being retried' });
    expect(retried.getAttribute('href')).toBe('#/deliveries?status=failed');
  });

  it('marks what is obsolete', async () => {
    open(new FakeClient({ 'notifications.list': () => pageOf({ ...first, obsolete: true }) }));
    await screen.findByTitle('Obsolete: the alert has already resolved');
  });

  it('says that one was to leave with others', async () => {
    const bundled = { ...first, event: 'reminder' as const, bundleId: uuid(700) };
    open(new FakeClient({ 'notifications.list': () => pageOf(bundled) }));
    await screen.findByText('Reminder, to Phone relay');
    expect(screen.getByTitle('Was to be sent as part of a group')).toBeTruthy();
  });

  it('shows every attempt in the details, by round, newest first', async () => {
    const attempts = [
      attempt({ id: 1, number: 1 }),
      attempt({ id: 2, number: 2, outcome: 'interrupted', failureClass: 'interrupted' }),
      attempt({ id: 3, budget: 2, number: 1, statusCode: 503, responseExcerpt: '<b>busy</b>' }),
    ];
    const client = new FakeClient({
      'notifications.list': () => pageOf(first),
      'notifications.get': () => ok({ ...first, attempts, alertStateNow: 'resolved' }),
    });
    open(client, `#/dead-letters/${uuid(1)}`);
    const pane = await screen.findByRole('complementary');
    await within(pane).findByText('<b>busy</b>');
    const titles = within(pane).getAllByText(/^Attempt \d, round \d$/);
    expect(titles.map(({ textContent }) => textContent)).toEqual([
      'Attempt 1, round 2',
      'Attempt 2, round 1',
      'Attempt 1, round 1',
    ]);
    expect(within(pane).getByText('(now resolved)')).toBeTruthy();
    expect(within(pane).getByText(long)).toBeTruthy();
  });
});
