import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { HttpClient } from '../../main/cli/api-client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { HttpReceiver, silence, status } from '../support/http-receiver.ts';

const ID = '0199b9c8-5d2e-7c3a-8f00-0123456789ab';

test('a coded failure comes back as a value', async () => {
  await using receiver = await HttpReceiver.start();
  const body = JSON.stringify({ error: { code: 'not_found', message: 'gone', requestId: 'r' } });
  receiver.respond = status(404, {}, body);
  const client = new HttpClient(receiver.url, 'bf_t', new FakeClock(), messagesFor('en'));
  expect(await client.call('alerts.get', { id: ID })).toEqual({
    ok: false,
    error: { code: 'not_found', message: 'gone' },
  });
  expect(receiver.received[0]?.headers.authorization).toBe('Bearer bf_t');
});

test.for([
  ['no JSON at all', '<html>'],
  ['another JSON', '{"status":404}'],
])('an answer that is %s is a failure, not a crash', async ([, body]) => {
  await using receiver = await HttpReceiver.start();
  receiver.respond = status(502, {}, body);
  const client = new HttpClient(receiver.url, 'bf_t', new FakeClock(), messagesFor('en'));
  expect((await client.call('alerts.list', {})).ok).toBe(false);
});

test('nobody there is `unavailable` and says where', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.close();
  await once(server, 'close');
  const result = await new HttpClient(url, 'bf_t', new FakeClock(), messagesFor('en')).call(
    'alerts.list',
    {},
  );
  expect(result).toMatchObject({
    ok: false,
    error: { code: 'unavailable', message: expect.stringContaining(url) as string },
  });
});

test('no answer within half a minute is a failure', async () => {
  await using receiver = await HttpReceiver.start();
  receiver.respond = silence;
  const clock = new FakeClock();
  const call = new HttpClient(receiver.url, 'bf_t', clock, messagesFor('en')).call(
    'alerts.list',
    {},
  );
  await receiver.count(1);
  clock.advance(30_000);
  expect(await call).toMatchObject({ ok: false, error: { code: 'unavailable' } });
});
