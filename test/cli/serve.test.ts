import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../../main/base/clock.ts';
import { HttpClient } from '../../main/cli/api-client.ts';
import { login } from '../../main/cli/commands/host-commands.ts';
import { runServe, type RunningServer, type ServeOptions } from '../../main/cli/serve.ts';
import { createHttpServer } from '../../main/transport/http/server.ts';
import { runDatabaseJob } from '../../main/store/files/database-job.ts';
import type { PushMessage } from '../../main/contract/push.ts';
import { HttpReceiver } from '../support/http-receiver.ts';
import { tempDir } from '../support/temp-dir.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { send } from '../transport/http/fixture.ts';
import { isPosix } from '../support/posix.ts';

const EVENT = { host: 'nas', kind: 'disk_full', status: 'firing', message: '91 %' } as const;

let temp: ReturnType<typeof tempDir>;
let dataDir: string;
const running: RunningServer[] = [];
beforeEach(() => {
  temp = tempDir();
  dataDir = join(temp.path, 'data');
  mkdirSync(join(temp.path, 'renderer'));
  writeFileSync(join(temp.path, 'renderer', 'index.html'), '<title>Belfry</title>');
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  temp[Symbol.dispose]();
});

async function serve(options: Partial<ServeOptions> = {}): Promise<RunningServer> {
  const server = await runServe({
    dataDir,
    host: '127.0.0.1',
    port: 0,
    adminToken: null,
    newKey: false,
    allowedHosts: [],
    rendererDir: join(temp.path, 'renderer'),
    createHttpServer,
    runJob: runDatabaseJob,
    giveUp: () => undefined,
    version: '1.2.3',
    clock: systemClock,
    logger: { log: () => undefined },
    ...options,
  });
  running.push(server);
  return server;
}

const clientOf = ({ url, adminToken }: RunningServer) =>
  new HttpClient(url, adminToken, systemClock, messagesFor('en'));

const modeOf = (name: string): number => statSync(join(dataDir, name)).mode & 0o777;

async function signIn(link: string): Promise<string> {
  const [url = '', code = ''] = link.split('/#/sign-in/');
  const answer = await send(url, '/api/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ code }),
  });
  expect(answer.status).toBe(200);
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

describe('the data directory', () => {
  test.runIf(isPosix)('holds the admin token and the address for the owner alone', async () => {
    const server = await serve();
    expect(readFileSync(join(dataDir, 'admin-token'), 'utf8').trim()).toBe(server.adminToken);
    expect(server.adminToken).toMatch(/^bf_[\w-]{43}$/);
    expect(JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8'))).toMatchObject({
      url: server.url,
    });
    expect([modeOf('admin-token'), modeOf('server.json'), modeOf('secret.key')]).toEqual([
      0o600, 0o600, 0o600,
    ]);
  });

  test('keeps its admin token over restarts, and its address only while running', async () => {
    const first = await serve();
    await first.stop();
    expect(existsSync(join(dataDir, 'server.json'))).toBe(false);
    expect((await serve()).adminToken).toBe(first.adminToken);
  });

  test('gets no token file when a token is given', async () => {
    const server = await serve({ adminToken: 'chosen' });
    expect(server.adminToken).toBe('chosen');
    expect(existsSync(join(dataDir, 'admin-token'))).toBe(false);
    expect((await clientOf(server).call('system.status', {})).ok).toBe(true);
  });

  test('belongs to one instance at a time', async () => {
    const server = await serve();
    await expect(serve()).rejects.toThrow(/Another Belfry is already running on .*--data-dir/);
    expect((await clientOf(server).call('system.status', {})).ok).toBe(true);
    expect(existsSync(join(dataDir, 'server.json'))).toBe(true);
  });

  test('is free again after a start that failed over its port', async () => {
    const server = await serve();
    const other = join(temp.path, 'other');
    const port = Number(new URL(server.url).port);
    await expect(serve({ dataDir: other, port })).rejects.toThrow(/Port \d+ .* already in use/);
    expect((await serve({ dataDir: other })).dataDir).toBe(other);
  });
});

describe('signing in', () => {
  test('a link from `login` opens the window, which sees what is pushed', async () => {
    const server = await serve();
    const link = await login({
      dataDir,
      url: null,
      adminToken: null,
      clock: systemClock,
      messages: messagesFor('en'),
    });
    if (!link.ok) throw new Error(link.error.message);
    const cookie = await signIn(link.value.url);

    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/stream`, {
      headers: { cookie, origin: server.url },
    });
    const messages: PushMessage[] = [];
    socket.on('message', (data) =>
      messages.push(JSON.parse((data as Buffer).toString()) as PushMessage),
    );
    await expect.poll(() => messages[0]?.type).toBe('hello');
    const ingested = await clientOf(server).call('events.ingest', [EVENT]);
    expect(ingested).toMatchObject({ ok: true, value: { accepted: 1 } });
    await expect
      .poll(() => messages.find(({ type }) => type === 'batch'))
      .toMatchObject({
        changes: expect.arrayContaining([
          expect.objectContaining({
            entity: 'alert',
            value: expect.objectContaining({ host: 'nas', state: 'open' }) as unknown,
          }),
        ]) as unknown,
      });
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  });

  test('a session outlives a restart of the server', async () => {
    const first = await serve();
    const cookie = await signIn(await first.signInLink());
    await first.stop();
    const second = await serve();
    const answer = await send(second.url, '/api/v1/status', { headers: { cookie } });
    expect(answer.status).toBe(200);
  });

  test('`login` sends the token of this instance to no other address', async () => {
    using dir = tempDir();
    writeFileSync(join(dir.path, 'admin-token'), 'a-token-of-this-instance');
    await using other = await HttpReceiver.start();
    const asked = { dataDir: dir.path, url: other.url, adminToken: null };
    expect(
      await login({ ...asked, clock: systemClock, messages: messagesFor('en') }),
    ).toMatchObject({
      ok: false,
      error: { code: 'unauthenticated' },
    });
    expect(other.received).toEqual([]);
  });

  test('`login` says what to do when nothing runs, or the token is another one', async () => {
    const asked = {
      dataDir,
      url: null,
      adminToken: null,
      clock: systemClock,
      messages: messagesFor('en'),
    };
    expect(await login(asked)).toMatchObject({
      error: { message: expect.stringContaining('Belfry is not running') as string },
    });
    await serve({ adminToken: 'chosen' });
    expect(await login(asked)).toMatchObject({
      error: { message: expect.stringContaining('--admin-token') as string },
    });
    expect(await login({ ...asked, adminToken: 'wrong' })).toMatchObject({
      ok: false,
      error: { code: 'unauthenticated' },
    });
    expect(await login({ ...asked, adminToken: 'chosen' })).toMatchObject({ ok: true });
  });
});

describe('the whole core over HTTP', () => {
  test('Prometheus reports with an ingest token, and its alert is listed', async () => {
    const server = await serve();
    const client = clientOf(server);
    const made = await client.call('tokens.create', { name: 'prometheus', scope: 'ingest' });
    if (!made.ok) throw new Error(made.error.message);
    const answer = await send(server.url, '/api/v2/alerts', {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`any:${made.value.token}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify([{ labels: { alertname: 'Down', instance: 'nas:9100' } }]),
    });
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(await client.call('alerts.list', { state: 'open' })).toMatchObject({
      ok: true,
      value: { total: 1, items: [{ source: 'alertmanager', host: 'nas', kind: 'Down' }] },
    });
  });

  test('a token leaves traces in its list and none of its secret', async () => {
    const server = await serve();
    const client = clientOf(server);
    const made = await client.call('tokens.create', {
      name: 'cron',
      scope: 'ingest',
      source: 'cron',
    });
    if (!made.ok) throw new Error(made.error.message);
    const listed = await client.call('tokens.list', {});
    expect(listed).toMatchObject({
      ok: true,
      value: { items: [{ id: made.value.id, name: 'cron', source: 'cron', lastUsedAt: null }] },
    });
    expect(JSON.stringify(listed)).not.toContain(made.value.token);
    expect(readFileSync(join(dataDir, 'belfry.db-wal')).includes(made.value.token)).toBe(false);
  });

  test('the status names the address and the version', async () => {
    const server = await serve();
    expect(await clientOf(server).call('system.status', {})).toMatchObject({
      ok: true,
      value: { url: server.url, version: '1.2.3', host: 'headless', dataDir },
    });
  });
});
