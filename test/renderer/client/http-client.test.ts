// @vitest-environment node
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type * as Ws from 'ws';
import type { PushMessage } from '../../../main/contract/push.ts';
import { HttpClient } from '../../../renderer/client/http-client.ts';
import type { ConnectionState } from '../../../renderer/client/window-client.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { status, uuid } from '../support/samples.ts';

// Packages are resolved here as for a browser, where ws is only a stub, so its own file is asked for.
const require = createRequire(import.meta.url);
const wsIndex = join(dirname(require.resolve('ws/package.json')), 'index.js');
const { WebSocketServer } = require(wsIndex) as typeof Ws;

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
};

let server: Server;
let sockets: Ws.WebSocketServer;
let client: HttpClient;
let clock: ManualClock;
let seen: Seen[];
let answer: { status: number; body: string };
/** The function that holds back each answer and gets the call that gives it; null gives it at once. */
let hold: ((give: () => void) => void) | null;

beforeEach(async () => {
  seen = [];
  answer = { status: 200, body: '{}' };
  hold = null;
  server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { method, url, headers } = request;
      seen.push({ method, url, type: headers['content-type'], body });
      const give = (): void => {
        response.statusCode = answer.status;
        response.end(answer.body);
      };
      if (hold) hold(give);
      else give();
    });
  });
  sockets = new WebSocketServer({ server, path: '/api/v1/stream' });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  clock = new ManualClock();
  client = new HttpClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, clock);
});

afterEach(async () => {
  for (const socket of sockets.clients) socket.terminate();
  sockets.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

describe('calls', () => {
  it('answers the body of a success', async () => {
    answer.body = JSON.stringify(status());
    expect(await client.call('system.status', {})).toEqual({ ok: true, value: status() });
    expect(seen).toEqual([{ method: 'GET', url: '/api/v1/status', type: undefined, body: '' }]);
  });

  it('sends a JSON body', async () => {
    await client.call('alerts.acknowledge', { id: uuid(1) });
    expect(seen).toEqual([
      {
        method: 'POST',
        url: `/api/v1/alerts/${uuid(1)}/acknowledge`,
        type: 'application/json',
        body: '{}',
      },
    ]);
  });

  it('answers the coded error of a failure, with its details', async () => {
    const details = [{ field: 'name', problem: 'too long' }];
    const error = { code: 'invalid_input', message: 'name: too long', requestId: 'r1', details };
    answer = { status: 400, body: JSON.stringify({ error }) };
    expect(await client.call('system.status', {})).toEqual({
      ok: false,
      error: { code: 'invalid_input', message: 'name: too long', details },
    });
  });

  it('names the request of an internal error, so that it can be found in the log', async () => {
    const error = { code: 'internal', message: 'Something broke.', requestId: 'r-42' };
    answer = { status: 500, body: JSON.stringify({ error }) };
    const result = await client.call('system.status', {});
    expect(result).toMatchObject({ error: { message: 'Something broke. (request r-42)' } });
  });

  it.each(['<html>Bad gateway</html>', '{"error":{"code":"constructor"}}', '[]'])(
    'answers a failure for %s, which something in between must have said',
    async (body) => {
      answer = { status: 502, body };
      expect(await client.call('system.status', {})).toMatchObject({
        ok: false,
        error: { code: 'unavailable' },
      });
    },
  );

  it('answers a failure when nothing listens', async () => {
    const nobody = new HttpClient('http://127.0.0.1:1', clock);
    expect(await nobody.call('system.status', {})).toMatchObject({
      ok: false,
      error: { code: 'unavailable' },
    });
  });

  it('tells that there is no session', async () => {
    let calls = 0;
    client.session.onUnauthenticated(() => (calls += 1));
    answer = { status: 401, body: '{"error":{"code":"unauthenticated","message":"Sign in."}}' };
    await client.call('system.status', {});
    expect(calls).toBe(1);
  });
});

describe('the session', () => {
  it('does not end by what is refused of a question from before it', async () => {
    let calls = 0;
    client.session.onUnauthenticated(() => (calls += 1));
    const held = new Promise<() => void>((resolve) => (hold = resolve));
    const asked = client.call('system.status', {});
    const give = await held;
    hold = null;
    await client.session.redeem('s3cret');
    answer = { status: 401, body: '{"error":{"code":"unauthenticated","message":"Sign in."}}' };
    give();
    expect(await asked).toMatchObject({ ok: false });
    expect(calls).toBe(0);
  });

  it('spends a code in a body, never in an address', async () => {
    expect(await client.session.redeem('s3cret')).toEqual({ ok: true, value: undefined });
    expect(seen).toEqual([
      {
        method: 'POST',
        url: '/api/v1/session',
        type: 'application/json',
        body: '{"code":"s3cret"}',
      },
    ]);
  });

  it('knows the command that makes a link', async () => {
    answer = { status: 200, body: '{"login_command":"belfry login"}' };
    expect(await client.session.loginCommand()).toEqual({ ok: true, value: 'belfry login' });
    expect(seen[0]).toMatchObject({ method: 'GET', url: '/api/v1/session' });
  });

  it('ends', async () => {
    await client.session.end();
    expect(seen[0]).toMatchObject({ method: 'DELETE', url: '/api/v1/session' });
  });
});

describe('the stream', () => {
  const hello = (seq: number): PushMessage => ({ type: 'hello', epoch: 'e', seq });
  const connection = async (): Promise<Ws.WebSocket> => {
    const [socket] = (await once(sockets, 'connection')) as [Ws.WebSocket];
    return socket;
  };

  function follow() {
    const messages: PushMessage[] = [];
    const states: ConnectionState[] = [];
    const waiting = new Set<() => void>();
    const happened = (): void => waiting.forEach((wake) => wake());
    const stop = client.subscribe(
      (message) => {
        messages.push(message);
        happened();
      },
      (state) => {
        states.push(state);
        happened();
      },
    );
    const until = (condition: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        const check = (): void => {
          if (condition()) resolve();
        };
        waiting.add(check);
        check();
      });
    return { messages, states, until, stop };
  }

  it('passes messages on in order, and is open from the greeting on', async () => {
    const accepted = connection();
    const { messages, states, until, stop } = follow();
    const socket = await accepted;
    expect(states).toEqual(['connecting']);
    socket.send(JSON.stringify(hello(1)));
    socket.send(JSON.stringify({ type: 'open', route: '#/alerts' }));
    await until(() => messages.length === 2);
    expect(messages).toEqual([hello(1), { type: 'open', route: '#/alerts' }]);
    expect(states.at(-1)).toBe('open');
    const closed = once(socket, 'close');
    stop();
    await closed;
  });

  it('connects again after a loss, waiting longer each time', async () => {
    const first = connection();
    const { messages, states, until, stop } = follow();
    (await first).terminate();
    await until(() => states.at(-1) === 'lost');
    clock.advance(499);
    expect(sockets.clients.size).toBe(0);
    const second = connection();
    clock.advance(1);
    (await second).terminate();
    await until(() => states.filter((state) => state === 'lost').length === 2);
    const third = connection();
    clock.advance(999);
    expect(clock.waiting).toBe(1);
    clock.advance(1);
    (await third).send(JSON.stringify(hello(5)));
    await until(() => states.at(-1) === 'open');
    expect(messages).toEqual([hello(5)]);
    stop();
  });

  it('stops trying once nobody listens', async () => {
    const first = connection();
    const { states, until, stop } = follow();
    (await first).terminate();
    await until(() => states.at(-1) === 'lost');
    stop();
    expect(clock.waiting).toBe(0);
  });

  it('tries at once when the network is back', async () => {
    const first = connection();
    const { states, until, stop } = follow();
    (await first).terminate();
    await until(() => states.at(-1) === 'lost');
    const second = connection();
    client.wake();
    (await second).send(JSON.stringify(hello(1)));
    await until(() => states.at(-1) === 'open');
    stop();
  });
});
