import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHttpClient } from '../../main/channels/http-client.ts';
import { createReleaseFetch } from '../../main/channels/release-feed.ts';
import type { Settings } from '../../main/contract/settings.ts';
import type { Status } from '../../main/contract/system.ts';
import { openDatabase, type Db } from '../../main/store/database.ts';
import { Writer } from '../../main/store/writer.ts';
import { Scheduler } from '../../main/scheduler/scheduler.ts';
import { UpdateCheck } from '../../main/system/update-check.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HttpReceiver, silence, status } from '../support/http-receiver.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The quarter of an hour after the start, and half of the jitter. */
const FIRST_MS = 45 * MINUTE_MS;
const STEP_MS = 5 * MINUTE_MS;
const RELEASE = JSON.stringify({ tag_name: 'v2.0.0', body: 'Now with updates.' });

/** The real client and scheduler, over a database and a server of the test. */
class UpdateLab implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly updates: UpdateCheck;
  updateCheck: Settings['updateCheck'] = 'desktop';
  readonly log: string[] = [];
  readonly #dir = tempDir();
  readonly #db: Db;
  readonly #client;
  readonly #scheduler: Scheduler;

  constructor(feed: HttpReceiver, host: Status['host'] = 'desktop') {
    const { clock } = this;
    const logger = { log: (level: string, text: string) => void this.log.push(`${level} ${text}`) };
    this.#db = openDatabase(this.#dir.path);
    this.#client = createHttpClient(logger);
    this.updates = new UpdateCheck({
      host,
      version: '1.0.0',
      fetchRelease: createReleaseFetch(this.#client.send, `${feed.url}/latest`),
      settings: { current: () => ({ updateCheck: this.updateCheck }) },
      writer: new Writer(this.#db, clock, logger),
      clock,
      random: () => 0.5,
      logger,
      wake: () => this.#scheduler.wake(),
    });
    this.#scheduler = new Scheduler(clock, logger, [this.updates]);
    this.#scheduler.start();
    this.updates.start();
  }

  /** Changes the setting, after which a commit wakes the scheduler. */
  set(updateCheck: Settings['updateCheck']): void {
    this.updateCheck = updateCheck;
    this.#scheduler.wake();
  }

  /** Lets time pass in steps that end at the moments of requests, which outlast no step. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      this.clock.advance(STEP_MS);
      await new Promise(setImmediate);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scheduler.stop();
    await this.updates.stop();
    await this.#client.close();
    this.#db.close();
    this.#dir[Symbol.dispose]();
  }
}

let feed: HttpReceiver;
beforeEach(async () => {
  feed = await HttpReceiver.start();
  feed.respond = status(200, { 'content-type': 'application/json' }, RELEASE);
});
afterEach(() => feed[Symbol.asyncDispose]());

const asked = (count: number) => until(() => feed.received.length === count, `${count} requests`);

describe('a newer version', () => {
  test('is asked for some time after the start, then once a day, with nothing but the request', async () => {
    await using lab = new UpdateLab(feed);
    await lab.pass(40 * MINUTE_MS);
    expect(feed.received).toEqual([]);
    await lab.pass(STEP_MS);
    await asked(1);
    const { method, path, headers, body } = feed.received[0] ?? {};
    expect([method, path, body]).toEqual(['GET', '/latest', '']);
    expect(Object.keys(headers ?? {}).sort()).toEqual([
      'accept',
      'connection',
      'host',
      'user-agent',
    ]);
    expect(headers?.['user-agent']).toBe('Belfry');
    await until(() => lab.updates.current() !== null, 'the version is known');
    expect(lab.updates.current()).toMatchObject({ version: '2.0.0', notes: 'Now with updates.' });
    await lab.pass(DAY_MS);
    expect(feed.received).toHaveLength(1);
    await lab.pass(30 * MINUTE_MS);
    await asked(2);
  });

  test('is not asked for headless, unless that is wanted, and never once it is switched off', async () => {
    await using lab = new UpdateLab(feed, 'headless');
    await lab.pass(2 * DAY_MS);
    expect(feed.received).toEqual([]);
    lab.set('always');
    await asked(1);
    await until(() => lab.updates.current() !== null, 'the version is known');
    lab.set('off');
    expect(lab.updates.current()).toBeNull();
    await lab.pass(2 * DAY_MS);
    expect(feed.received).toHaveLength(1);
  });
});

describe('a feed', () => {
  test.each([
    ['fails', status(503)],
    ['leads elsewhere', status(302, { location: 'http://127.0.0.1:9/' })],
    ['limits requests', status(429, { 'retry-after': '1' })],
    ['sends megabytes', status(200, {}, `{"tag_name":"v2.0.0","body":"${'x'.repeat(3_000_000)}"}`)],
  ])('that %s is not asked again before the next day', async (_what, respond) => {
    feed.respond = respond;
    await using lab = new UpdateLab(feed);
    await lab.pass(FIRST_MS);
    await asked(1);
    await lab.pass(20 * 60 * MINUTE_MS);
    expect(feed.received).toHaveLength(1);
    expect(lab.updates.current()).toBeNull();
  });

  test('that never answers is given up, and does not hold up the end', async () => {
    feed.respond = silence;
    {
      await using lab = new UpdateLab(feed);
      await lab.pass(FIRST_MS);
      await asked(1);
      await lab.pass(STEP_MS);
      await until(() => lab.log.length > 0, 'it was given up');
      expect(lab.log).toEqual(['info The release page was not reached']);
    }
    await using lab = new UpdateLab(feed);
    await lab.pass(FIRST_MS);
    await asked(2);
  });
});
