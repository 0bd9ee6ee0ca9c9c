import { expect, vi } from 'vitest';
import { createApp, type App } from '../../../main/app.ts';
import type { NotificationStatus } from '../../../main/contract/notification.ts';
import { HttpReceiver, type Respond } from '../../support/http-receiver.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { send, type Answer } from './fixture.ts';
import { appOptions } from '../../support/app-options.ts';

/** A notification as a script reads it. */
export type Row = Readonly<Record<string, unknown>> & { readonly id: string };

export const WAIT = { timeout: 10_000, interval: 5 };
/** An id of the right form that nothing has. */
export const UNKNOWN = '0199b9c8-5d2e-7c3a-8f00-0123456789ab';

const ADMIN = 'admin-token-of-the-test';

/** The whole program, spoken to over HTTP alone, and a receiver that takes or refuses what it sends. */
export class CompatLab implements AsyncDisposable {
  readonly receiver: HttpReceiver;
  readonly admin = ADMIN;
  read = '';
  operate = '';
  ingest = '';
  /** The name of the newest channel, which its alerts have as their kind. */
  channel = '';
  readonly #dir = tempDir();
  readonly #app: App;
  #channels = 0;

  private constructor(receiver: HttpReceiver) {
    this.receiver = receiver;
    this.#app = createApp(appOptions(this.#dir.path, { http: { adminToken: ADMIN } }));
  }

  static async start(): Promise<CompatLab> {
    const lab = new CompatLab(await HttpReceiver.start());
    await lab.#app.start();
    lab.read = await lab.#newToken('read');
    lab.operate = await lab.#newToken('operate');
    lab.ingest = await lab.#newToken('ingest');
    return lab;
  }

  get url(): string {
    return this.#app.url ?? '';
  }

  call(verb: string, path: string, token: string, body?: unknown): Promise<Answer> {
    return send(this.url, path, {
      method: verb,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async one(id: string): Promise<Row> {
    return (await this.call('GET', `/api/v1/notifications/${id}`, this.read)).json as Row;
  }

  /** Queues that many notifications for a new channel; answers their ids once each stands where it should. */
  async enqueue(count: number, respond: Respond, wanted: NotificationStatus): Promise<string[]> {
    this.receiver.respond = respond;
    const number = String(++this.#channels);
    const name = `channel ${number}`;
    this.channel = name;
    const channel = { kind: 'webhook', name, config: { url: this.receiver.url } };
    const { id: channelId } = await this.#make('/api/v1/channels', channel);
    const matchers = [`channel="${number}"`];
    await this.#make('/api/v1/routes', { name, matchers, channelIds: [channelId] });
    const events = Array.from({ length: count }, (_, i) => ({
      host: `host ${i}`,
      kind: name,
      status: 'firing',
      labels: { channel: number },
    }));
    await this.call('POST', '/api/v1/events', this.ingest, events);
    const query = `/api/v1/notifications?channelId=${channelId}&status=${wanted}&per_page=200`;
    return await vi.waitFor(async () => {
      const { data } = (await this.call('GET', query, this.read)).json as { data: Row[] };
      expect(data).toHaveLength(count);
      return data.map(({ id }) => id);
    }, WAIT);
  }

  async #newToken(scope: string): Promise<string> {
    const { token } = await this.#make('/api/v1/tokens', { name: scope, scope });
    return String(token);
  }

  async #make(path: string, body: unknown): Promise<Row & { readonly token?: unknown }> {
    const answer = await this.call('POST', path, ADMIN, body);
    expect(answer.status, answer.text).toBe(201);
    return answer.json as Row;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#app.stop();
    await this.receiver[Symbol.asyncDispose]();
    this.#dir[Symbol.dispose]();
  }
}
