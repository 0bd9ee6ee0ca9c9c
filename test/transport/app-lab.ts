import { createApp, type App } from '../../main/app.ts';
import { systemClock } from '../../main/base/clock.ts';
import type { MethodName } from '../../main/contract/methods.ts';
import type { Result } from '../../main/contract/result.ts';
import { sent } from '../../main/domain/outcome.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { tempDir } from '../support/temp-dir.ts';
import { send, type Answer } from './http/fixture.ts';

export const ADMIN_TOKEN = 'admin-token-of-the-test';

/** The whole app with its real HTTP server, over a receiver that refuses for good until it is told otherwise. */
export class AppLab implements AsyncDisposable {
  readonly receiver: HttpReceiver;
  readonly app: App;
  readonly #dir: ReturnType<typeof tempDir>;
  #named = 0;

  private constructor(receiver: HttpReceiver) {
    this.receiver = receiver;
    this.receiver.respond = status(400);
    this.#dir = tempDir();
    this.app = createApp({
      host: 'headless',
      dataDir: this.#dir.path,
      version: '0.0.0-test',
      dataKey: Buffer.alloc(32, 1),
      desktop: { show: () => Promise.resolve(sent()), close: () => undefined },
      clock: systemClock,
      random: () => 0.5,
      logger: { log: () => undefined },
      http: {
        host: '127.0.0.1',
        port: 0,
        allowedHosts: [],
        rendererDir: this.#dir.path,
        adminToken: ADMIN_TOKEN,
      },
      httpBySettings: false,
      drainMs: 100,
    });
  }

  static async start(): Promise<AppLab> {
    const lab = new AppLab(await HttpReceiver.start());
    await lab.app.start();
    return lab;
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

  /** The id of a notification that was refused for good by a channel of its own. */
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
