/** @module-tag slow */
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Output } from '../../main/contract/methods.ts';
import { status } from '../support/http-receiver.ts';
import { jsonOf, Lab, run } from './lab.ts';

// Each command is a separate process, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.start();
  await lab.channel('pager');
});
afterAll(() => lab[Symbol.asyncDispose]());

type AlertsPage = Output<'alerts.list'>;
type Page = Output<'notifications.list'>;

const alertOf = async (id: string) => lab.json<Output<'alerts.get'>>('alerts', 'show', id);
const statusOf = async (id: string) =>
  (await lab.json<Output<'notifications.get'>>('notifications', 'show', id)).status;

describe('send', () => {
  test('reports an event with everything that it may carry, and says what became of it', async () => {
    const sent = await lab.cli(
      ...['send', '--host', 'nas', '--kind', 'disk_full', '--severity', 'critical'],
      ...['--message', '91 % of tank', '--dedup-key', 'tank', '-l', 'pool=tank', '-l', 'a=b=c'],
      ...['--annotation', 'runbook=none', '--link', 'https://nas.lan/pools', '--source', 'zed'],
      ...['--occurred-at', '2026-03-29T18:00:00Z'],
    );
    expect(sent).toMatchObject({ code: 0, stderr: '' });
    const [action, id = ''] = sent.stdout.trim().split(' ');
    expect(action).toBe('raised');
    expect(await alertOf(id)).toMatchObject({
      host: 'nas',
      kind: 'disk_full',
      severity: 'critical',
      message: '91 % of tank',
      dedupKey: 'tank',
      labels: { pool: 'tank', a: 'b=c' },
      annotations: { runbook: 'none' },
      url: 'https://nas.lan/pools',
      source: 'zed',
    });
  });

  test('is about this machine and firing by default', async () => {
    const raised = await lab.cli('send', '--kind', 'backup_failed');
    const [, id = ''] = raised.stdout.trim().split(' ');
    expect(await alertOf(id)).toMatchObject({ host: hostname(), state: 'open' });
    const touched = await lab.cli('send', '--kind', 'backup_failed', '--status', 'firing');
    expect(touched.stdout).toBe(`touched ${id}\n`);
    const over = await lab.cli('send', '--kind', 'backup_failed', '--status', 'resolved');
    expect(over.stdout).toBe(`resolved ${id}\n`);
    expect(await alertOf(id)).toMatchObject({ state: 'resolved' });
  });

  test('reads its message from stdin, however long that is', async () => {
    const log = `first line\n${'x'.repeat(2_000_000)}`;
    const args = ['send', '--host', 'piped', '--kind', 'k', '-m', '-'];
    const sent = await run(args, { env: lab.env, stdin: log });
    expect(sent.code).toBe(0);
    const { message } = await alertOf(sent.stdout.trim().split(' ')[1] ?? '');
    expect(message.startsWith('first line\nxxx')).toBe(true);
    expect(message.length).toBeLessThanOrEqual(8_192);
  });

  test('takes -- as the end of options in a message that looks like one', async () => {
    const sent = await lab.cli('send', '--host', 'h', '--kind', 'dashes', '--message=--all');
    expect(await alertOf(sent.stdout.trim().split(' ')[1] ?? '')).toMatchObject({
      message: '--all',
    });
  });
});

describe('alerts', () => {
  test('list what is not over, with filters, as a table and as the API has it', async () => {
    const id = await lab.raise('filtered', 'list_me');
    await lab.cli('send', '--host', 'filtered', '--kind', 'gone');
    await lab.cli('send', '--host', 'filtered', '--kind', 'gone', '--status', 'resolved');
    const open = await lab.json<AlertsPage>('alerts', 'list', '--host', 'filtered');
    expect(open.items.map((alert) => alert.id)).toEqual([id]);
    const every = ['alerts', 'list', '--host', 'filtered', '--state', 'all'];
    expect((await lab.json<AlertsPage>(...every)).total).toBe(2);
    const { stdout, stderr } = await lab.cli(...every, '--limit', '1');
    expect(stdout.split('\n')[0]).toMatch(/^ID +SEVERITY +STATE +SINCE +HOST +KIND +MESSAGE$/);
    const cursor = /1 of 2 alerts; next page: --cursor (\S+)/.exec(stderr)?.[1] ?? '';
    const next = await lab.json<AlertsPage>(...every, '--limit', '1', '--cursor', cursor);
    expect(next.items.map((alert) => alert.id)).toEqual([id]);
  });

  test('say that there are none on stderr, and nothing on stdout', async () => {
    expect(await lab.cli('alerts', 'list', '--host', 'nobody')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No alerts.\n',
    });
  });

  test('show who was notified and why', async () => {
    const id = await lab.raise('shown', 'show_me');
    await lab.receiver.count(1);
    await expect
      .poll(async () => (await alertOf(id)).explanation, { timeout: 20_000 })
      .toMatchObject([{ channelName: 'pager', verdict: 'notified' }]);
    const { stdout } = await lab.cli('alerts', 'show', id);
    expect(stdout).toMatch(/^Host +shown$/m);
    expect(stdout).toMatch(/Who was notified\n +CHANNEL +VERDICT +REASON\n +pager +notified +/);
    expect(stdout).toMatch(/Timeline\n +TIME +EVENT +BY +DETAIL\n/);
  });

  test('ack, unack, snooze, unsnooze and resolve one', async () => {
    const id = await lab.raise('acted', 'one');
    for (const [args, words, state] of [
      [['ack'], 'acknowledged', { state: 'acknowledged' }],
      [['unack'], 'unacknowledged', { state: 'open' }],
      [['snooze', '--for', '2h'], 'snoozed', { snoozedUntil: expect.any(Number) as number }],
      [['unsnooze'], 'unsnoozed', { snoozedUntil: null }],
      [['resolve'], 'resolved', { state: 'resolved' }],
    ] as const) {
      expect(await lab.cli('alerts', ...args, id)).toMatchObject({
        code: 0,
        stdout: `${id} ${words}\n`,
      });
      expect(await alertOf(id)).toMatchObject(state);
    }
  });

  test('act on several, and name how many stayed as they were', async () => {
    const ids = [await lab.raise('acted', 'a'), await lab.raise('acted', 'b')];
    expect(await lab.json('alerts', 'ack', ...ids)).toEqual({ changed: 2, unchanged: 0 });
    const other = await lab.raise('acted', 'c');
    const { code, stdout, stderr } = await lab.cli('alerts', 'ack', ...ids, other);
    expect([code, stdout]).toEqual([4, '1 alert acknowledged\n']);
    expect(stderr).toContain('2 alerts were not changed');
  });

  test('text of a sender cannot speak to the terminal', async () => {
    const evil = 'up\u001b[2A\u001b[2Kforged\u009b31m\u202etxt\rgone';
    const { body } = await lab.server.call('POST', '/api/v1/events', {
      host: 'evil\u001b]0;owned\u0007',
      kind: 'k\nID  forged row',
      message: evil,
      labels: { 'l\u001b[31m': '\u001b[31m' },
      status: 'firing',
    });
    const id = (body as { results: { alertId: string }[] }).results[0]?.alertId ?? '';
    const shown = await lab.cli('alerts', 'show', id);
    const listed = await lab.cli('alerts', 'list', '--search', 'forged');
    const json = await lab.cli('alerts', 'show', id, '--json');
    for (const { stdout } of [shown, listed, json]) {
      expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u202e/u);
    }
    expect(listed.stdout.trim().split('\n')).toHaveLength(2);
    expect(jsonOf<{ message: string }>(json).message).toBe(evil);
  });
});

describe('notifications', () => {
  test('list by status and channel, in pages', async () => {
    await lab.raise('paged', 'a');
    await lab.raise('paged', 'b');
    const all = await lab.json<Page>('notifications', 'list', '--search', 'paged');
    expect(all.total).toBe(2);
    const second = ['notifications', 'list', '--search', 'paged', '--per-page', '1', '--page', '2'];
    expect((await lab.json<Page>(...second)).data[0]?.id).toBe(all.data[1]?.id);
    expect((await lab.cli(...second.slice(0, -2))).stderr).toBe(
      'Page 1 of 2, 2 notifications in total.\n',
    );
    const [alertId] = all.data.map((row) => row.alertId ?? '');
    const ofAlert = await lab.json<Page>('notifications', 'list', '--alert', alertId ?? '');
    expect(ofAlert.data).toMatchObject([{ alertId }]);
    expect((await lab.json<Page>('notifications', 'list', '--status', 'dead,failed')).data).toEqual(
      [],
    );
  });
});

describe('sessions', () => {
  const signIn = async (): Promise<void> => {
    const link = await lab.server.call('POST', '/api/v1/session/link');
    const code = (link.body as { url: string }).url.split('/#/sign-in/')[1];
    await lab.server.call('POST', '/api/v1/session', { code });
  };

  test('are listed and ended, one or all', async () => {
    expect((await lab.cli('sessions', 'list')).stderr).toBe('No sessions.\n');
    await signIn();
    const { items } = await lab.json<Output<'sessions.list'>>('sessions', 'list');
    const id = items[0]?.id ?? '';
    const { stdout } = await lab.cli('sessions', 'list');
    expect(stdout).toMatch(/^ID +SIGNED IN +LAST SEEN +ENDS +ADDRESS +BROWSER/);
    expect(stdout).toContain(id);
    expect((await lab.cli('sessions', 'end', id)).stdout).toBe(`${id} ended\n`);
    expect((await lab.cli('sessions', 'end', id)).code).toBe(3);
    await signIn();
    await signIn();
    expect((await lab.cli('sessions', 'end', '--all')).stdout).toBe('2 sessions ended\n');
    expect((await lab.cli('sessions', 'end')).code).toBe(2);
    expect((await lab.cli('sessions', 'end', id, '--all')).code).toBe(2);
  });
});

describe('silences', () => {
  test('add, list and expire', async () => {
    const added = await lab.cli(
      ...['silences', 'add', 'host="quiet"', 'kind=~"disk_.*"', '--for', '2h', '--comment', 'move'],
    );
    const [id = ''] = added.stdout.split(' ');
    expect(added.code).toBe(0);
    const { items } = await lab.json<Output<'silences.list'>>('silences', 'list');
    expect(items).toMatchObject([
      { id, state: 'active', matchers: ['host="quiet"', 'kind=~"disk_.*"'], comment: 'move' },
    ]);
    expect((items[0]?.endsAt ?? 0) - (items[0]?.startsAt ?? 0)).toBeGreaterThan(7_190_000);
    expect((await lab.cli('silences', 'expire', id)).stdout).toBe(`${id} expired\n`);
    expect((await lab.cli('silences', 'list')).stderr).toBe('No silences.\n');
    expect((await lab.cli('silences', 'list', '--expired')).stdout).toContain(id);
    expect((await lab.cli('silences', 'expire', id)).code).toBe(4);
  });

  test.for([
    [['host="a"']],
    [['host="a"', '--for', '1h', '--until', '2099-01-01T00:00Z']],
    [['no matcher', '--for', '1h']],
  ] as const)('add %j is misuse', async ([args]) => {
    expect((await lab.cli('silences', 'add', ...args)).code).toBe(2);
  });
});

describe('the rest', () => {
  test('channels list and test', async () => {
    expect((await lab.cli('channels', 'list')).stdout).toMatch(/webhook +working +pager +http/);
    const good = await lab.cli('channels', 'test', 'Pager');
    expect([good.code, good.stdout.split(' ')[0]]).toEqual([0, 'sent']);
    const { notificationId } = await lab.json<{ notificationId: string }>(
      ...['channels', 'test', 'pager', '--no-wait'],
    );
    await expect.poll(() => statusOf(notificationId), { timeout: 20_000 }).toBe('sent');
    lab.receiver.respond = status(422, {}, 'no room');
    const bad = await lab.cli('channels', 'test', 'pager');
    expect([bad.code, bad.stdout.split(' ')[0]]).toEqual([1, 'dead']);
    expect(bad.stderr).toContain('The test was not delivered');
    lab.receiver.respond = status(204);
  });

  test('saved views are listed, and narrow a list of alerts down', async () => {
    await lab.raise('viewed-nas', 'disk_full');
    await lab.raise('viewed-pi', 'disk_full');
    const view = { name: 'NAS only', params: { q: 'viewed-nas', tab: 'closed' } };
    await lab.server.call('POST', '/api/v1/views', view);
    expect((await lab.cli('alerts', 'views')).stdout).toMatch(/NAS only +viewed-nas +closed/);
    const found = async (...options: string[]) =>
      (await lab.json<Output<'alerts.list'>>('alerts', 'list', ...options)).items.map(
        ({ host }) => host,
      );
    expect(await found('--view', 'nas only')).toEqual(['viewed-nas']);
    expect(await found('--view', 'NAS only', '--search', 'viewed-pi')).toEqual([]);
    const { code, stderr } = await lab.cli('alerts', 'list', '--view', 'none');
    expect([code, stderr]).toEqual([3, expect.stringContaining('belfry alerts views')]);
  });

  test('heartbeats list', async () => {
    const schedule = { type: 'period', periodMs: 3_600_000 };
    await lab.server.call('POST', '/api/v1/heartbeats', {
      name: 'NAS backup',
      schedule,
      graceMs: 60_000,
    });
    expect((await lab.cli('heartbeats', 'list')).stdout).toMatch(/ new +NAS backup +.* NAS backup/);
    expect(await lab.json('heartbeats', 'list')).toMatchObject({ items: [{ name: 'NAS backup' }] });
  });

  test('status and metrics', async () => {
    expect(await lab.json('status')).toMatchObject({ host: 'headless', url: lab.server.url });
    expect((await lab.cli('status')).stdout).toMatch(/^Channels +1 enabled, 0 down$/m);
    const metrics = await lab.json<Output<'metrics.get'>>('metrics');
    expect(Object.keys(metrics.counter).some((name) => name.startsWith('belfry_'))).toBe(true);
    expect(metrics.uptime.server_started <= metrics.uptime.measured_at).toBe(true);
    expect((await lab.cli('metrics')).stdout).toMatch(/^gauge +\d+ +belfry_/m);
  });
});
