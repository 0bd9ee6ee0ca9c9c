import { describe, expect, test } from 'vitest';
import type { NotificationStatus } from '../../main/contract/notification.ts';
import { CoreFixture, firing } from '../support/core-fixture.ts';
import { HttpReceiver, silence, status, type Respond } from '../support/http-receiver.ts';
import { selfSignedServer } from '../support/self-signed-server.ts';
import { tcpServer } from '../support/tcp-server.ts';

const TIME_LIMIT_MS = 15_000;

interface Expected {
  readonly status: NotificationStatus;
  readonly class?: string;
  readonly code?: number | null;
  /** Failed attempts that say something about the channel. */
  readonly failures?: number;
  readonly attention?: string;
  /** How long its lane is held, for a refusal that spends no attempt. */
  readonly heldMs?: number;
}

/** The state of everything after the one attempt that was made. */
function expectOutcome(fixture: CoreFixture, channelId: string, expected: Expected): void {
  const detail = fixture.detail(0);
  expect(detail).toMatchObject({
    status: expected.status,
    lastErrorClass: expected.class ?? null,
    retryCount: expected.status === 'sent' || expected.heldMs !== undefined ? 0 : 1,
  });
  expect(detail.attempts).toMatchObject([
    { number: 1, failureClass: expected.class ?? null, statusCode: expected.code ?? null },
  ]);
  const { health, attention, throttle } = fixture.channel(channelId);
  expect(health).toMatchObject({ state: 'closed', failures: expected.failures ?? 0 });
  expect(attention?.class ?? null).toBe(expected.attention ?? null);
  const heldMs = throttle === null ? undefined : throttle.until - fixture.clock.now();
  expect(heldMs).toBe(expected.heldMs);
}

const answered: [string, Respond, Expected][] = [
  [
    '401',
    status(401),
    { status: 'dead', class: 'authentication', code: 401, attention: 'authentication' },
  ],
  [
    '403',
    status(403),
    { status: 'dead', class: 'authentication', code: 403, attention: 'authentication' },
  ],
  ['404', status(404), { status: 'dead', class: 'not_found', code: 404 }],
  ['410', status(410), { status: 'dead', class: 'gone', code: 410, attention: 'gone' }],
  ['413', status(413), { status: 'dead', class: 'rejected', code: 413 }],
  [
    '429 with seconds',
    status(429, { 'retry-after': '90' }),
    { status: 'failed', class: 'rate_limited', code: 429, heldMs: 90_000 },
  ],
  [
    '429 with a date',
    status(429, { 'retry-after': new Date(Date.UTC(2026, 0, 15, 12, 3)).toUTCString() }),
    { status: 'failed', class: 'rate_limited', code: 429, heldMs: 180_000 },
  ],
  ['500', status(500), { status: 'failed', class: 'server_error', code: 500, failures: 1 }],
  ['a redirect', status(302, { location: '/' }), { status: 'dead', class: 'redirect', code: 302 }],
  [
    'a reset in the body of a failure',
    (response) => {
      response.writeHead(500, { 'content-length': '100' }).write('half');
      setImmediate(() => response.destroy());
    },
    { status: 'failed', class: 'server_error', code: 500, failures: 1 },
  ],
  [
    'a reset in the body of a success, which is one all the same',
    (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setImmediate(() => response.destroy());
    },
    { status: 'sent', code: 200 },
  ],
  [
    'a reset before any answer',
    (response) => response.destroy(),
    { status: 'failed', class: 'connection', failures: 1 },
  ],
];

describe('a receiver that fails', () => {
  test.each(answered)('with %s', async (_what, respond, expected) => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = respond;
    const id = await fixture.raise(receiver.url, expected.status);
    expect(receiver.received).toHaveLength(1);
    expectOutcome(fixture, id, expected);
  });

  test('by refusing the connection', async () => {
    const server = await tcpServer(() => undefined);
    await server[Symbol.asyncDispose]();
    await using fixture = await CoreFixture.start();
    const id = await fixture.raise(`http://127.0.0.1:${server.port}/`, 'failed');
    expectOutcome(fixture, id, { status: 'failed', class: 'connection', failures: 1 });
  });

  test('by resetting the connection in the middle of the request', async () => {
    await using server = await tcpServer((socket) =>
      socket.once('data', () => socket.resetAndDestroy()),
    );
    await using fixture = await CoreFixture.start();
    const id = await fixture.raise(`http://127.0.0.1:${server.port}/`, 'failed');
    expectOutcome(fixture, id, { status: 'failed', class: 'connection', failures: 1 });
  });

  test('by answering nothing within the time limit', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = silence;
    const id = await fixture.raise(receiver.url, 'sending');
    await receiver.count(1);
    fixture.clock.advance(TIME_LIMIT_MS);
    await fixture.statusesBecome('failed');
    expectOutcome(fixture, id, { status: 'failed', class: 'timeout', failures: 1 });
  });

  test('by never ending the head of its answer', async () => {
    let heard = 0;
    await using server = await tcpServer((socket) =>
      socket.on('data', () => {
        heard++;
        socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
      }),
    );
    await using fixture = await CoreFixture.start();
    const id = await fixture.raise(`http://127.0.0.1:${server.port}/`, 'sending');
    await expect.poll(() => heard).toBeGreaterThan(0);
    fixture.clock.advance(TIME_LIMIT_MS);
    await fixture.statusesBecome('failed');
    expectOutcome(fixture, id, { status: 'failed', class: 'timeout', failures: 1 });
  });

  test.each([
    [200, 'sent', { status: 'sent', code: 200 }],
    [503, 'failed', { status: 'failed', class: 'timeout', failures: 1 }],
  ] as const)('by never ending the body of its %i', async (code, becomes, expected) => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = (response) => void response.writeHead(code).write('and then');
    const id = await fixture.raise(receiver.url, 'sending');
    await receiver.count(1);
    // The head has to arrive before time runs out.
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    fixture.clock.advance(TIME_LIMIT_MS);
    await fixture.statusesBecome(becomes);
    expectOutcome(fixture, id, expected);
  });

  test('by a certificate that nobody vouches for', async () => {
    await using server = await selfSignedServer();
    await using fixture = await CoreFixture.start();
    const id = await fixture.raise(server.url, 'dead');
    expectOutcome(fixture, id, { status: 'dead', class: 'certificate' });
  });

  test('by speaking no TLS where TLS is expected', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    const id = await fixture.raise(receiver.url.replace('http:', 'https:'), 'failed');
    expectOutcome(fixture, id, { status: 'failed', class: 'connection', failures: 1 });
  });

  test('by a name that nobody knows', async () => {
    await using fixture = await CoreFixture.start();
    const id = await fixture.raise('http://receiver.invalid/', 'failed');
    expectOutcome(fixture, id, { status: 'failed', class: 'dns', failures: 1 });
  });

  test('by an address that is never a receiver', async () => {
    await using fixture = await CoreFixture.start();
    const id = await fixture.addChannel('http://receiver.invalid/');
    await fixture.storeConfig(id, { url: 'http://169.254.169.254/' });
    await fixture.core.alerts.ingest([firing()]);
    await fixture.statusesBecome('dead');
    expectOutcome(fixture, id, {
      status: 'dead',
      class: 'configuration',
      attention: 'configuration',
    });
  });
});

describe('the history of attempts', () => {
  test('says what was sent, without the path that is its password, and who asked for it', async () => {
    await using receiver = await HttpReceiver.start();
    await using fixture = await CoreFixture.start();
    receiver.respond = status(404);
    await fixture.raise(`${receiver.url}/hook/s3cret`, 'dead');
    receiver.respond = status(204);
    await fixture.core.notifications.requeue(fixture.ids()[0] ?? '', 'ann');
    await fixture.statusesBecome('sent');
    const { attempts } = fixture.detail(0);
    expect(attempts).toMatchObject([
      { budget: 1, outcome: 'permanent', requeuedBy: null },
      { budget: 2, outcome: 'sent', requeuedBy: 'ann' },
    ]);
    for (const { request } of attempts) {
      expect(request).toMatch(/^POST http:\/\/127\.0\.0\.1:\d+\/… alert\.raised, 0\.\d kB$/);
    }
  });
});
