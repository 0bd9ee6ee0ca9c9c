import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { LeaderProxy } from '../../main/cluster/leader-proxy.ts';
import { HttpReceiver, silence } from '../support/http-receiver.ts';
import { tcpServer } from '../support/tcp-server.ts';

let proxy: LeaderProxy;
let port: number;

beforeEach(async () => {
  proxy = new LeaderProxy();
  port = await proxy.listen('127.0.0.1', 0);
});

afterEach(() => proxy.stop());

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly agent?: Agent;
}

/** One request to the proxy, on its own connection unless an agent is given. */
function ask({ method = 'GET', path = '/', headers = {}, body, agent }: Sent = {}) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path, headers, agent: agent ?? false }, resolve)
      .on('error', reject)
      .end(body);
  });
}

/** A server in the place of the leader. */
async function leading(server: Server): Promise<AsyncDisposable> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy.leader = urlOf(server);
  return {
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const urlOf = (server: Server): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const NO_LEADER = {
  error: { code: 'unavailable', message: expect.stringContaining('leads') as string },
};

async function expectRefused(answer: IncomingMessage): Promise<void> {
  expect(answer.statusCode).toBe(503);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect(JSON.parse(await text(answer))).toEqual(NO_LEADER);
}

describe('a request is answered as the leader answers it', () => {
  test('with its method, path, headers and body on the way there', async () => {
    await using leader = await HttpReceiver.start();
    proxy.leader = leader.url;
    const body = JSON.stringify({ filler: 'ä'.repeat(200_000) });
    const headers = { host: 'belfry.lan:8080', authorization: 'Bearer t', 'x-own': 'a, b' };
    await ask({ method: 'PUT', path: '/api/v1/x%20y?q=1&q=2', headers, body });
    expect(leader.received).toMatchObject([
      { method: 'PUT', path: '/api/v1/x%20y?q=1&q=2', headers, body },
    ]);
  });

  test('with a body in chunks, of which nobody knows the length', async () => {
    await using leader = await HttpReceiver.start();
    proxy.leader = leader.url;
    const sent = request({ host: '127.0.0.1', port, method: 'POST', agent: false });
    const answered = once(sent, 'response');
    sent.write('first, ');
    sent.write('second, ');
    sent.end('last');
    await answered;
    expect(leader.received).toMatchObject([{ body: 'first, second, last' }]);
    expect(leader.received[0]?.headers['content-length']).toBeUndefined();
  });

  test('with its status, headers and body on the way back', async () => {
    await using leader = await HttpReceiver.start();
    proxy.leader = leader.url;
    leader.respond = (response) => {
      const cookies = ['a=1; HttpOnly', 'b=2'];
      response.writeHead(409, { 'set-cookie': cookies, etag: '"e"', 'content-type': 'text/x' });
      response.end('conflict');
    };
    const answer = await ask();
    expect(answer.statusCode).toBe(409);
    expect(answer.headers).toMatchObject({
      'set-cookie': ['a=1; HttpOnly', 'b=2'],
      etag: '"e"',
      'content-type': 'text/x',
    });
    expect(await text(answer)).toBe('conflict');
  });

  test.each([204, 304])('without a body, with %i', async (code) => {
    await using leader = await HttpReceiver.start();
    proxy.leader = leader.url;
    leader.respond = (response) => response.writeHead(code).end();
    const answer = await ask();
    expect(answer.statusCode).toBe(code);
    expect(await text(answer)).toBe('');
  });

  test('and what holds for one connection alone is not passed back', async () => {
    await using leader = await HttpReceiver.start();
    proxy.leader = leader.url;
    leader.respond = (response) => {
      response.writeHead(200, { connection: 'close', 'keep-alive': 'timeout=77' });
      response.end('one');
    };
    const answer = await ask({ headers: { connection: 'keep-alive' } });
    expect(answer.headers['keep-alive']).not.toBe('timeout=77');
    expect(answer.headers.connection).toBe('keep-alive');
    answer.resume();
  });

  test('piece by piece, as they come', async () => {
    let finish: () => void = () => undefined;
    await using _leader = await leading(
      createServer((_request, response) => {
        response.writeHead(200).write('first');
        finish = () => response.end('last');
      }),
    );
    const answer = await ask();
    const [first] = (await once(answer, 'data')) as [Buffer];
    expect(first.toString()).toBe('first');
    finish();
    expect(await text(answer)).toBe('last');
  });

  test('many times over, on connections that are used again', async () => {
    await using leader = await HttpReceiver.start();
    proxy.leader = leader.url;
    const agent = new Agent({ keepAlive: true });
    const warnings: Error[] = [];
    const note = (warning: Error): number => warnings.push(warning);
    process.on('warning', note);
    try {
      for (let n = 0; n < 30; n += 1) await text(await ask({ agent }));
      // A warning is emitted in a later turn.
      await new Promise(setImmediate);
    } finally {
      process.off('warning', note);
      agent.destroy();
    }
    expect(leader.received).toHaveLength(30);
    expect(warnings).toEqual([]);
  });

  test('by the one that leads now', async () => {
    await using first = await HttpReceiver.start();
    await using second = await HttpReceiver.start();
    proxy.leader = first.url;
    await ask();
    proxy.leader = second.url;
    await ask();
    expect([first.received.length, second.received.length]).toEqual([1, 1]);
  });
});

describe('an upgrade', () => {
  test('is passed on, and both sides hear each other', async () => {
    const server = createServer();
    const sockets = new WebSocketServer({ server, path: '/api/v1/push' });
    sockets.on('connection', (socket, { headers }) => {
      socket.send(`hello ${headers.authorization ?? ''}`);
      socket.on('message', (data: Buffer) => socket.send(`heard ${data.toString()}`));
    });
    await using _leader = await leading(server);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/push`, {
      headers: { authorization: 'Bearer t' },
    });
    const next = async (): Promise<string> =>
      String(((await once(socket, 'message')) as [Buffer])[0]);
    expect(await next()).toBe('hello Bearer t');
    socket.send('there');
    expect(await next()).toBe('heard there');
    const closed = once(socket, 'close');
    for (const client of sockets.clients) client.terminate();
    await closed;
    sockets.close();
  });

  test('is refused as the leader refuses it', async () => {
    const server = createServer();
    server.on('upgrade', (_request, socket) =>
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n'),
    );
    await using _leader = await leading(server);
    expect(await upgradeRefusal()).toBe(401);
  });

  test('is refused with 503 while nobody leads, and where nobody answers', async () => {
    expect(await upgradeRefusal()).toBe(503);
    proxy.leader = await nowhere();
    expect(await upgradeRefusal()).toBe(503);
  });
});

/** Returns the status with which an upgrade is refused. */
async function upgradeRefusal(): Promise<number | undefined> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/push`);
  socket.on('error', () => undefined);
  const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  socket.terminate();
  return answer.statusCode;
}

/** A URL at which nothing listens any more. */
async function nowhere(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = urlOf(server);
  server.close();
  await once(server, 'close');
  return url;
}

test('a look at whether the process lives is answered here, whoever leads', async () => {
  for (const leader of [null, 'http://127.0.0.1:1']) {
    proxy.leader = leader;
    const answer = await ask({ path: '/healthz' });
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(await text(answer))).toEqual({ status: 'ok' });
  }
  await expectRefused(await ask({ path: '/readyz' }));
});

describe('503 with Retry-After is the answer', () => {
  test('while nobody leads', async () => {
    await expectRefused(await ask());
    await expectRefused(await ask({ method: 'POST', body: '{}' }));
  });

  test('when nobody leads any more', async () => {
    await using leader = await HttpReceiver.start();
    proxy.leader = leader.url;
    await ask();
    proxy.leader = null;
    await expectRefused(await ask());
  });

  test('where the leader takes no connection', async () => {
    proxy.leader = await nowhere();
    await expectRefused(await ask({ method: 'POST', body: '{}' }));
  });

  test('where the leader ends the connection before it answers', async () => {
    await using leader = await tcpServer((socket) => socket.once('data', () => socket.destroy()));
    proxy.leader = `http://127.0.0.1:${leader.port}`;
    await expectRefused(await ask({ method: 'POST', body: '{}' }));
  });
});

test('a leader that dies in the middle of its answer cuts the connection: no answer looks whole', async () => {
  const taken = Promise.withResolvers<Socket>();
  await using leader = await tcpServer((socket) => {
    taken.resolve(socket);
    socket.once('data', () =>
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'),
    );
  });
  proxy.leader = `http://127.0.0.1:${leader.port}`;
  const answer = await ask();
  const [first] = (await once(answer, 'data')) as [Buffer];
  expect(first.toString()).toBe('half');
  const failed = text(answer);
  (await taken.promise).destroy();
  await expect(failed).rejects.toThrow('aborted');
});

test('a sender that goes away ends the request to the leader', async () => {
  const taken = Promise.withResolvers<Socket>();
  await using leader = await tcpServer((socket) => taken.resolve(socket.resume()));
  proxy.leader = `http://127.0.0.1:${leader.port}`;
  const sender = connect(port, '127.0.0.1');
  sender.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const gone = once(await taken.promise, 'close');
  sender.destroy();
  await gone;
});

test('a request to a core that does not answer ends when another core leads', async () => {
  await using stopped = await HttpReceiver.start();
  stopped.respond = silence;
  await using next = await HttpReceiver.start();
  proxy.leader = stopped.url;
  const waiting = ask({ method: 'POST', body: '{}' });
  await stopped.count(1);
  proxy.leader = stopped.url;
  proxy.leader = null;
  proxy.leader = next.url;
  await expectRefused(await waiting);
  expect((await ask()).statusCode).toBe(204);
});

test('a stop ends what is under way', async () => {
  const own = new LeaderProxy();
  const ownPort = await own.listen('127.0.0.1', 0);
  const taken = Promise.withResolvers<void>();
  await using leader = await tcpServer(() => taken.resolve());
  own.leader = `http://127.0.0.1:${leader.port}`;
  const cut = new Promise((resolve) => {
    request({ host: '127.0.0.1', port: ownPort, agent: false }).on('error', resolve).end();
  });
  await taken.promise;
  await own.stop();
  expect(await cut).toBeInstanceOf(Error);
});
