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

/** Failed notifications that wait for a day, one for each host; their ids. */
async function failed(...hosts: string[]): Promise<string[]> {
  lab.receiver.respond = status(503, { 'retry-after': '86400' });
  for (const host of hosts) await lab.raise(host, 'backup_failed');
  for (;;) {
    const { body } = await lab.server.call('GET', '/api/v1/notifications?status=failed');
    const { data } = body as Output<'notifications.list'>;
    const mine = data.filter(({ alert }) => hosts.includes(alert.host));
    if (mine.length === hosts.length) return mine.map(({ id }) => id);
  }
}

const statusOf = async (id: string) => {
  const { body } = await lab.server.call('GET', `/api/v1/notifications/${id}`);
  return (body as Output<'notifications.get'>).status;
};

describe('notifications retry', () => {
  test('makes one due now, and says when it is in another state', async () => {
    const [id = ''] = await failed('retry-one');
    lab.receiver.respond = status(204);
    const retried = await lab.cli('notifications', 'retry', id);
    expect(retried).toMatchObject({ code: 0, stdout: `${id} retrying now\n` });
    await expect.poll(() => statusOf(id), { timeout: 20_000 }).toBe('sent');
    expect((await lab.cli('notifications', 'retry', id)).code).toBe(4);
  });

  test('makes many due now, by channel', async () => {
    const ids = await failed('retry-a', 'retry-b');
    lab.receiver.respond = status(204);
    const job = await lab.json<BulkJob>('notifications', 'retry', '--channel', 'pager');
    expect(job).toMatchObject({ action: 'retry', state: 'finished', changed: 2, skipped: 0 });
    for (const id of ids) await expect.poll(() => statusOf(id), { timeout: 20_000 }).toBe('sent');
  });

  test.for([[[]], [['--all', '--channel', 'pager']]] as const)(
    'refuses %j, which is no one way',
    async ([args]) => {
      const { code, stderr } = await lab.cli('notifications', 'retry', ...args, '--yes');
      expect(code).toBe(2);
      expect(stderr).toContain('Use only one of these');
    },
  );
});
