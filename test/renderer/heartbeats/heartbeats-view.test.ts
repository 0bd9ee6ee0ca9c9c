import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { heartbeatInput, type Heartbeat } from '../../../main/contract/heartbeat.ts';
import type { Change } from '../../../main/contract/push.ts';
import { fail, ok } from '../../../main/contract/result.ts';
import { FakeClient } from '../support/fake-client.ts';
import { openWindow } from '../support/open-window.ts';
import { heartbeat, heartbeatDetail, heartbeatEvent } from '../support/routing-samples.ts';
import { NOW_MS, status, uuid } from '../support/samples.ts';

const HOUR_MS = 3_600_000;

const host = (...items: Heartbeat[]): FakeClient =>
  new FakeClient({
    'heartbeats.list': () => ok({ items }),
    'heartbeats.get': () => ok(heartbeatDetail(items[0])),
  });

const pushed = (value: Heartbeat): Change => ({ entity: 'heartbeat', id: value.id, value });
const type = (label: string, value: string): Promise<boolean> =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });
const click = async (name: string): Promise<void> => {
  await fireEvent.click(await screen.findByRole('button', { name }));
};
const text = (element: Element): string => element.textContent.replaceAll(/\s+/g, ' ').trim();
const rows = async (): Promise<string[]> => {
  const list = await screen.findByRole('list', { name: 'Heartbeats' });
  return [...list.querySelectorAll('.head')].map(text);
};

describe('the list of heartbeats', () => {
  it('says how each stands, what is down first', async () => {
    openWindow(
      host(
        heartbeat({
          id: uuid(1),
          name: 'a',
          state: 'new',
          lastPingAt: null,
          lastDurationMs: null,
          expectedAt: null,
        }),
        heartbeat({ id: uuid(2), name: 'b', startedAt: NOW_MS - 60_000 }),
        heartbeat({ id: uuid(3), name: 'c', state: 'down', expectedAt: NOW_MS - HOUR_MS }),
        heartbeat({ id: uuid(4), name: 'nas', state: 'paused', expectedAt: null }),
        heartbeat({ id: uuid(5), name: 'z', expectedAt: NOW_MS - 60_000 }),
      ),
      '#/heartbeats',
    );
    expect(await rows()).toEqual([
      'c on nas Down',
      'a on nas New',
      'b on nas Up Running',
      'nas Paused',
      'z on nas Up Late',
    ]);
    const facts = [...document.querySelectorAll('li .meta')].map(text);
    expect(facts[0]).toBe(
      'Schedule: every day Last ping 2 hours ago Missed 1 hour ago Took 4 min 10 sec',
    );
    expect(facts[1]).toBe('Schedule: every day Waiting for the first ping');
    expect(facts[2]).toContain('Started 1 minute ago');
  });

  it('follows what is pushed, in its place', async () => {
    const client = host(
      heartbeat({ id: uuid(1), name: 'a' }),
      heartbeat({ id: uuid(2), name: 'b' }),
    );
    openWindow(client, '#/heartbeats');
    expect(await rows()).toEqual(['a on nas Up', 'b on nas Up']);
    client.push(
      pushed(heartbeat({ id: uuid(2), name: 'b', state: 'down' })),
      pushed(heartbeat({ id: uuid(3), name: 'aa', state: 'new' })),
      { entity: 'heartbeat', id: uuid(1), value: null },
    );
    await waitFor(async () => expect(await rows()).toEqual(['b on nas Down', 'aa on nas New']));
    expect(client.inputsOf('heartbeats.list')).toHaveLength(1);
  });

  it('finds by name and host', async () => {
    const { clock } = openWindow(
      host(heartbeat(), heartbeat({ id: uuid(2), name: 'Photos', host: 'pi' })),
      '#/heartbeats',
    );
    await rows();
    await type('Search heartbeats', 'PI');
    clock.advance(200);
    await waitFor(async () => expect(await rows()).toEqual(['Photos on pi Up']));
    await type('Search heartbeats', 'nothing');
    clock.advance(200);
    await screen.findByText('No matching heartbeats');
  });

  it('pauses and resumes', async () => {
    const client = host(heartbeat());
    client.script({
      'heartbeats.pause': () => ok(heartbeat({ state: 'paused' })),
      'heartbeats.resume': () => fail('wrong_state', 'It is not paused.'),
    });
    openWindow(client, '#/heartbeats');
    await click('Pause');
    await screen.findByText('Nightly backup paused until you resume it or it pings again.');
    await click('Resume');
    await screen.findByText('Nightly backup: It is not paused.');
    expect(client.inputsOf('heartbeats.resume')).toEqual([{ id: uuid(801) }]);
  });

  it('deletes once that was confirmed, and shuts what it showed of it', async () => {
    const client = host(heartbeat({ state: 'down' }));
    client.script({ 'heartbeats.delete': () => ok({ status: 'deleted' }) });
    openWindow(client, `#/heartbeats/${uuid(801)}`);
    await screen.findByRole('complementary', { name: 'Nightly backup' });
    await click('Delete');
    const dialog = screen.getByRole('dialog', { name: 'Delete Nightly backup?' });
    expect(dialog.textContent).toContain('Its alert resolves.');
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Delete' }));
    await screen.findByText('No heartbeats yet');
    await waitFor(() => expect(location.hash).toBe('#/heartbeats'));
    expect(client.inputsOf('heartbeats.delete')).toEqual([{ id: uuid(801) }]);
  });

  it('shows the line of a crontab with the times of its own schedule', async () => {
    const schedule = { type: 'cron', expression: '30 4 * * 1', timeZone: 'UTC' } as const;
    openWindow(host(heartbeat({ schedule })), `#/heartbeats/${uuid(801)}`);
    const line = await screen.findByRole('region', { name: 'In a crontab' });
    expect(line.textContent).toMatch(/^30 4 \* \* 1 \/path\/to\/job && curl/);
  });

  it('shows an example to copy while there is none', async () => {
    openWindow(host(), '#/heartbeats');
    const line = await screen.findByRole('region', { name: 'End of a crontab line' });
    // Headless, the address is the one by which the reader came.
    expect(line.textContent).toContain(`'${location.origin}/ping/PING_ID'`);
  });
});

describe('the dialog of a heartbeat', () => {
  it('adds one, and shows its address', async () => {
    const client = host();
    const made = heartbeat({ state: 'new' });
    client.script({
      'heartbeats.create': () => ok(made),
      'heartbeats.get': () => ok(heartbeatDetail(made)),
    });
    openWindow(client, '#/heartbeats');
    await click('Add heartbeat');
    await type('Name', 'Nightly backup');
    await fireEvent.change(screen.getByLabelText('Interval, unit'), { target: { value: 'hours' } });
    await type('Interval', '6');
    await type('Grace period', '0.5');
    await click('Save');
    const address = await screen.findByRole('region', { name: 'Ping URL' });
    expect(address.textContent).toBe(`${location.origin}/ping/${made.pingId}`);
    const [sent] = client.inputsOf('heartbeats.create');
    expect(heartbeatInput.parse(sent)).toEqual({
      name: 'Nightly backup',
      kind: 'stale_schedule',
      severity: 'warning',
      schedule: { type: 'period', periodMs: 6 * HOUR_MS },
      graceMs: HOUR_MS / 2,
      job: null,
    });
  });

  it('adds one by cron that watches a job', async () => {
    const client = host();
    client.script({ 'heartbeats.create': () => ok(heartbeat()) });
    openWindow(client, '#/heartbeats');
    await click('Add heartbeat');
    await type('Name', 'Check');
    await fireEvent.change(screen.getByLabelText('Schedule'), { target: { value: 'cron' } });
    await type('Cron expression', '30 4 * * 1');
    await type('Time zone', 'Europe/Berlin');
    await fireEvent.click(screen.getByLabelText('Count reports of a job as pings'));
    await fireEvent.change(screen.getByLabelText('Job'), { target: { value: 'check' } });
    await type('Job host', 'nas');
    await click('Save');
    await screen.findByText('Nightly backup saved.');
    expect(client.inputsOf('heartbeats.create')[0]).toMatchObject({
      schedule: { type: 'cron', expression: '30 4 * * 1', timeZone: 'Europe/Berlin' },
      job: { host: 'nas', job: 'check', group: '' },
    });
  });

  it('keeps what a heartbeat is when it changes its grace', async () => {
    const edited = heartbeat({
      kind: 'agent_offline',
      severity: 'critical',
      schedule: { type: 'cron', expression: '0 3 * * *', timeZone: 'UTC' },
      job: { host: 'nas', job: 'backup', group: 'photos' },
    });
    const client = host(edited);
    client.script({ 'heartbeats.update': () => ok(edited) });
    openWindow(client, '#/heartbeats');
    await click('Edit');
    await type('Grace period', '2');
    await click('Save');
    await screen.findByText('Nightly backup saved.');
    const { id, name, host: itsHost, kind, severity, schedule, job } = edited;
    expect(client.inputsOf('heartbeats.update')).toEqual([
      { id, name, host: itsHost, kind, severity, schedule, job, graceMs: 2 * HOUR_MS },
    ]);
    expect(location.hash).toBe('#/heartbeats');
  });

  it('adds one that runs every day at a time', async () => {
    const client = host();
    client.script({ 'heartbeats.create': () => ok(heartbeat()) });
    openWindow(client, '#/heartbeats');
    await click('Add heartbeat');
    await type('Name', 'Dump');
    await fireEvent.change(screen.getByLabelText('Schedule'), { target: { value: 'daily' } });
    await type('Time', '');
    await type('Time zone', 'Europe/Berlin');
    await click('Save');
    expect(client.inputsOf('heartbeats.create')).toEqual([]);
    await type('Time', '04:05');
    await click('Save');
    await screen.findByText('Nightly backup saved.');
    expect(client.inputsOf('heartbeats.create')[0]).toMatchObject({
      schedule: { type: 'cron', expression: '5 4 * * *', timeZone: 'Europe/Berlin' },
    });
  });

  it.each([
    ['0 3 * * *', 'daily', '03:00'],
    ['30 4 * * 1', 'cron', null],
  ])('edits the expression %s as %s', async (expression, type, at) => {
    openWindow(
      host(heartbeat({ schedule: { type: 'cron', expression, timeZone: 'UTC' } })),
      '#/heartbeats',
    );
    await click('Edit');
    expect(screen.getByLabelText('Schedule')).toHaveProperty('value', type);
    if (at !== null) expect(screen.getByLabelText('Time')).toHaveProperty('value', at);
  });

  it('says beside the field what the host refuses', async () => {
    const details = [{ field: 'schedule.expression', problem: 'has no such month' }];
    const client = host();
    client.script({ 'heartbeats.create': () => fail('invalid_input', 'no', details) });
    openWindow(client, '#/heartbeats');
    await click('Add heartbeat');
    await type('Name', 'x');
    await fireEvent.change(screen.getByLabelText('Schedule'), { target: { value: 'cron' } });
    await click('Save');
    await screen.findByText('has no such month');
  });
});

describe('the details of a heartbeat', () => {
  const timeline = [
    heartbeatEvent({
      id: 4,
      type: 'failed',
      exitStatus: 2,
      durationMs: 4_000,
      detail: 'line one\n<script>alert(1)</script>',
    }),
    heartbeatEvent({ id: 3, type: 'late', detail: 'Nothing came.' }),
    heartbeatEvent({ id: 2, type: 'succeeded', durationMs: 2_000 }),
    heartbeatEvent({ id: 1, type: 'created' }),
  ];

  async function openPane(client: FakeClient): Promise<HTMLElement> {
    client.script({ 'heartbeats.get': () => ok(heartbeatDetail({ timeline })) });
    openWindow(client, `#/heartbeats/${uuid(801)}`);
    return screen.findByRole('complementary', { name: 'Nightly backup' });
  }

  it('draw the last pings, and say the same in words', async () => {
    const pane = await openPane(host(heartbeat()));
    const picture = within(pane).getByRole('img', {
      name: 'Recently: 1 succeeded, 1 failed, 1 missed; took 2 sec to 4 sec',
    });
    const outcomes = [...picture.querySelectorAll('g')].map((bar) => bar.dataset['outcome']);
    expect(outcomes).toEqual(['succeeded', 'late', 'failed']);
  });

  it('show a log as the text that it is', async () => {
    const pane = await openPane(host(heartbeat()));
    const log = within(pane).getByRole('group', { name: 'Log' });
    expect(log.textContent).toBe('line one\n<script>alert(1)</script>');
    expect(pane.querySelector('script')).toBeNull();
    expect(
      text(within(pane).getByText('Failed', { selector: 'strong' }).parentElement as HTMLElement),
    ).toBe('Failed 2 hours ago, took 4 sec, exit status 2');
  });

  it('are fetched again when it pings', async () => {
    const client = host(heartbeat());
    await openPane(client);
    client.script({
      'heartbeats.get': () => ok(heartbeatDetail({ state: 'down' })),
    });
    client.push(pushed(heartbeat({ state: 'down' })));
    await waitFor(() => expect(screen.queryByRole('img', { name: /^Recently/ })).toBeNull());
  });

  it('hide the address from those who may not operate', async () => {
    const client = host(heartbeat());
    openWindow(client, '#/alerts');
    client.script({ 'heartbeats.get': () => ok(heartbeatDetail({ pingId: null })) });
    location.hash = `#/heartbeats/${uuid(801)}`;
    await screen.findByText('Only people who may operate Belfry see its ping URL.');
  });

  it('say how addresses come about where HTTP is off', async () => {
    const client = host(heartbeat());
    client.script({ 'system.status': () => ok(status({ host: 'desktop', url: null })) });
    await openPane(client);
    await screen.findByText(/receives no pings over HTTP/);
  });

  it('on the desktop, name the address that senders can use', async () => {
    const client = host(heartbeat());
    client.script({
      'system.status': () => ok(status({ host: 'desktop', url: 'http://127.0.0.1:8377/' })),
    });
    await openPane(client);
    const address = await screen.findByRole('region', { name: 'Ping URL' });
    expect(address.textContent).toBe(`http://127.0.0.1:8377/ping/${heartbeat().pingId}`);
  });
});
