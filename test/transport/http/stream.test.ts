import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { PushMessage } from '../../../main/contract/push.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { expectFailure } from './failure-shape.ts';
import { ADMIN_TOKEN, StubbedHost, type Answer } from './fixture.ts';

const PATH = '/api/v1/stream';
const PING_MS = 30_000;

let clock: FakeClock;
let host: StubbedHost;
const sockets: WebSocket[] = [];
beforeEach(async () => {
  clock = new FakeClock();
  host = await new StubbedHost(clock).start();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await host.stop();
});

interface Client {
  readonly socket: WebSocket;
  readonly messages: PushMessage[];
}

async function open(headers: Record<string, string>, autoPong = true): Promise<Client> {
  const socket = new WebSocket(`${host.url.replace('http', 'ws')}${PATH}`, { headers, autoPong });
  sockets.push(socket);
  const messages: PushMessage[] = [];
  socket.on('message', (data) =>
    messages.push(JSON.parse((data as Buffer).toString()) as PushMessage),
  );
  await once(socket, 'open');
  return { socket, messages };
}

const asAdmin = { authorization: `Bearer ${ADMIN_TOKEN}` };

/** The plain answer to an upgrade request that is not granted. */
async function refused(headers: Record<string, string>, path = PATH): Promise<Answer> {
  const request = httpRequest(`${host.url}${path}`, {
    agent: false,
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    },
  });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const content = await text(response);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: content,
    json: JSON.parse(content) as unknown,
  };
}

describe('the stream', () => {
  test('says hello, then passes messages on in order', async () => {
    const { messages } = await open(asAdmin);
    host.push({ type: 'batch', epoch: 'e', after: 0, seq: 2, changes: [] });
    host.push({ type: 'resync', epoch: 'e', seq: 9 });
    await expect.poll(() => messages.length).toBe(3);
    expect(messages).toEqual([
      { type: 'hello', epoch: 'e', seq: 0 },
      { type: 'batch', epoch: 'e', after: 0, seq: 2, changes: [] },
      { type: 'resync', epoch: 'e', seq: 9 },
    ]);
  });

  test('opens for a session', async () => {
    const { messages } = await open({ cookie: await host.cookie(), origin: host.url });
    await expect.poll(() => messages[0]?.type).toBe('hello');
  });

  test('says how much a slow client has not taken yet', async () => {
    const { socket } = await open(asAdmin);
    const [sink] = host.sinks;
    expect(sink?.bufferedBytes()).toBe(0);
    socket.pause();
    const changes = Array.from({ length: 1_000 }, () => 'x'.repeat(20_000));
    for (let seq = 1; seq < 10 && sink?.bufferedBytes() === 0; seq += 1) {
      host.push({ type: 'batch', epoch: 'e', after: seq - 1, seq, changes: changes as never });
    }
    expect(sink?.bufferedBytes()).toBeGreaterThan(1_000_000);
  });

  test('ends the subscription when the client leaves', async () => {
    const { socket } = await open(asAdmin);
    expect(host.sinks.size).toBe(1);
    socket.close();
    await expect.poll(() => host.sinks.size).toBe(0);
    expect(clock.nextTimerMs()).toBeNull();
  });

  test('pings everybody with one timer, and cuts who does not answer', async () => {
    const alive = await open(asAdmin);
    const dead = await open(asAdmin, false);
    expect(clock.nextTimerMs()).toBe(PING_MS);
    const pinged = Promise.all([once(alive.socket, 'ping'), once(dead.socket, 'ping')]);
    clock.advance(PING_MS);
    await pinged;
    // A whole exchange after the pong was sent: the server has seen it by then.
    await host.send('/healthz');
    const again = once(alive.socket, 'ping');
    const cut = once(dead.socket, 'close');
    clock.advance(PING_MS);
    await Promise.all([again, cut]);
    await expect.poll(() => host.sinks.size).toBe(1);
  });

  test('closes for a window that signs out', async () => {
    const cookie = await host.cookie();
    const { socket } = await open({ cookie });
    const closed = once(socket, 'close');
    await host.send('/api/v1/session', { method: 'DELETE', headers: { cookie } });
    expect((await closed)[0]).toBe(1008);
  });

  test('closes soon after its token was deleted', async () => {
    const created = await host.call('POST', '/api/v1/tokens', ADMIN_TOKEN, {
      name: 'reader',
      scope: 'read',
    });
    const { id, token } = created.json as { id: string; token: string };
    const { socket } = await open({ authorization: `Bearer ${token}` });
    const closed = once(socket, 'close');
    await host.call('DELETE', `/api/v1/tokens/${id}`);
    clock.advance(PING_MS);
    expect((await closed)[0]).toBe(1008);
  });

  test('says goodbye when the server stops', async () => {
    const { socket } = await open(asAdmin);
    const closed = once(socket, 'close');
    await host.stopServer();
    expect((await closed)[0]).toBe(1001);
  });

  test('a client that says too much is cut off, and nobody else', async () => {
    const { socket } = await open(asAdmin);
    const closed = once(socket, 'close');
    socket.send('x'.repeat(2_000));
    expect((await closed)[0]).toBe(1009);
    expect((await host.send('/healthz')).status).toBe(200);
  });
});

describe('refusals', () => {
  test('without a credential, or with a bad one', async () => {
    expectFailure(await refused({}), 'unauthenticated');
    expectFailure(await refused({ authorization: 'Bearer bf_no' }), 'unauthenticated');
  });

  test('a token that may only send events', async () => {
    const token = await host.newToken('ingest');
    expectFailure(await refused({ authorization: `Bearer ${token}` }), 'forbidden');
  });

  test('a foreign page, also with the cookie of a signed-in browser', async () => {
    const cookie = await host.cookie();
    expectFailure(await refused({ cookie, origin: 'http://evil.example' }), 'forbidden');
    expectFailure(await refused({ cookie, origin: 'null' }), 'forbidden');
  });

  test('a name that was rebound to us', async () => {
    const cookie = await host.cookie();
    expectFailure(await refused({ cookie, host: 'evil.example' }), 'misdirected');
  });

  test('the 65th window', async () => {
    await Promise.all(Array.from({ length: 64 }, () => open(asAdmin)));
    const answer = await refused(asAdmin);
    expectFailure(answer, 'unavailable');
    expect(answer.headers['retry-after']).toBe('1');
  });

  test('a plain GET; and another path is answered as if no upgrade had been asked for', async () => {
    expectFailure(await host.send(PATH), 'invalid_input');
    expect((await refused(asAdmin, '/healthz')).json).toEqual({ status: 'ok' });
  });

  test('an offer of HTTP/2, as some clients make with each request, is simply declined', async () => {
    const socket = connect(Number(new URL(host.url).port), '127.0.0.1');
    const body = '{"host":"nas"}';
    socket.write(
      `POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n` +
        `Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAA\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /);
    expect(host.asked.at(-1)?.input).toEqual({ host: 'nas' });
  });
});
