import type { TokenScope } from '../../../../main/contract/system.ts';
import { AppLab } from '../../app-lab.ts';
import type { Answer } from '../fixture.ts';

export interface GettableAlert {
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly fingerprint: string;
  readonly receivers: { readonly name: string }[];
  readonly status: {
    readonly state: string;
    readonly silencedBy: string[];
    readonly inhibitedBy: string[];
    readonly mutedBy: string[];
  };
  readonly startsAt: string;
  readonly endsAt: string;
  readonly updatedAt: string;
  readonly generatorURL?: string;
}

export interface GettableSilence {
  readonly id: string;
  readonly status: { readonly state: string };
  readonly matchers: unknown[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
}

export const HOUR = 3_600_000;

/** A moment from now, as the API writes it. */
export const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** The whole program, asked as Alertmanager's tools ask. */
export class AlertmanagerLab implements AsyncDisposable {
  readonly app: AppLab;

  private constructor(app: AppLab) {
    this.app = app;
  }

  static async start(): Promise<AlertmanagerLab> {
    return new AlertmanagerLab(await AppLab.start());
  }

  http(verb: string, path: string, body?: unknown, token?: string): Promise<Answer> {
    return this.app.http(verb, `/api/v2/${path}`, body, token);
  }

  /** Alerts of Prometheus, by their labels. */
  async fire(...labelSets: Record<string, string>[]): Promise<void> {
    const answer = await this.http(
      'POST',
      'alerts',
      labelSets.map((labels) => ({ labels })),
    );
    if (answer.status !== 200) throw new Error(answer.text);
  }

  async alerts(query = ''): Promise<GettableAlert[]> {
    return (await this.#get(`alerts${query}`)) as GettableAlert[];
  }

  /** The names of the alerts that a query finds, sorted. */
  async names(query = ''): Promise<string[]> {
    return (await this.alerts(query)).map(({ labels }) => labels['alertname'] ?? '').toSorted();
  }

  async groups(
    query = '',
  ): Promise<
    { labels: Record<string, string>; receiver: { name: string }; alerts: GettableAlert[] }[]
  > {
    return (await this.#get(`alerts/groups${query}`)) as never;
  }

  async silences(query = ''): Promise<GettableSilence[]> {
    return (await this.#get(`silences${query}`)) as GettableSilence[];
  }

  /** A silence of an hour; what is given replaces what it has by default. */
  postSilence(over: object = {}, token?: string): Promise<Answer> {
    const silence = {
      matchers: [{ name: 'alertname', value: 'DiskFull', isRegex: false, isEqual: true }],
      startsAt: inMs(0),
      endsAt: inMs(HOUR),
      createdBy: 'anna',
      comment: 'the disk is being changed',
    };
    return this.http('POST', 'silences', { ...silence, ...over }, token);
  }

  /** As `postSilence`, and answers its id. */
  async silence(over: object = {}): Promise<string> {
    const answer = await this.postSilence(over);
    if (answer.status !== 200) throw new Error(answer.text);
    return (answer.json as { silenceID: string }).silenceID;
  }

  async token(scope: TokenScope): Promise<string> {
    return (await this.app.call<{ token: string }>('tokens.create', { name: scope, scope })).token;
  }

  async #get(path: string): Promise<unknown> {
    const answer = await this.http('GET', path);
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.json;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.app[Symbol.asyncDispose]();
  }
}
