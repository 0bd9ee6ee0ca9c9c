import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient } from '../../main/channels/http-client.ts';
import { tcpServer } from '../support/tcp-server.ts';

const client = createHttpClient({ log: () => undefined });
const servers = new Set<AsyncDisposable>();
afterEach(async () => {
  for (const server of servers) await server[Symbol.asyncDispose]();
  servers.clear();
});

/** A receiver that answers each request with the next of these texts, piece by piece. */
async function receiver(answers: readonly (readonly string[])[]) {
  const requests: string[] = [];
  const sockets: Socket[] = [];
  const server = await tcpServer((socket) => {
    sockets.push(socket);
    socket.on('data', (data: Buffer) => {
      const text = data.toString('latin1');
      if (!text.startsWith('POST ')) return;
      const pieces = answers[requests.push(text) - 1] ?? [];
      void pieces.reduce(
        (before, piece) =>
          before.then(() => {
            socket.write(piece);
            return new Promise(setImmediate);
          }),
        Promise.resolve() as Promise<unknown>,
      );
    });
  });
  servers.add(server);
  return { url: `http://127.0.0.1:${server.port}/hook`, requests, sockets };
}

const post = (url: string, body = '{"a":1}') =>
  client.send({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body,
    signal: new AbortController().signal,
  });

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const FINAL = 'HTTP/1.1 202 Accepted\r\nContent-Length: 4\r\n\r\ndone';

describe('an interim answer that nobody asked for', () => {
  test.each([
    ['100 in one piece with the answer', [CONTINUE + FINAL]],
    ['100 before the answer', [CONTINUE, FINAL]],
    ['100 in pieces', ['HTTP/1.1 1', '00 Continue\r', '\n\r\n', FINAL]],
    ['100 twice', [CONTINUE + CONTINUE, FINAL]],
    ['100 with headers', ['HTTP/1.1 100 Continue\r\nServer: old\r\n\r\n', FINAL]],
    ['102', ['HTTP/1.1 102 Processing\r\n\r\n', FINAL]],
    ['103', ['HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n', FINAL]],
    ['102, 103 and 100', ['HTTP/1.1 102 P\r\n\r\nHTTP/1.1 103 E\r\n\r\n', CONTINUE, FINAL]],
  ])('%s is passed over', async (_name, pieces) => {
    const { url, requests } = await receiver([pieces, pieces]);
    expect(await post(url)).toMatchObject({ statusCode: 202, body: 'done' });
    // The connection is in order, so that the next notification may use it.
    expect(await post(url)).toMatchObject({ statusCode: 202, body: 'done' });
    expect(requests).toHaveLength(2);
    for (const request of requests) {
      expect(request.toLowerCase()).not.toContain('expect:');
      expect(request.toLowerCase()).toContain('content-length: 7\r\n');
    }
  });

  test('does not make a failure a success', async () => {
    const failed =
      'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n';
    const { url } = await receiver([[CONTINUE, failed]]);
    expect(await post(url)).toMatchObject({ statusCode: 503, headers: { 'retry-after': '7' } });
  });

  test('is no answer when nothing follows', async () => {
    const { url, sockets } = await receiver([[CONTINUE]]);
    const answer = post(url);
    answer.catch(() => undefined);
    while (sockets.length === 0) await new Promise(setImmediate);
    const [socket] = sockets;
    if (socket) {
      await once(socket, 'data');
      socket.end();
    }
    await expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

test('a change of protocol that nobody asked for is a broken connection', async () => {
  const { url } = await receiver([
    ['HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'],
  ]);
  await expect(post(url)).rejects.toThrow();
});

test('a connection is kept for the next notification', async () => {
  const { url, sockets } = await receiver([[FINAL], [FINAL], [FINAL]]);
  for (let n = 0; n < 3; n += 1) expect((await post(url)).statusCode).toBe(202);
  expect(sockets).toHaveLength(1);
});

test('of a long answer the beginning is kept, and its status counts', async () => {
  const piece = 'x'.repeat(65_536);
  const { url } = await receiver([
    ['HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n', ...Array<string>(40).fill(piece)],
  ]);
  const { statusCode, body, excerpt } = await post(url);
  expect([statusCode, body.length, excerpt.length]).toEqual([200, 131_072, 8_192]);
});

test('a send that is cut off rejects', async () => {
  const { url, requests } = await receiver([[]]);
  const controller = new AbortController();
  const sending = client.send({
    method: 'POST',
    url,
    headers: {},
    body: 'x',
    signal: controller.signal,
  });
  while (requests.length === 0) await new Promise(setImmediate);
  controller.abort();
  await expect(sending).rejects.toMatchObject({ name: 'AbortError' });
});
