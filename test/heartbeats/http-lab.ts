import { createApp, type App } from '../../main/app.ts';
import type { Alert } from '../../main/contract/alert.ts';
import type { Heartbeat, HeartbeatEvent } from '../../main/contract/heartbeat.ts';
import type { TokenScope } from '../../main/contract/system.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { tempDir } from '../support/temp-dir.ts';
import { ADMIN_TOKEN, send, type Answer, type Send } from '../transport/http/fixture.ts';
import { MINUTE } from './heartbeat-lab.ts';
import { appOptions } from '../support/app-options.ts';

type Detail = Heartbeat & { readonly timeline: readonly HeartbeatEvent[] };

/** The whole program over real HTTP, on a clock that the test moves, with one heartbeat: 10 min and 5 min grace. */
export class HttpLab {
  readonly clock = new FakeClock();
  readonly logged: string[] = [];
  heartbeat!: Heartbeat;
  readonly #temp = tempDir();
  readonly #app: App;

  constructor() {
    this.#app = createApp(
      appOptions(this.#temp.path, {
        clock: this.clock,
        logger: { log: (level, message) => void this.logged.push(`${level}: ${message}`) },
        http: { adminToken: ADMIN_TOKEN },
      }),
    );
  }

  get dir(): string {
    return this.#temp.path;
  }

  get url(): string {
    return this.#app.url ?? '';
  }

  static async start(): Promise<HttpLab> {
    const lab = new HttpLab();
    await lab.#app.start();
    lab.heartbeat = await lab.api<Heartbeat>('POST', '/heartbeats', {
      name: 'NAS backup',
      host: 'nas',
      schedule: { type: 'period', periodMs: 10 * MINUTE },
      graceMs: 5 * MINUTE,
    });
    return lab;
  }

  async stop(): Promise<void> {
    await this.#app.stop();
    this.#temp[Symbol.dispose]();
  }

  request(verb: string, path: string, options: Send = {}): Promise<Answer> {
    return send(this.url, path, { method: verb, ...options });
  }

  /** A request to the API with a token and, if given, a JSON body. */
  call(verb: string, path: string, body?: unknown, token = ADMIN_TOKEN): Promise<Answer> {
    const authorization = `Bearer ${token}`;
    const url = `/api/v1${path}`;
    if (body === undefined) return this.request(verb, url, { headers: { authorization } });
    const headers = { authorization, 'content-type': 'application/json' };
    return this.request(verb, url, { headers, body: JSON.stringify(body) });
  }

  /** As `call`, and it must go well. */
  async api<T>(verb: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.call(verb, path, body);
    if (answer.status >= 300) throw new Error(answer.text);
    return answer.json as T;
  }

  async newToken(scope: TokenScope): Promise<string> {
    return (await this.api<{ token: string }>('POST', '/tokens', { name: scope, scope })).token;
  }

  /** The heartbeat as it is now, with its timeline. */
  stored(): Promise<Detail> {
    return this.api<Detail>('GET', `/heartbeats/${this.heartbeat.id}`);
  }

  async alerts(): Promise<Alert[]> {
    return (await this.api<{ items: Alert[] }>('GET', '/alerts')).items;
  }

  /** Pings the heartbeat by its id. */
  ping(suffix = '', options: Send & { readonly verb?: string } = {}): Promise<Answer> {
    const { verb = 'POST', ...rest } = options;
    return this.request(verb, `/ping/${this.heartbeat.pingId}${suffix}`, rest);
  }
}
