/** @module-tag slow */
import { describe, expect, test } from 'vitest';
import type { Channel } from '../../../main/contract/channel.ts';
import type { FailureClass } from '../../../main/contract/failure-class.ts';
import type { Attempt, Notification } from '../../../main/contract/notification.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { HttpReceiver, silence, status, type Respond } from '../../support/http-receiver.ts';
import { selfSignedServer } from '../../support/self-signed-server.ts';
import { tcpServer } from '../../support/tcp-server.ts';
import { AppLab } from '../app-lab.ts';
import { messagesFor } from '../../../main/messages/messages.ts';
import { nextStep } from '../../../main/messages/reasons.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const TIME_LIMIT_MS = 15_000;

interface Expected {
  readonly class: FailureClass;
  readonly code: number | null;
  /** From one attempt's end to the next one's beginning; none where the first failure is the last. */
  readonly waitsMs: readonly number[];
  /** Attempts that were spent; null for all that were made. */
  readonly spent: number | null;
  readonly health: 'closed' | 'down';
  readonly attention: FailureClass | null;
  /** The next step shown, or what happened. */
  readonly words: RegExp;
}

const DEFAULT_WAITS_MS = [MINUTE_MS, 2 * MINUTE_MS, 4 * MINUTE_MS, 8 * MINUTE_MS];

const transient = (over: Partial<Expected>): Expected => ({
  class: 'server_error',
  code: null,
  waitsMs: DEFAULT_WAITS_MS,
  spent: null,
  health: 'down',
  attention: null,
  words: /./,
  ...over,
});

/** It spends nothing and dies after a day. */
const limited = (): Expected =>
  transient({
    class: 'rate_limited',
    code: 429,
    waitsMs: Array<number>(4).fill(6 * HOUR_MS),
    spent: 0,
    health: 'closed',
  });

const permanent = (over: Partial<Expected>): Expected =>
  transient({ waitsMs: [], health: 'closed', ...over });

/** Ways to fail of an HTTP server that answers. */
const answers = (clock: FakeClock): [string, Respond, Expected][] => [
  [
    '401',
    status(401),
    permanent({
      class: 'authentication',
      code: 401,
      attention: 'authentication',
      words: /credentials/,
    }),
  ],
  ['404', status(404), permanent({ class: 'not_found', code: 404, words: /Check the path/ })],
  [
    '410',
    status(410),
    permanent({ class: 'gone', code: 410, attention: 'gone', words: /new URL/ }),
  ],
  ['413', status(413), permanent({ class: 'rejected', code: 413, words: /too large/ })],
  [
    'redirect',
    status(307, { location: 'http://elsewhere.invalid/' }),
    permanent({ class: 'redirect', code: 307, words: /has moved/ }),
  ],
  ['429 in seconds', status(429, { 'retry-after': String((6 * HOUR_MS) / SECOND_MS) }), limited()],
  [
    '429 with a date',
    (response) => {
      const date = new Date(clock.now() + 6 * HOUR_MS).toUTCString();
      response.writeHead(429, { 'retry-after': date }).end();
    },
    limited(),
  ],
  ['500', status(500), transient({ code: 500, words: /HTTP 500/ })],
  [
    'reset in the body',
    (response) => {
      response.writeHead(500, { 'content-length': '100' }).write('half');
      setImmediate(() => response.destroy());
    },
    transient({ code: 500 }),
  ],
  ['no answer', silence, transient({ class: 'timeout', words: /No response within 15 seconds/ })],
  [
    'slow body',
    (response) => void response.writeHead(503).write('and then'),
    transient({ class: 'timeout' }),
  ],
];

interface Page {
  readonly data: Notification[];
}

/** One channel for each way to fail, and one alert that goes to all of them. */
class Failures implements AsyncDisposable {
  readonly expected = new Map<string, Expected>();
  readonly #clock: FakeClock;
  readonly #lab: AppLab;
  readonly #servers = new AsyncDisposableStack();

  private constructor(lab: AppLab, clock: FakeClock) {
    this.#lab = lab;
    this.#clock = clock;
  }

  static async start(): Promise<Failures> {
    const clock = new FakeClock();
    const failures = new Failures(await AppLab.start(clock), clock);
    for (const [name, respond, expected] of answers(clock)) {
      const receiver = failures.#servers.use(await HttpReceiver.start());
      receiver.respond = respond;
      await failures.#add(name, receiver.url, expected);
    }
    const gone = await tcpServer(() => undefined);
    const refusing = `http://127.0.0.1:${gone.port}/`;
    await gone[Symbol.asyncDispose]();
    const refused = { class: 'connection', words: /ECONNREFUSED/ } as const;
    await failures.#add('refused', refusing, transient(refused));
    const resetting = failures.#servers.use(
      await tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
    );
    const reset = { class: 'connection', words: /could not be reached/ } as const;
    await failures.#add('reset', `http://127.0.0.1:${resetting.port}/`, transient(reset));
    const untrusted = failures.#servers.use(await selfSignedServer());
    const certificate = { class: 'certificate', words: /not trusted/ } as const;
    await failures.#add('wrong TLS', untrusted.url, permanent(certificate));
    return failures;
  }

  async get<T>(path: string): Promise<T> {
    const { status: code, json } = await this.#lab.http('GET', path);
    expect(code).toBe(200);
    return json as T;
  }

  async raise(): Promise<void> {
    const event = { host: 'nas', kind: 'backup_failed', status: 'firing' };
    expect((await this.#lab.http('POST', '/api/v1/events', event)).status).toBe(200);
  }

  async outbox(): Promise<Notification[]> {
    return (await this.get<Page>('/api/v1/notifications?per_page=200')).data;
  }

  /** Lets time pass until no notification waits or is on its way any more. */
  async spend(): Promise<void> {
    for (;;) {
      const rows = await this.outbox();
      const sending = rows.filter((row) => row.status === 'sending' || row.status === 'pending');
      const waits = rows.flatMap(({ nextAttemptAt }) => nextAttemptAt ?? []);
      const hangs = sending.every(({ channelName }) => /no answer|slow body/.test(channelName));
      const nextMs = Math.min(...waits) - this.#clock.now();
      if (hangs && nextMs > 0) {
        if (sending.length > 0) this.#clock.advance(Math.min(TIME_LIMIT_MS, nextMs));
        else if (waits.length === 0) return;
        else this.#clock.advance(nextMs);
      }
      // The others' answers come in real time.
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    }
  }

  async #add(name: string, url: string, expected: Expected): Promise<void> {
    const channel = { kind: 'webhook', name, config: { url } };
    const retry = { baseMs: MINUTE_MS, capMs: 60 * MINUTE_MS, maxAttempts: 5, jitter: false };
    const { status: code } = await this.#lab.http('POST', '/api/v1/channels', {
      ...channel,
      retry,
    });
    expect(code).toBe(201);
    this.expected.set(name, expected);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lab[Symbol.asyncDispose]();
    await this.#servers.disposeAsync();
  }
}

const waitsOf = (attempts: readonly Attempt[]): number[] =>
  attempts.slice(1).map((attempt, index) => {
    const before = attempts[index];
    return attempt.startedAt - (before ? before.startedAt + before.durationMs : 0);
  });

describe('receivers that fail, each in its own way', () => {
  test('leave the class, state, waits, health and words that are promised, over HTTP', async () => {
    await using failures = await Failures.start();
    await failures.raise();
    await failures.spend();
    const rows = await failures.outbox();
    const { items } = await failures.get<{ items: Channel[] }>('/api/v1/channels');
    expect(rows.map(({ channelName }) => channelName).sort()).toEqual(
      [...failures.expected.keys()].sort(),
    );
    for (const { id, channelName } of rows) {
      const expected = failures.expected.get(channelName);
      if (!expected) throw new Error(`Nothing is expected of ${channelName}`);
      const row = await failures.get<Notification & { attempts: Attempt[] }>(
        `/api/v1/notifications/${id}`,
      );
      const channel = items.find(({ name }) => name === channelName);
      expect.soft(row, channelName).toMatchObject({
        status: 'dead',
        retryCount: expected.spent ?? expected.waitsMs.length + 1,
        maxAttempts: 5,
        nextAttemptAt: null,
        lastErrorClass: expected.class,
      });
      const step = nextStep(messagesFor('en'), row.reason, row.lastErrorClass);
      expect.soft(`${row.lastError} ${step}`, channelName).toMatch(expected.words);
      expect.soft(waitsOf(row.attempts), channelName).toEqual(expected.waitsMs);
      for (const attempt of row.attempts) {
        expect.soft(attempt, channelName).toMatchObject({
          failureClass: expected.class,
          statusCode: expected.code,
        });
      }
      expect.soft(channel?.health.state, channelName).toBe(expected.health);
      expect.soft(channel?.attention?.class ?? null, channelName).toBe(expected.attention);
    }
  }, 60_000);
});
