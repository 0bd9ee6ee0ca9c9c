import { createApp, type App } from '../../main/app.ts';
import { systemClock, type Clock } from '../../main/base/clock.ts';
import type { MethodName } from '../../main/contract/methods.ts';
import type { Session } from '../../main/contract/system.ts';
import type { Result } from '../../main/contract/result.ts';
import { CommitMark } from '../../main/store/files/commit-mark.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { tempDir } from '../support/temp-dir.ts';
import { send, type Answer } from './http/fixture.ts';
import { appOptions } from '../support/app-options.ts';
import { KeyRing } from '../../main/base/key-ring.ts';

export const ADMIN_TOKEN = 'admin-token-of-the-test';
export const LAB_DATA_KEY = Buffer.alloc(32, 1);
/** The key after a rotation. */
export const LAB_SECOND_KEY = Buffer.alloc(32, 2);

/** The whole app with its real HTTP server, over a receiver that refuses for good until that is changed. */
export class AppLab implements AsyncDisposable {
  readonly receiver: HttpReceiver;
  readonly app: App;
  readonly #dir: ReturnType<typeof tempDir>;
  #named = 0;

  private constructor(receiver: HttpReceiver, clock: Clock) {
    this.receiver = receiver;
    this.receiver.respond = status(400);
    this.#dir = tempDir();
    this.app = createApp(
      appOptions(this.#dir.path, {
        dataKeys: new KeyRing([LAB_DATA_KEY]),
        changeKeys: (change) =>
          Promise.resolve(change === 'add' ? [LAB_SECOND_KEY, LAB_DATA_KEY] : [LAB_SECOND_KEY]),
        clock,
        http: { rendererDir: this.#dir.path, adminToken: ADMIN_TOKEN },
      }),
    );
  }

  static async start(clock: Clock = systemClock): Promise<AppLab> {
    const lab = new AppLab(await HttpReceiver.start(), clock);
    await lab.app.start();
    return lab;
  }

  /** Comes back from a stop with a database that has lost its last writes, by the word of the mark beside it. */
  async loseWrites(): Promise<void> {
    await this.app.stop();
    const last = { number: 1_000_000, at: systemClock.now() };
    new CommitMark(this.#dir.path, last, { log: () => undefined })[Symbol.dispose]();
    await this.app.start();
  }

  result(name: MethodName, input: unknown, actor = 'test'): Promise<Result<unknown>> {
    return this.app.dispatch(name, input, { actor, scope: 'admin', source: null });
  }

  async call<T>(name: MethodName, input: unknown, actor = 'test'): Promise<T> {
    const result = await this.result(name, input, actor);
    if (!result.ok) throw new Error(`${name}: ${result.error.message}`);
    return result.value as T;
  }

  /** One request over HTTP, with a JSON body if one is given. */
  http(verb: string, path: string, body?: unknown, token = ADMIN_TOKEN): Promise<Answer> {
    return send(this.app.url ?? '', path, {
      method: verb,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** A request with a body of any type. */
  raw(verb: string, path: string, body: string, contentType: string): Promise<Answer> {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': contentType };
    return send(this.app.url ?? '', path, { method: verb, headers, body });
  }

  channelInput(name: string): object {
    return { kind: 'webhook', name, config: { url: this.receiver.url } };
  }

  async channel(): Promise<string> {
    const input = this.channelInput(`channel ${this.#named++}`);
    return (await this.call<{ id: string }>('channels.create', input)).id;
  }

  /** A new open alert's id. */
  async alert(): Promise<string> {
    const event = { host: 'nas', kind: 'k', dedupKey: String(this.#named++), status: 'firing' };
    const { results } = await this.call<{ results: { alertId: string }[] }>('events.ingest', event);
    return results[0]?.alertId ?? '';
  }

  /** The Cookie header of a browser that signed in. */
  async cookie(userAgent = 'test browser'): Promise<string> {
    const { url } = await this.call<{ url: string }>('session.link', {});
    const answer = await send(this.app.url ?? '', '/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': userAgent },
      body: JSON.stringify({ code: url.split('/#/sign-in/')[1] }),
    });
    return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  }

  /** The id of a new session. */
  async session(): Promise<string> {
    const userAgent = `browser ${this.#named++}`;
    await this.cookie(userAgent);
    const { items } = await this.call<{ items: Session[] }>('sessions.list', {});
    return items.find((session) => session.userAgent === userAgent)?.id ?? '';
  }

  /** The id of input that could not be read when it came, and still cannot. */
  async rejected(): Promise<string> {
    await this.http('POST', '/ingest/uptime-kuma', { msg: 7, at: this.#named++ });
    return this.newestRejected();
  }

  /** Waits until some is kept. */
  async newestRejected(): Promise<string> {
    for (;;) {
      const { items } = await this.call<{ items: { id: string }[] }>('rejected.list', {});
      if (items[0]) return items[0].id;
      await new Promise(setImmediate);
    }
  }

  /** The id of a notification that was refused for good by its own channel. */
  async deadLetter(): Promise<string> {
    const channelId = await this.channel();
    const alertId = await this.alert();
    const query = { alertId, channelId, status: ['dead'] };
    for (;;) {
      const found = await this.call<{ data: { id: string }[] }>('notifications.list', query);
      if (found.data[0]) return found.data[0].id;
      await new Promise(setImmediate);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.stop();
    await this.receiver[Symbol.asyncDispose]();
    this.#dir[Symbol.dispose]();
  }
}
