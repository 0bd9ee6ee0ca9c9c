/** @module-tag slow */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { linesFor, MACHINE, MailingMachine } from './mailing-machine.ts';
import { Program } from './program.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const WITHIN_MS = 30_000;

let machine: MailingMachine;
beforeEach(async () => {
  machine = await MailingMachine.start();
});
afterEach(() => machine[Symbol.asyncDispose]());

/** Runs cron with a crontab until the check holds. */
async function withCron(lines: readonly string[], check: () => Promise<void>): Promise<void> {
  machine.crontab(...lines);
  const cron = new Program(...split(machine.inside('cron', '-f')));
  try {
    await check();
  } finally {
    await cron.stop();
  }
}

const split = ([command, ...args]: [string, ...string[]]): [string, string[]] => [command, args];

test('cron mails what a job prints, as a message of the machine that the subject names', async () => {
  await withCron(['MAILTO=root', '@reboot echo /dev/sda1 is full'], () =>
    expect
      .poll(() => machine.alerts(), { timeout: WITHIN_MS })
      .toMatchObject([
        {
          source: 'mail',
          host: MACHINE,
          kind: 'message',
          message: '/dev/sda1 is full',
          labels: { title: `Cron <root@${MACHINE}> echo /dev/sda1 is full` },
        },
      ]),
  );
});

test.each([
  ['false', 'down'],
  ['true', 'up'],
])("cron's line of the guide pings a heartbeat: after %s it is %s", async (job, state) => {
  const filled = linesFor('cron', readFileSync('docs/senders.md', 'utf8'))
    .replace('0 3 * * *', '@reboot')
    .replace('/path/to/job', job)
    .replace('127.0.0.1:8377', machine.belfry.host)
    .replace('bf_your-token', machine.belfry.token);
  await withCron([filled.trim()], () =>
    expect
      .poll(() => machine.belfry.call('GET', '/api/v1/heartbeats'), { timeout: WITHIN_MS })
      .toMatchObject({ items: [{ name: 'nightly-job', state }] }),
  );
});
