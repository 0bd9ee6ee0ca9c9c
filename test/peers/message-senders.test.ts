import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { alertsPage } from '../../main/contract/alert.ts';
import { HttpReceiver } from '../support/http-receiver.ts';
import { ServerProcess } from '../support/server-process.ts';
import { tempDir } from '../support/temp-dir.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '../../docs/senders.md'), 'utf8');
const TOKEN = 'senders-guide-token';
const WAIT = { timeout: 30_000, interval: 20 };

/** What the guide's blocks send, as `topic: title, text, severity`. */
const SENT: Readonly<Record<string, readonly string[]>> = {
  ntfy: [
    'backups: -, Backup went well, info',
    'nas: Disk, Nearly full, warning',
    'lab: JSON, by JSON, info',
    'hooks: -, by GET, info',
  ],
  gotify: ['gotify: Door, It is open, critical'],
  apprise: [
    'gotify: Scrub, has ended, warning',
    'zfs: Scrub, has ended, warning',
    'apprise: Scrub, has failed, critical',
    'pool: Scrub, has ended, info',
  ],
};

const blocks = [...GUIDE.matchAll(/^```sh test=([\w-]+)\n(.*?)^```$/gms)]
  .map(([, name = '', script = '']) => ({ name, script }))
  .filter(({ name }) => Object.hasOwn(SENT, name));

const dir = tempDir();
let receiver: HttpReceiver;
let belfry: ServerProcess;
beforeAll(async () => {
  receiver = await HttpReceiver.start();
  belfry = await ServerProcess.start({ dataDir: join(dir.path, 'belfry'), adminToken: TOKEN });
  const channel = { kind: 'webhook', name: 'phone', config: { url: receiver.url } };
  expect((await belfry.call('POST', '/api/v1/channels', channel)).status).toBe(201);
});
afterAll(async () => {
  await belfry.stop();
  await receiver[Symbol.asyncDispose]();
  dir[Symbol.dispose]();
});

/** Runs a block as a person would who has put in their own address and token. */
const run = (script: string) =>
  promisify(execFile)('bash', [
    '-euc',
    script
      .replaceAll('127.0.0.1:8377', new URL(belfry.url).host)
      .replaceAll('bf_your-token', TOKEN)
      .replaceAll('curl ', 'curl --fail-with-body -sS '),
  ]);

const received = async (): Promise<string[]> => {
  const { body } = await belfry.call('GET', '/api/v1/alerts?kind=message&limit=100');
  return alertsPage
    .parse(body)
    .items.map(({ host, labels, message, severity }) => {
      return `${host}: ${labels['title'] ?? '-'}, ${message}, ${severity}`;
    })
    .toReversed();
};

test.each(blocks)('the guide’s block for $name works as it stands', async ({ name, script }) => {
  const before = await received();
  const { stdout, stderr } = await run(script);
  const wanted = SENT[name] ?? [];
  expect(wanted, stdout + stderr).not.toEqual([]);
  expect((await received()).slice(before.length), stdout + stderr).toEqual(wanted);
  await vi.waitFor(() => {
    expect(receiver.received).toHaveLength(before.length + wanted.length);
  }, WAIT);
  await vi.waitFor(async () => {
    const { body } = await belfry.call('GET', '/api/v1/alerts?state=open');
    expect(alertsPage.parse(body).total).toBe(0);
  }, WAIT);
});

test('every sender of messages that can be run here has its block', () => {
  expect(blocks.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(SENT)));
});
