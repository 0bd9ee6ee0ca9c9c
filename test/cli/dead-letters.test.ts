/** @module-tag slow */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Output } from '../../main/contract/methods.ts';
import type { BulkJob } from '../../main/contract/notification.ts';
import { status } from '../support/http-receiver.ts';
import { Lab } from './lab.ts';

// Each command is a separate process, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.start();
  await lab.channel('pager');
});
afterAll(() => lab[Symbol.asyncDispose]());

type Page = Output<'notifications.list'>;

const statusOf = async (id: string) =>
  (await lab.json<Output<'notifications.get'>>('notifications', 'show', id)).status;

describe('dead letters', () => {
  test('list, groups and show say what failed and why', async () => {
    const [id = ''] = await lab.deadLetters('dl-shown');
    const page = await lab.json<Page>('dead-letters', 'list', '--channel', 'PAGER');
    expect(page.data.map((row) => row.id)).toContain(id);
    const { stdout } = await lab.cli('dead-letters', 'list', '--search', 'dl-shown');
    expect(stdout).toMatch(new RegExp(`${id} +pager +raised +dl-shown backup_failed .* rejected `));
    const shown = await lab.cli('dead-letters', 'show', id);
    expect(shown.stdout).toMatch(/^Status +dead$/m);
    expect(shown.stdout).toMatch(/Attempts\n +TIME .*\n.* 400 .*no such room/);
    const { groups } = await lab.json<Output<'deadLetters.groups'>>('dead-letters', 'groups');
    expect(groups).toMatchObject([{ channelName: 'pager', class: 'rejected' }]);
    expect((await lab.cli('dead-letters', 'groups')).stdout).toContain(groups[0]?.key ?? '?');
    lab.receiver.respond = status(204);
    await lab.cli('dead-letters', 'discard', '--all', '--yes');
  });

  test('requeue one: it is sent with the channel as it is now', async () => {
    const [id = ''] = await lab.deadLetters('dl-one');
    lab.receiver.respond = status(204);
    expect(await lab.cli('dead-letters', 'requeue', id)).toMatchObject({
      code: 0,
      stdout: `${id} requeued\n`,
    });
    await expect.poll(() => statusOf(id), { timeout: 20_000 }).toBe('sent');
    expect((await lab.cli('dead-letters', 'requeue', id)).code).toBe(4);
  });

  test('requeue several by ids, a group, a channel, or all; each time as bulk work', async () => {
    const ways: [(ids: readonly string[], group: string) => readonly string[], string][] = [
      [(ids) => ids, 'ids'],
      [(_ids, group) => ['--group', group, '--yes'], 'group'],
      [() => ['--channel', 'pager', '--yes'], 'channel'],
      [() => ['--all', '-y'], 'all'],
    ];
    for (const [args, name] of ways) {
      const ids = await lab.deadLetters(`dl-${name}-1`, `dl-${name}-2`);
      const { groups } = await lab.json<Output<'deadLetters.groups'>>('dead-letters', 'groups');
      lab.receiver.respond = status(204);
      const job = await lab.json<BulkJob>(
        ...['dead-letters', 'requeue', ...args(ids, groups[0]?.key ?? '')],
      );
      expect(job, name).toMatchObject({
        action: 'requeue',
        state: 'finished',
        changed: 2,
        unchanged: 0,
      });
      for (const id of ids) await expect.poll(() => statusOf(id), { timeout: 20_000 }).toBe('sent');
    }
  });

  test('discard what is obsolete, leave what is not, and undo', async () => {
    const [current = '', old = ''] = await lab.deadLetters('dl-old', 'dl-current');
    lab.receiver.respond = status(204);
    const { alertId } = await lab.json<{ alertId: string }>('dead-letters', 'show', old);
    await lab.cli('alerts', 'resolve', alertId);
    const { code, stdout, stderr } = await lab.cli(
      ...['dead-letters', 'discard', '--obsolete', '--yes'],
    );
    expect([code, stdout]).toEqual([0, 'Discarded 1 of 1 notification.\n']);
    expect(await Promise.all([statusOf(current), statusOf(old)])).toEqual(['dead', 'cancelled']);
    const jobId = /belfry dead-letters undo (\S+)/.exec(stderr)?.[1] ?? '';
    expect(await lab.json<BulkJob>('dead-letters', 'undo', jobId)).toMatchObject({
      action: 'undo_discard',
      state: 'finished',
      changed: 1,
    });
    expect(await statusOf(old)).toBe('dead');
    const { items } = await lab.json<{ items: BulkJob[] }>('dead-letters', 'jobs');
    expect(items.map(({ id }) => id)).toContain(jobId);
    const rest = await lab.json<BulkJob>(
      ...['dead-letters', 'requeue', '--no-obsolete', '--channel', 'pager', '--yes'],
    );
    expect(rest.changed).toBe(1);
    await lab.cli('dead-letters', 'discard', '--all', '--yes');
  });

  test('many at once ask first, and without anybody to ask they need --yes', async () => {
    const [id = ''] = await lab.deadLetters('dl-asked');
    const { code, stdout, stderr } = await lab.cli('dead-letters', 'discard', '--all');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--yes');
    expect(await statusOf(id)).toBe('dead');
    await lab.cli('dead-letters', 'discard', id);
    expect(await lab.json<BulkJob>('dead-letters', 'undo', id)).toMatchObject({ changed: 1 });
    await lab.cli('dead-letters', 'discard', id);
    lab.receiver.respond = status(204);
  });

  test('a requeue skips obsolete ones, says so, and sends them when asked to', async () => {
    const [, old = ''] = await lab.deadLetters('dl-skip-current', 'dl-skip-old');
    const { alertId } = await lab.json<{ alertId: string }>('dead-letters', 'show', old);
    lab.receiver.respond = status(204);
    await lab.cli('alerts', 'resolve', alertId);
    const { stdout } = await lab.cli('dead-letters', 'requeue', '--channel', 'pager', '--yes');
    expect(stdout).toBe('Requeued 1 of 1 notification, 1 obsolete skipped.\n');
    const all = await lab.json<BulkJob>(
      ...['dead-letters', 'requeue', '--all', '--include-obsolete', '--summary', '--yes'],
    );
    expect(all).toMatchObject({ action: 'summarise', changed: 1, skipped: 0 });
    await expect.poll(() => statusOf(old), { timeout: 20_000 }).toBe('sent');
  });

  test('filters by cause, event and time of death find what the window finds', async () => {
    const [id = ''] = await lab.deadLetters('dl-filtered');
    const idsOf = async (...options: string[]) =>
      (await lab.json<Page>('dead-letters', 'list', ...options)).data.map((row) => row.id);
    const past = '2020-01-01T00:00';
    const future = '2100-01-01T00:00';
    const yes = ['--cause', 'rejected', '--event', 'raised', '--from', past, '--to', future];
    expect(await idsOf(...yes)).toEqual([id]);
    for (const no of [
      ['--cause', 'timeout'],
      ['--event', 'reminder'],
      ['--from', future],
      ['--to', past],
      ['--obsolete'],
    ]) {
      expect(await idsOf(...no), no.join(' ')).toEqual([]);
      const { groups } = await lab.json<Output<'deadLetters.groups'>>(
        ...['dead-letters', 'groups', ...no],
      );
      expect(groups, no.join(' ')).toEqual([]);
    }
    const queuedLater = await lab.json<Page>('notifications', 'list', '--from', future);
    expect(queuedLater.data).toEqual([]);
    const asked = await lab.cli('dead-letters', 'discard', ...yes);
    expect([asked.code, asked.stdout]).toEqual([2, '']);
    expect(await lab.json<BulkJob>('dead-letters', 'discard', ...yes, '--yes')).toMatchObject({
      changed: 1,
    });
    lab.receiver.respond = status(204);
  });

  test('requeue one through another channel: the other delivers it, and its own stays out', async () => {
    const [id = ''] = await lab.deadLetters('dl-through');
    const spareId = await lab.channel('spare');
    lab.receiver.respond = (response, request) =>
      status(request.path === '/spare' ? 204 : 400)(response, request);
    const job = await lab.json<BulkJob>('dead-letters', 'requeue', id, '--through', 'spare');
    expect(job).toMatchObject({ state: 'finished', changed: 1, toChannelId: spareId });
    expect(await statusOf(id)).toBe('cancelled');
    const sent = await lab.json<Page>(
      ...['notifications', 'list', '--channel', 'spare', '--search', 'dl-through'],
    );
    await expect.poll(() => statusOf(sent.data[0]?.id ?? ''), { timeout: 20_000 }).toBe('sent');
    const both = await lab.cli('dead-letters', 'requeue', id, '--through', 'spare', '--summary');
    expect(both.code).toBe(2);
    await lab.server.call('DELETE', `/api/v1/channels/${spareId}`);
    lab.receiver.respond = status(204);
  });

  test.for([
    [[]],
    [['--all', '--channel', 'pager']],
    [['--group', 'x', '--obsolete']],
    [['0199b9c8-5d2e-7c3a-8f00-0123456789ab', '--all']],
  ] as const)('requeue %j is no one way', async ([args]) => {
    const { code, stderr } = await lab.cli('dead-letters', 'requeue', ...args, '--yes');
    expect(code).toBe(2);
    expect(stderr).toMatch(/Use only one of these|Leave out the other options/);
  });
});
