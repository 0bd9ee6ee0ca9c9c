import { once } from 'node:events';
import { connect } from 'node:net';
import { AppLab, ADMIN_TOKEN } from '../transport/app-lab.ts';
import { send, type Answer, type Send } from '../transport/http/fixture.ts';

export interface RawAnswer {
  /** The statuses of all answers that came before the end of the connection. */
  readonly statuses: readonly number[];
  readonly text: string;
}

/** One started host that a whole file attacks, and what has to hold after each attack. */
export class AttackLab implements AsyncDisposable {
  readonly lab: AppLab;

  private constructor(lab: AppLab) {
    this.lab = lab;
  }

  static async start(): Promise<AttackLab> {
    const lab = await AppLab.start();
    await lab.call('settings.update', { stormEnabled: false });
    return new AttackLab(lab);
  }

  /** One request; with the admin token unless other headers are given. */
  request(verb: string, path: string, options: Send = {}): Promise<Answer> {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, ...(options.headers as object) };
    return send(this.lab.app.url ?? '', path, { ...options, method: verb, headers });
  }

  /** One request without any credential. */
  anonymous(verb: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return send(this.lab.app.url ?? '', path, { method: verb, headers });
  }

  json(path: string, body: unknown): Promise<Answer> {
    return this.post(path, typeof body === 'string' ? body : JSON.stringify(body));
  }

  post(path: string, body: string | Buffer, type = 'application/json'): Promise<Answer> {
    return this.request('POST', path, { headers: { 'content-type': type }, body });
  }

  /** Writes bytes as they are, and reads until the server closes; `Connection: close` is the attack's to send. */
  async raw(bytes: string): Promise<RawAnswer> {
    const socket = connect(Number(new URL(this.lab.app.url ?? '').port), '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    socket.on('error', () => undefined);
    socket.write(bytes, 'latin1');
    await once(socket, 'close');
    const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) =>
      Number(status),
    );
    return { statuses, text };
  }

  /** How many alerts of a kind there are, open or closed. */
  async alertsOf(kind: string): Promise<number> {
    return (await this.lab.call<{ total: number }>('alerts.list', { kind })).total;
  }

  /** Returns true if an event is still stored as always. */
  async isWell(): Promise<boolean> {
    const event = { host: 'nas', kind: 'after_the_attack', status: 'firing' };
    return (await this.json('/api/v1/events', event)).status === 200;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab[Symbol.asyncDispose]();
  }
}
