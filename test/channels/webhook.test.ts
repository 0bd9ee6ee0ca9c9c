import { createServer as createTcpServer } from 'node:net';
import { once } from 'node:events';
import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHttpClient } from '../../main/channels/http-client.ts';
import { createWebhook } from '../../main/channels/webhook.ts';
import { NO_LINKS, type Delivery } from '../../main/channels/channel-adapter.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import type { Outcome } from '../../main/domain/outcome.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HttpReceiver, status, type ReceivedRequest } from '../support/http-receiver.ts';
import { selfSignedServer } from '../support/self-signed-server.ts';
import { NO_PICTURE } from './send-sample.ts';

const clock = new FakeClock();
const delivery: Delivery = {
  notificationId: '01890000-0000-7000-8000-000000000001',
  event: 'raised',
  attempt: 2,
  knownAs: '01890000-0000-7000-8000-000000000002',
  overtakenBy: null,
  loudness: 0,
  wasLouder: false,
  messages: messagesFor('en'),
  templated: null,
  bundle: null,
  createdAt: clock.now(),
  thread: null,
  links: NO_LINKS,
  alert: {
    id: '01890000-0000-7000-8000-000000000002',
    source: 'api',
    host: 'nas',
    kind: 'backup_failed',
    dedupKey: 'photos',
    severity: 'critical',
    state: 'open',
    message: 'no space left',
    labels: { disk: 'a' },
    annotations: {},
    url: 'http://nas/',
    startedAt: clock.now(),
    lastSeenAt: clock.now(),
    occurrences: 3,
    acknowledgedAt: null,
    closedAt: null,
  },
};

const client = createHttpClient({ log: () => undefined });
const webhook = createWebhook(client.send);
const send = (config: { url: string; secret?: string }): Promise<Outcome> =>
  webhook.send(config, delivery, {
    channelId: 'channel',
    picture: NO_PICTURE,
    clock,
    signal: new AbortController().signal,
  });

let receiver: HttpReceiver;
const last = (): ReceivedRequest => {
  const request = receiver.received.at(-1);
  if (!request) throw new Error('Nothing was received');
  return request;
};
beforeAll(async () => {
  receiver = await HttpReceiver.start();
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await client.close();
});

describe('the request', () => {
  test('has the documented body', async () => {
    receiver.respond = status(204);
    expect(await send({ url: `${receiver.url}/hook` })).toMatchObject({ kind: 'sent' });
    const { body, path } = last();
    expect(path).toBe('/hook');
    expect(JSON.parse(body)).toEqual({
      type: 'alert.raised',
      timestamp: '2026-01-15T12:00:00.000Z',
      data: {
        notificationId: delivery.notificationId,
        attempt: 2,
        alert: {
          id: delivery.alert.id,
          source: 'api',
          host: 'nas',
          kind: 'backup_failed',
          dedupKey: 'photos',
          severity: 'critical',
          state: 'open',
          message: 'no space left',
          labels: { disk: 'a' },
          annotations: {},
          url: 'http://nas/',
          startedAt: '2026-01-15T12:00:00.000Z',
          lastSeenAt: '2026-01-15T12:00:00.000Z',
          occurrences: 3,
        },
        text: 'CRITICAL: backup_failed on nas\nno space left',
      },
    });
  });

  test('is signed as Standard Webhooks says, over id, timestamp and the very bytes', async () => {
    receiver.respond = status(204);
    const key = Buffer.alloc(24, 3);
    await send({ url: receiver.url, secret: `whsec_${key.toString('base64')}` });
    const { body, headers } = last();
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    const wanted = createHmac('sha256', key).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${wanted}`);
    expect(headers['webhook-timestamp']).toBe(String(clock.now() / 1000));
  });

  test('takes credentials of the URL as basic authentication', async () => {
    receiver.respond = status(204);
    await send({ url: receiver.url.replace('http://', 'http://ann:p%40ss@') });
    expect(last().headers.authorization).toBe(
      `Basic ${Buffer.from('ann:p@ss').toString('base64')}`,
    );
  });
});

describe('what the receiver says', () => {
  test.each([
    [200, 'sent', undefined],
    [302, 'permanent', 'redirect'],
    [400, 'permanent', 'rejected'],
    [401, 'permanent', 'authentication'],
    [403, 'permanent', 'authentication'],
    [407, 'permanent', 'authentication'],
    [404, 'permanent', 'not_found'],
    [408, 'transient', 'timeout'],
    [410, 'permanent', 'gone'],
    [413, 'permanent', 'rejected'],
    [425, 'transient', 'server_error'],
    [429, 'transient', 'rate_limited'],
    [500, 'transient', 'server_error'],
    [503, 'transient', 'server_error'],
  ])('HTTP %i is %s %s', async (code, kind, failureClass) => {
    receiver.respond = status(code, { location: `${receiver.url}/elsewhere` }, 'because');
    const before = receiver.received.length;
    const outcome = await send({ url: receiver.url });
    expect(outcome).toMatchObject({
      kind,
      statusCode: code,
      responseExcerpt: 'because',
      ...(failureClass === undefined ? {} : { class: failureClass }),
    });
    expect(receiver.received).toHaveLength(before + 1);
  });

  test('is kept without the URL and the secret, should it echo them', async () => {
    const secret = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
    receiver.respond = (response, request) =>
      response.writeHead(500).end(`${receiver.url}${request.path} ${secret} failed`);
    const outcome = await send({ url: `${receiver.url}/hook/s3cret?key=t0ken`, secret });
    const text = JSON.stringify(outcome);
    for (const word of ['s3cret', 't0ken', secret]) expect(text).not.toContain(word);
    expect(text).toContain('failed');
  });

  test.each([
    ['Cannot POST /hook/s3cr3t-path', 'the path alone'],
    ['{"url":"\\/hook\\/s3cr3t-path"}', 'escaped as some JSON encoders do'],
    ['<a href="/?a=b&amp;key=s3cr3t-path">', 'escaped as HTML'],
    ['auth ann:s3cr3t p@ss', 'user and password, decoded'],
    [Buffer.from('ann:s3cr3t p@ss').toString('base64'), 'the Basic header'],
  ])('is kept without a secret in any spelling: %s (%s)', async (echo) => {
    receiver.respond = status(500, {}, `echo ${echo} failed`);
    const base = receiver.url.replace('http://', 'http://ann:s3cr3t%20p%40ss@');
    const outcome = await send({ url: `${base}/hook/s3cr3t-path?a=b&key=s3cr3t-path` });
    const excerpt = 'responseExcerpt' in outcome ? outcome.responseExcerpt : '';
    expect(excerpt).toContain('[redacted]');
    expect(excerpt).not.toContain('s3cr3t');
    expect(excerpt).not.toContain(Buffer.from('ann:s3cr3t p@ss').toString('base64'));
    expect(excerpt).toMatch(/^echo .* failed$/);
  });

  test('is read whole but kept in its beginning alone, however long it is', async () => {
    receiver.respond = status(500, {}, 'x'.repeat(200_000));
    const outcome = await send({ url: receiver.url });
    expect('responseExcerpt' in outcome && outcome.responseExcerpt?.length).toBe(8_192);
  });

  test('counts as taken when a success breaks off in its body', async () => {
    receiver.respond = (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setImmediate(() => response.destroy());
    };
    expect(await send({ url: receiver.url })).toMatchObject({ kind: 'sent', statusCode: 200 });
  });
});

describe('a connection that fails', () => {
  test('refused is transient', async () => {
    const server = createTcpServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await send({ url: `http://127.0.0.1:${port}/secret-path` })).toEqual({
      kind: 'transient',
      class: 'connection',
      reason: { code: 'failure.unreachable', params: { error: 'ECONNREFUSED' } },
      request: `POST http://127.0.0.1:${port}/… alert.raised, 0.5 kB`,
    });
  });

  test('reset before the answer is transient', async () => {
    receiver.respond = (response) => response.destroy();
    expect(await send({ url: receiver.url })).toMatchObject({
      kind: 'transient',
      class: 'connection',
    });
  });

  test('a name that does not resolve is transient', async () => {
    expect(await send({ url: 'http://receiver.invalid/' })).toMatchObject({
      kind: 'transient',
      class: 'dns',
    });
  });

  test('a certificate that is not trusted is permanent and names the fix', async () => {
    await using server = await selfSignedServer();
    expect(await send({ url: server.url })).toMatchObject({
      kind: 'permanent',
      class: 'certificate',
      reason: {
        code: 'failure.certificate_untrusted',
        params: { error: 'DEPTH_ZERO_SELF_SIGNED_CERT', fields: [] },
      },
    });
  });

  test.each([
    'http://169.254.169.254/latest/meta-data',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://[::ffff:169.254.169.254]/',
    'http://2852039166/',
    'http://[fd20:ce::254]/',
    'http://100.100.100.200/',
    'http://192.0.0.192/',
    'http://[::169.254.169.254]/',
    'http://[64:ff9b::169.254.169.254]/',
    'http://[2002:a9fe:a9fe::1]/',
  ])('%s is never connected to', async (url) => {
    expect(await send({ url })).toMatchObject({ kind: 'permanent', class: 'configuration' });
  });
});

test('a target shows the origin and nothing that could be a credential', () => {
  const target = (url: string): string => webhook.target({ url }, messagesFor('en'));
  expect(target('https://ann:pw@hooks.example/T0/s3cret?k=v')).toBe('https://hooks.example/…');
  expect(target('http://nas:8080/')).toBe('http://nas:8080');
});
