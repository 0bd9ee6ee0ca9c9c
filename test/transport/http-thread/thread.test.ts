/** @module-tag slow */
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createApp, type App, type AppOptions } from '../../../main/app.ts';
import type { MethodName } from '../../../main/contract/methods.ts';
import type { PushMessage } from '../../../main/contract/push.ts';
import { httpInThread } from '../../../main/transport/http-thread/thread-server.ts';
import { appOptions } from '../../support/app-options.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';
import { send, type Answer } from '../http/fixture.ts';

const ADMIN = { actor: 'test', scope: 'admin', source: null } as const;
const SCRIPT = new URL('../../../main/http-worker.ts', import.meta.url);
const inThread = httpInThread(SCRIPT);
const INGEST_IN_FLIGHT_MAX = 1_000;

let dir: ReturnType<typeof tempDir>;
let app: App | null = null;
beforeEach(() => {
  dir = tempDir();
});
afterEach(async () => {
  await app?.stop();
  app = null;
  dir[Symbol.dispose]();
});

async function start(createHttpServer: AppOptions['createHttpServer'] = inThread): Promise<void> {
  app = createApp(appOptions(dir.path, { createHttpServer, http: { rendererDir: dir.path } }));
  await app.start();
}

const url = (): string => app?.url ?? '';

async function call<T>(name: MethodName, input: unknown = {}): Promise<T> {
  const result = await app?.dispatch(name, input, ADMIN);
  if (!result?.ok) throw new Error(`${name}: ${result?.error.message}`);
  return result.value as T;
}

const http = (verb: string, path: string, body?: unknown, token = 'admin'): Promise<Answer> =>
  send(url(), path, {
    method: verb,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** Requests that leave one after the other over one connection without waiting; resolves with their statuses. */
async function pipelined(bodies: readonly unknown[]): Promise<number[]> {
  const socket = connect(Number(new URL(url()).port), '127.0.0.1');
  const requests = bodies.map((body, n) => {
    const json = JSON.stringify(body);
    const end = n === bodies.length - 1 ? 'Connection: close\r\n' : '';
    return (
      'POST /api/v2/alerts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer admin\r\n' +
      `Content-Type: application/json\r\n${end}Content-Length: ${json.length}\r\n\r\n${json}`
    );
  });
  socket.write(requests.join(''));
  return [...(await text(socket)).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) =>
    Number(status),
  );
}

const alert = (name: string) => ({ labels: { alertname: name } });

describe('what one sender posts', () => {
  test('is stored in its order, each episode on its own', async () => {
    await start();
    // Each report is a second later than the one before it, and all of them are over.
    const begin = Date.now() - 100_000;
    const at = (n: number) => new Date(begin + n * 1_000).toISOString();
    const bodies = Array.from({ length: 31 }, (_, n) => [
      n % 2 === 0
        ? { labels: { alertname: 'Door' }, startsAt: at(n) }
        : { labels: { alertname: 'Door' }, startsAt: at(n - 1), endsAt: at(n) },
    ]);
    expect(await pipelined(bodies)).toEqual(Array(31).fill(200));
    const { items } = await call<{ items: { state: string; startedAt: number }[] }>(
      'alerts.list',
      {},
    );
    expect(items.map(({ state }) => state)).toEqual([
      'open',
      ...Array<string>(15).fill('resolved'),
    ]);
    expect(items.map(({ startedAt }) => startedAt)).toEqual(
      Array.from({ length: 16 }, (_, n) => begin + (15 - n) * 2_000),
    );
  });

  test('is answered each for itself, and one that is wrong undoes no neighbour', async () => {
    await start();
    const bad = [{ labels: {} }];
    const bodies = [[alert('a')], bad, [alert('b')], 'nothing', [alert('c')]];
    expect(await pipelined(bodies)).toEqual([200, 400, 200, 400, 200]);
    expect(await call('alerts.list', {})).toMatchObject({ total: 3 });
    const rejected = () => call<{ total: number }>('rejected.list', {});
    await expect.poll(async () => (await rejected()).total).toBe(2);
  });

  test('over the API is checked before it is handed over, whatever it is', async () => {
    await start();
    const good = { host: 'nas', kind: 'k', status: 'firing' };
    const body = `[${JSON.stringify(good)},${'['.repeat(50_000)}${']'.repeat(50_000)}]`;
    const answer = await send(url(), '/api/v1/events', {
      method: 'POST',
      headers: { authorization: 'Bearer admin', 'content-type': 'application/json' },
      body,
    });
    expect(answer.json).toMatchObject({
      accepted: 1,
      results: [{ action: 'raised' }, { action: 'rejected' }],
    });
    const listed = await send(url(), '/api/v1/channels', {
      method: 'POST',
      headers: { authorization: 'Bearer admin', 'content-type': 'application/json' },
      body,
    });
    expect(listed.status).toBe(400);
  });
});

describe('limits', () => {
  test('who comes when too many wait for their commit is asked to come back, and nobody is lost', async () => {
    const open = Promise.withResolvers<void>();
    let waiting = 0;
    await start((deps) =>
      inThread({
        ...deps,
        ingest: {
          ...deps.ingest,
          store: async (events, messages) => {
            waiting += 1;
            await open.promise;
            return deps.ingest.store(events, messages);
          },
        },
      }),
    );
    const bodies = Array.from({ length: INGEST_IN_FLIGHT_MAX }, (_, n) => [alert(`a${n}`)]);
    const first = pipelined(bodies);
    await until(() => waiting === INGEST_IN_FLIGHT_MAX, 'all of them wait');
    const refused = await http('POST', '/api/v2/alerts', [alert('late')]);
    expect(refused.headers['retry-after']).toBe('1');
    open.resolve();
    expect(await first).toEqual(Array(INGEST_IN_FLIGHT_MAX).fill(200));
    expect(await call('alerts.list', { limit: 1 })).toMatchObject({ total: INGEST_IN_FLIGHT_MAX });
  });

  test('a store that refuses answers 503, and /readyz says so', async () => {
    await start((deps) => inThread({ ...deps, readiness: () => false }));
    expect((await http('GET', '/readyz')).status).toBe(503);
    expect((await http('GET', '/healthz')).status).toBe(200);
  });
});

describe('who is known', () => {
  test('a token works from its answer on, and no more from the answer to its deletion on', async () => {
    await start();
    for (let round = 0; round < 20; round += 1) {
      const made = await http('POST', '/api/v1/tokens', { name: `t${round}`, scope: 'ingest' });
      const { id, token } = made.json as { id: string; token: string };
      const body = [alert('x')];
      expect((await http('POST', '/api/v2/alerts', body, token)).status).toBe(200);
      expect((await http('DELETE', `/api/v1/tokens/${id}`)).status).toBe(200);
      expect((await http('POST', '/api/v2/alerts', body, token)).status).toBe(401);
    }
  });

  test('when a token was used is noted', async () => {
    await start();
    const made = await call<{ id: string; token: string }>('tokens.create', {
      name: 'cron',
      scope: 'ingest',
    });
    await http('POST', '/api/v2/alerts', [alert('x')], made.token);
    const lastUse = async () =>
      (await call<{ items: { lastUsedAt: number | null }[] }>('tokens.list')).items[0]?.lastUsedAt;
    await expect.poll(lastUse).toEqual(expect.any(Number));
  });

  test('a browser signs in and out', async () => {
    await start();
    const link = await call<{ url: string }>('session.link');
    const code = link.url.split('/#/sign-in/')[1];
    const json = { 'content-type': 'application/json' };
    const signIn = () =>
      send(url(), '/api/v1/session', {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ code }),
      });
    const cookie = (await signIn()).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect((await signIn()).status).toBe(401);
    const status = async () =>
      (await send(url(), '/api/v1/status', { headers: { cookie } })).status;
    expect(await status()).toBe(200);
    await send(url(), '/api/v1/session', { method: 'DELETE', headers: { cookie } });
    expect(await status()).toBe(401);
  });
});

test('a changed setting counts for the next report', async () => {
  await start();
  const endOf = async (name: string) => {
    await http('POST', '/api/v2/alerts', [alert(name)]);
    const { items } = await call<{ items: { kind: string; endsAt: number; lastSeenAt: number }[] }>(
      'alerts.list',
      {},
    );
    const found = items.find(({ kind }) => kind === name);
    return Math.round(((found?.endsAt ?? 0) - (found?.lastSeenAt ?? 0)) / 60_000);
  };
  const before = await endOf('before');
  await call('settings.update', { resolveTimeoutMs: (before + 10) * 60_000 });
  expect(await endOf('after')).toBe(before + 10);
});

test('a window hears of changes, and of nothing once it has left', async () => {
  await start();
  const socket = new WebSocket(`${url().replace('http', 'ws')}/api/v1/stream`, {
    headers: { authorization: 'Bearer admin' },
  });
  const messages: PushMessage[] = [];
  socket.on('message', (data) =>
    messages.push(JSON.parse((data as Buffer).toString()) as PushMessage),
  );
  await expect.poll(() => messages[0]?.type).toBe('hello');
  await http('POST', '/api/v2/alerts', [alert('seen')]);
  await expect.poll(() => messages.find(({ type }) => type === 'batch')).toBeDefined();
  socket.close();
  await once(socket, 'close');
});

describe('start and stop', () => {
  test('a port that is taken fails the start, with the reason', async () => {
    await start();
    using other = tempDir();
    const { port } = new URL(url());
    const second = createApp(
      appOptions(other.path, { createHttpServer: inThread, http: { port: Number(port) } }),
    );
    await expect(second.start()).rejects.toThrow(new RegExp(`Port ${port} .* already in use`));
  });

  test('under load answers what it has taken, and has kept all that it answered', async () => {
    await start();
    const accepted: string[] = [];
    let sent = 0;
    let isStopping = false;
    const sender = async (): Promise<void> => {
      for (;;) {
        const name = `n${(sent += 1)}`;
        const answer = await http('POST', '/api/v2/alerts', [alert(name)]).catch(() => null);
        if (answer?.status === 200) accepted.push(name);
        if (answer?.status !== 200) {
          expect(isStopping).toBe(true);
          if (answer) expect(answer.status).toBe(503);
          return;
        }
      }
    };
    const senders = Array.from({ length: 8 }, sender);
    await expect.poll(() => accepted.length, { timeout: 20_000 }).toBeGreaterThan(50);
    isStopping = true;
    await app?.stop();
    await Promise.all(senders);
    await start();
    const known = new Set<string>();
    let cursor: string | undefined;
    do {
      const page: { items: { kind: string }[]; nextCursor: string | null } = await call(
        'alerts.list',
        { limit: 200, ...(cursor === undefined ? {} : { cursor }) },
      );
      for (const { kind } of page.items) known.add(kind);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(accepted.filter((name) => !known.has(name))).toEqual([]);
  });
});

test('the core ends when its HTTP thread breaks, so that both are started again', async () => {
  const core = new Worker(new URL('core-of-faulty-front.ts', import.meta.url));
  const [error] = (await once(core, 'error')) as [Error];
  expect(error.message).toBe('a bug of the front');
});
