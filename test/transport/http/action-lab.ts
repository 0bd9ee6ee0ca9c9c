import type { Alert } from '../../../main/contract/alert.ts';
import {
  actionKey,
  writeActionToken,
  type ActionToken,
} from '../../../main/domain/action-token.ts';
import { json } from '../../channels/http-fake.ts';
import { until } from '../../support/until.ts';
import { AppLab, LAB_DATA_KEY } from '../app-lab.ts';
import { send, type Answer, type Send } from './fixture.ts';

export const PUBLIC_URL = 'https://belfry.example.lan/watch';

/** A message as ntfy was sent it. */
export interface Sent {
  readonly title: string;
  readonly click?: string;
  readonly actions?: readonly {
    readonly label: string;
    readonly url: string;
    readonly method: string;
  }[];
}

/** A Belfry that tells a phone through ntfy, with a public address, so that its messages carry links. */
export class ActionLab implements AsyncDisposable {
  readonly lab: AppLab;
  channelId = '';

  private constructor(lab: AppLab) {
    this.lab = lab;
    lab.receiver.respond = json(200, { id: 'sPs71M8A2T' });
  }

  static async start(): Promise<ActionLab> {
    const actions = new ActionLab(await AppLab.start());
    await actions.lab.call('settings.update', { publicUrl: `${PUBLIC_URL}/` });
    const { id } = await actions.lab.call<{ id: string }>('channels.create', {
      kind: 'ntfy',
      name: 'Phone',
      config: { server: actions.lab.receiver.url, topic: 'belfry' },
    });
    actions.channelId = id;
    return actions;
  }

  /** Every message so far, once there are that many. */
  async messages(count: number): Promise<Sent[]> {
    const { receiver } = this.lab;
    await until(() => receiver.received.length >= count, `${count} messages`);
    return receiver.received.map(({ body }) => JSON.parse(body) as Sent);
  }

  /** A new alert, and the paths of the buttons in the message about it. */
  async raised(
    kind = 'backup_failed',
  ): Promise<{ id: string; acknowledge: string; snooze: string }> {
    const event = { host: 'nas', kind, status: 'firing', message: 'No space left.' };
    const before = this.lab.receiver.received.length;
    const { results } = await this.lab.call<{ results: { alertId: string }[] }>(
      'events.ingest',
      event,
    );
    const message = (await this.messages(before + 1)).at(-1);
    const [acknowledge = '', snooze = ''] = (message?.actions ?? []).map(({ url }) =>
      url.replace(PUBLIC_URL, ''),
    );
    return { id: results[0]?.alertId ?? '', acknowledge, snooze };
  }

  /** The path of a link with a good signature. */
  link(over: Partial<ActionToken> & Pick<ActionToken, 'alertId'>): string {
    const token = {
      action: 'acknowledge' as const,
      channelId: this.channelId,
      notificationId: this.channelId,
      expiresAt: Date.now() + 60_000,
      ...over,
    };
    return `/act/${writeActionToken(actionKey(LAB_DATA_KEY), token)}`;
  }

  /** Without any credential, as phones and browsers come. */
  request(method: string, path: string, options: Send = {}): Promise<Answer> {
    return send(this.lab.app.url ?? '', path, { method, ...options });
  }

  alert(id: string): Promise<Alert> {
    return this.lab.call<Alert>('alerts.get', { id });
  }

  /** Returns the actions on an alert, each with who did it, newest first. */
  async actions(id: string): Promise<string[]> {
    const { items } = await this.lab.call<{ items: { actor: string; action: string }[] }>(
      'audit.list',
      { subject: id },
    );
    return items.map(({ actor, action }) => `${actor} ${action}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab[Symbol.asyncDispose]();
  }
}
