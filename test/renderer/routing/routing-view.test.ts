import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { routeInput } from '../../../main/contract/route.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { route } from '../support/routing-samples.ts';
import { alert, alertDetail, channel, uuid } from '../support/samples.ts';

const channels = () =>
  ok({
    items: [
      channel({ id: uuid(201), name: 'Phone' }),
      channel({ id: uuid(202), name: 'Mail', enabled: false }),
      channel({ id: uuid(203), name: 'Pager' }),
    ],
  });

const catchAll = route({
  id: uuid(402),
  name: 'Everything else',
  position: 2,
  matchers: [],
  channelIds: [uuid(203)],
});

function host(...items: ReturnType<typeof route>[]): FakeClient {
  return new FakeClient({ 'channels.list': channels, 'routes.list': () => ok({ items }) });
}

const type = (label: string, value: string): Promise<boolean> =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });
const check = (label: string | RegExp, place: HTMLElement = document.body): Promise<boolean> =>
  fireEvent.click(within(place).getByLabelText(label));
const rows = (): string[] =>
  within(screen.getByRole('list', { name: /^Routes/ }))
    .getAllByRole('listitem')
    .flatMap((row) => row.querySelector('.head strong')?.textContent ?? []);

describe('the list of routes', () => {
  it('says what none means', async () => {
    openWindow(host(), '#/routing');
    await screen.findByText(/By default every enabled channel gets every alert/);
    expect(screen.queryByRole('note')).toBeNull();
  });

  it('says at a glance which channels get which alerts', async () => {
    openWindow(
      host(
        route({
          channelIds: [uuid(201), uuid(202)],
          holdForMs: 300_000,
          group: { by: ['host'], waitMs: 30_000 },
          reminder: { intervalMs: 14_400_000, max: 3, minSeverity: 'critical', louder: true },
          escalation: [{ afterMs: 1_800_000, channelIds: [uuid(203)] }],
        }),
      ),
      '#/routing',
    );
    await screen.findByText('Critical alerts of kind disk_*');
    for (const words of [
      'Phone, Mail',
      'only after 5 min',
      'grouped by host for 30 sec',
      'reminder every 4 hours, at most 3 times',
      'no reminders below severity Critical',
      'reminders of critical alerts get louder',
      'after 30 min also → Pager',
    ]) {
      expect(screen.getByText(words)).toBeTruthy();
    }
    expect(screen.getByText('Mail is disabled and gets nothing.')).toBeTruthy();
  });

  it('says that a route without channels notifies no one', async () => {
    const reason = { code: 'route.no_channel', params: {} } as const;
    openWindow(host(route({ channelIds: [], reason })), '#/routing');
    await screen.findByText('no one');
    await screen.findByText('It has no channel, so it notifies no one. Add one.');
  });

  it('moves a route, keeps the focus on the button, and says where it went', async () => {
    const client = host(route(), catchAll);
    const moved = () => ok({ items: [catchAll, route({ position: 2 })] });
    client.script({
      'routes.order': () => {
        client.script({ 'routes.list': moved });
        return moved();
      },
    });
    openWindow(client, '#/routing');
    const [down] = await screen.findAllByRole('button', { name: 'Move down' });
    down?.focus();
    await fireEvent.click(down as HTMLElement);
    await screen.findByText('Disks is now number 2 of 2.');
    expect(client.inputsOf('routes.order')).toEqual([{ ids: [uuid(402), uuid(401)] }]);
    expect(rows()).toEqual(['Everything else', 'Disks']);
    // At the bottom it can only go up again.
    await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('Move up'));
    expect(document.activeElement?.id).toBe(`route-up-${uuid(401)}`);
  });

  it('moves a route by the keys of its handle, and undoes moves that follow each other at once', async () => {
    let order = [route(), catchAll, { ...catchAll, id: uuid(403), name: 'Later' }];
    const client = host();
    client.script({
      'routes.list': () => ok({ items: order }),
      'routes.order': ({ ids }) => {
        order = ids.flatMap((id) => order.filter((it) => it.id === id));
        return ok({ items: order });
      },
    });
    openWindow(client, '#/routing');
    const handle = (): HTMLElement => screen.getByRole('button', { name: /^Move Disks/ });
    await screen.findByText('Disks');
    handle().focus();
    await fireEvent.keyDown(handle(), { key: 'ArrowDown' });
    await screen.findByText('Disks is now number 2 of 3.');
    await waitFor(() => expect(document.activeElement).toBe(handle()));
    await fireEvent.keyDown(handle(), { key: 'ArrowDown', altKey: true });
    await screen.findByText('Disks is now number 3 of 3.');
    expect(screen.queryByText('Disks is now number 2 of 3.')).toBeNull();
    expect(rows()).toEqual(['Everything else', 'Later', 'Disks']);
    await fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(rows()).toEqual(['Disks', 'Everything else', 'Later']));
    await fireEvent.keyDown(handle(), { key: 'ArrowUp' });
    expect(client.inputsOf('routes.order')).toHaveLength(3);
  });

  it('marks routes that are never asked', async () => {
    openWindow(host({ ...catchAll, position: 1 }, route({ position: 2 })), '#/routing');
    const badge = await screen.findByText('Never reached: an earlier route matches everything');
    expect(badge.parentElement?.textContent).toContain('Disks');
  });

  it('disables a route without changing it otherwise', async () => {
    const client = host(route());
    client.script({ 'routes.update': () => ok(route({ enabled: false })) });
    openWindow(client, '#/routing');
    await fireEvent.click(await screen.findByRole('button', { name: 'Disable' }));
    await screen.findByText('Disks disabled.');
    const {
      position: _,
      createdAt: __,
      updatedAt: ___,
      problem: ____,
      reason: _____,
      ...whole
    } = route();
    expect(client.inputsOf('routes.update')).toEqual([{ ...whole, enabled: false }]);
  });

  it('says what a deletion does before it deletes', async () => {
    const client = host(route());
    client.script({ 'routes.delete': () => ok({ status: 'deleted' }) });
    openWindow(client, '#/routing');
    await fireEvent.click(await screen.findByRole('button', { name: 'Delete' }));
    const dialog = screen.getByRole('dialog', { name: 'Delete Disks?' });
    expect(dialog.textContent).toContain('every alert goes to every enabled channel');
    expect(client.inputsOf('routes.delete')).toEqual([]);
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Delete' }));
    await screen.findByText('Disks deleted.');
    await screen.findByText('No routes');
  });

  it('adds what takes everything else in one click', async () => {
    const client = host(route());
    client.script({ 'routes.create': () => ok(catchAll) });
    openWindow(client, '#/routing');
    await screen.findByText('Alerts that match no route notify no one.');
    await fireEvent.click(await screen.findByRole('button', { name: 'Add “Everything else”' }));
    await waitFor(() => expect(screen.queryByRole('note')).toBeNull());
    expect(client.inputsOf('routes.create')).toEqual([
      { name: 'Everything else', channelIds: [uuid(201), uuid(203)] },
    ]);
  });

  it('is fetched again when somebody else changes it', async () => {
    const client = host(route());
    openWindow(client, '#/routing');
    await screen.findByText('Disks');
    client.script({ 'routes.list': () => ok({ items: [catchAll] }) });
    client.push({ entity: 'routes' });
    await waitFor(() => expect(rows()).toEqual(['Everything else']));
  });
});

describe('the dialog of a route', () => {
  it('adds a route with all that it can do', async () => {
    const client = host();
    client.script({ 'routes.create': () => ok(route()) });
    openWindow(client, '#/routing');
    await fireEvent.click(await screen.findByRole('button', { name: 'Add route' }));
    const dialog = screen.getByRole('dialog', { name: 'Add route' });
    await type('Name', 'Disks');
    await type('Matching alerts, matcher 1', ' severity="critical" ');
    await fireEvent.click(screen.getByRole('button', { name: 'Add matcher' }));
    await type('Matching alerts, matcher 2', 'kind=~"disk_.*"');
    await fireEvent.change(within(dialog).getByLabelText('Minimum severity'), {
      target: { value: 'warning' },
    });
    await check('Phone', dialog);
    await check(/^Mail/, dialog);
    expect(within(dialog).getByText(/Mail is disabled: it gets nothing/)).toBeTruthy();
    await check('Continue to later routes');
    await type('Delay', '5');
    await type('Recovery delay', '10');
    await check('Group several alerts into one message');
    await type('Group by', 'host, , kind,host');
    await check('Remind until someone acknowledges');
    await type('Maximum reminders', '7');
    await check('Louder each time for critical alerts');
    await fireEvent.click(screen.getByRole('button', { name: 'Add step' }));
    const step = screen.getByRole('group', { name: 'Step 1' });
    await check('Pager', step);
    await fireEvent.change(within(step).getByLabelText('After, unit'), {
      target: { value: 'hours' },
    });
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText('Disks saved.');
    const [sent] = client.inputsOf('routes.create');
    expect(routeInput.parse(sent)).toEqual({
      name: 'Disks',
      enabled: true,
      matchers: ['severity="critical"', 'kind=~"disk_.*"'],
      minSeverity: 'warning',
      channelIds: [uuid(201), uuid(202)],
      continue: true,
      holdForMs: 300_000,
      resolvedForMs: 600_000,
      group: { by: ['host', 'kind'], waitMs: 30_000 },
      reminder: { intervalMs: 14_400_000, max: 7, minSeverity: 'info', louder: true },
      escalation: [{ afterMs: 30 * 3_600_000, channelIds: [uuid(203)] }],
    });
  });

  it('says beside each line what is no matcher, and sends nothing', async () => {
    const client = host();
    openWindow(client, '#/routing');
    await fireEvent.click(await screen.findByRole('button', { name: 'Add route' }));
    await type('Name', 'Disks');
    const line = screen.getByLabelText('Matching alerts, matcher 1');
    await fireEvent.input(line, { target: { value: 'critical' } });
    expect(line.getAttribute('aria-invalid')).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText(/Did you mean severity="critical"\?/);
    await waitFor(() => expect(document.activeElement).toBe(line));
    expect(client.inputsOf('routes.create')).toEqual([]);
    await fireEvent.input(line, { target: { value: 'severity=critical' } });
    expect(line.getAttribute('aria-invalid')).toBeNull();
  });

  it('puts what the host refuses beside the line it means, blank lines not counted', async () => {
    const details = [{ field: 'matchers.1', problem: 'must be a regular expression: missing )' }];
    const client = host();
    client.script({ 'routes.create': () => fail('invalid_input', 'matchers.1: no', details) });
    openWindow(client, '#/routing');
    await fireEvent.click(await screen.findByRole('button', { name: 'Add route' }));
    await type('Name', 'Disks');
    for (const _ of [1, 2]) {
      await fireEvent.click(screen.getByRole('button', { name: 'Add matcher' }));
    }
    await type('Matching alerts, matcher 1', 'host="nas"');
    await type('Matching alerts, matcher 3', 'kind=~"("');
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText('must be a regular expression: missing )');
    const wrong = screen.getByLabelText('Matching alerts, matcher 3');
    expect(wrong.getAttribute('aria-invalid')).toBe('true');
    await waitFor(() => expect(document.activeElement).toBe(wrong));
  });

  it('asks for a channel in each escalation step', async () => {
    const client = host();
    openWindow(client, '#/routing');
    await fireEvent.click(await screen.findByRole('button', { name: 'Add route' }));
    await type('Name', 'Disks');
    await fireEvent.click(screen.getByRole('button', { name: 'Add step' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText('Choose at least one channel.');
    expect(client.inputsOf('routes.create')).toEqual([]);
  });

  it('keeps what it does not show when it changes a route', async () => {
    const edited = route({ enabled: false, channelIds: [uuid(999)], holdForMs: 90_000 });
    const client = host(edited);
    client.script({ 'routes.update': () => ok(edited) });
    openWindow(client, '#/routing');
    await fireEvent.click(await screen.findByRole('button', { name: 'Edit' }));
    expect(screen.getByLabelText('Delay')).toHaveProperty('value', '90');
    expect(within(screen.getByRole('dialog')).getByText('Deleted channel')).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText('Disks saved.');
    const {
      position: _,
      createdAt: __,
      updatedAt: ___,
      problem: ____,
      reason: _____,
      ...whole
    } = edited;
    expect(client.inputsOf('routes.update')).toEqual([whole]);
  });
});

describe('trying routes', () => {
  const target = {
    channelId: uuid(201),
    channelName: 'Phone',
    routeId: uuid(401),
    routeName: 'Disks',
  };

  it('says who would be notified, and asks again when routes change', async () => {
    const client = host(route());
    client.script({
      'routes.preview': () =>
        ok({
          routes: [{ routeId: uuid(401), outcome: 'matched', matcher: null }],
          targets: [target],
          escalation: [],
        }),
    });
    openWindow(client, '#/routing');
    await screen.findByRole('heading', { name: 'Test routes' });
    await type('Host', 'nas');
    await type('Kind', 'disk_full');
    await type('Labels', 'team = infra\n\nrack=a=b');
    await fireEvent.click(screen.getByRole('button', { name: 'Test' }));
    await screen.findByText('via Disks');
    expect(client.inputsOf('routes.preview')).toEqual([
      {
        host: 'nas',
        kind: 'disk_full',
        severity: 'warning',
        labels: { team: 'infra', rack: 'a=b' },
      },
    ]);
    client.script({ 'routes.preview': () => ok({ routes: [], targets: [], escalation: [] }) });
    client.push({ entity: 'routes' });
    await screen.findByText('No one would be notified.');
  });

  it('takes an alert of the list, and marks each route with its outcome and the reason', async () => {
    const client = host(route(), catchAll, { ...catchAll, id: uuid(403), name: 'Later' });
    client.script({
      'alerts.list': () =>
        ok({
          ...{ nextCursor: null, total: 1, totalIsAtLeast: false },
          items: [
            alert({ host: 'nas', kind: 'backup_failed', dedupKey: 'daily', labels: { a: ' b' } }),
          ],
        }),
      'routes.preview': () =>
        ok({
          routes: [
            { routeId: uuid(401), outcome: 'matcher', matcher: 'kind=~"disk_.*"' },
            { routeId: uuid(402), outcome: 'matched', matcher: null },
            { routeId: uuid(403), outcome: 'not_reached', matcher: null },
          ],
          targets: [{ ...target, routeId: uuid(402), routeName: 'Everything else' }],
          escalation: [],
        }),
    });
    openWindow(client, '#/routing');
    await fireEvent.click(await screen.findByRole('button', { name: 'Choose an alert' }));
    await fireEvent.click(await screen.findByRole('button', { name: /backup_failed/ }));
    await screen.findByText('via Everything else');
    expect(client.inputsOf('alerts.list').at(-1)).toEqual({
      state: ['open', 'acknowledged'],
      limit: 20,
    });
    expect(client.inputsOf('routes.preview')).toMatchObject([
      { host: 'nas', kind: 'backup_failed', dedupKey: 'daily', labels: { a: ' b' } },
    ]);
    expect(screen.getByLabelText('Host')).toHaveProperty('value', 'nas');
    expect(screen.getByLabelText('Labels')).toHaveProperty('value', 'a=" b"');
    const [disks, rest, later] = within(screen.getByRole('list', { name: /^Routes/ })).getAllByRole(
      'listitem',
    );
    expect(disks?.textContent).toMatch(/Does not match\s*kind=~"disk_\.\*"/);
    expect(rest?.textContent).toMatch(/Matches\s*It has no matchers/);
    expect(later?.textContent).toContain('Not reached: an earlier route matches.');
  });

  it('names whom the escalation notifies later, also where no one is notified at first', async () => {
    const client = host(route());
    const later = { channelId: uuid(203), channelName: 'Pager', step: 1, afterMs: 900_000 };
    client.script({
      'routes.preview': () =>
        ok({
          ...{ routes: [], targets: [] },
          escalation: [{ ...later, routeId: uuid(401), routeName: 'Disks' }],
        }),
    });
    openWindow(client, '#/routing');
    await fireEvent.click(await screen.findByRole('button', { name: 'Test' }));
    await screen.findByText('No one would be notified at first.');
    await screen.findByText('after 15 min unless acknowledged, via Disks');
    expect(screen.queryByText('No one would be notified.')).toBeNull();
  });

  it('does not say that every alert matches a route with a minimum severity', async () => {
    const severe = { ...catchAll, minSeverity: 'critical' as const };
    const client = host(severe);
    client.script({
      'alerts.get': () => ok(alertDetail({ id: uuid(1) })),
      'routes.preview': () =>
        ok({
          routes: [{ routeId: severe.id, outcome: 'matched', matcher: null }],
          targets: [{ ...target, routeId: severe.id, routeName: severe.name }],
          escalation: [],
        }),
    });
    openWindow(client, `#/routing?alert=${uuid(1)}`);
    await screen.findByText('It has no matchers, and its minimum severity is Critical.');
  });

  it('is filled with the alert that the address names', async () => {
    const client = host(route());
    client.script({
      'alerts.get': () => fail('not_found', 'There is no such alert'),
      'routes.preview': () => ok({ routes: [], targets: [], escalation: [] }),
    });
    openWindow(client, `#/routing?alert=${uuid(1)}`);
    await screen.findByText('This alert could not be loaded: There is no such alert');
    expect(client.inputsOf('routes.preview')).toEqual([]);
    expect(client.inputsOf('alerts.get')).toEqual([{ id: uuid(1) }]);
  });

  it('says which label it cannot read', async () => {
    const client = host();
    openWindow(client, '#/routing');
    await screen.findByRole('heading', { name: 'Test routes' });
    await type('Labels', 'team');
    await fireEvent.click(screen.getByRole('button', { name: 'Test' }));
    await screen.findByText('Enter one name=value per line.');
    expect(client.inputsOf('routes.preview')).toEqual([]);
  });
});
