import type { Unsubscribe } from '../../../main/contract/client.ts';
import type { Input, MethodName, Output } from '../../../main/contract/methods.ts';
import type { Change, PushMessage } from '../../../main/contract/push.ts';
import { ok, type Result } from '../../../main/contract/result.ts';
import type {
  ConnectionState,
  SessionApi,
  WindowClient,
} from '../../../renderer/client/window-client.ts';
import { NOW_MS, overview, status } from './samples.ts';

type Answer<K extends MethodName> = (
  input: Input<K>,
) => Result<Output<K>> | Promise<Result<Output<K>>>;

type Script = { [K in MethodName]?: Answer<K> };

const EMPTY: Script = {
  'system.status': () => ok(status()),
  'overview.get': () => ok(overview()),
  'channels.list': () => ok({ items: [] }),
  'routes.list': () => ok({ items: [] }),
  'tokens.list': () => ok({ items: [] }),
  'sessions.list': () => ok({ items: [] }),
  'mappedWebhooks.list': () => ok({ items: [] }),
  'mailRules.list': () => ok({ items: [] }),
  'rejected.list': () => ok({ items: [], nextCursor: null, total: 0 }),
  'backups.list': () => ok({ items: [] }),
  'alerts.list': () => ok({ items: [], nextCursor: null, total: 0 }),
  'views.list': () => ok({ items: [] }),
  'labels.list': () => ok({ items: [] }),
  'channels.activity': () => ok({ at: NOW_MS, since: NOW_MS, items: [] }),
  'heartbeats.history': () => ok({ at: NOW_MS, since: NOW_MS, items: [] }),
  'bulk.list': () => ok({ items: [] }),
  'deadLetters.groups': () => ok({ groups: [] }),
  'deadLetters.hours': () => ok({ hours: [] }),
  'notifications.list': () => ok({ data: [], total: 0, page: 1, per_page: 50, nextCursor: null }),
};

/**
 * A stub of the host: it answers what a test tells it to, and pushes when a test says so. The real
 * transports have tests of their own, and the end-to-end specs run the window against the real host.
 */
export class FakeClient implements WindowClient {
  readonly calls: { readonly name: MethodName; readonly input: unknown }[] = [];
  readonly session: SessionApi | null;
  #onMessage: ((message: PushMessage) => void) | null = null;
  #onState: ((state: ConnectionState) => void) | null = null;
  #script: Script = EMPTY;
  #seq = 0;

  constructor(script: Script = {}, session: SessionApi | null = null) {
    this.session = session;
    this.script(script);
  }

  /** Replaces the answers of some methods. */
  script(script: Script): void {
    this.#script = { ...this.#script, ...script };
  }

  call<K extends MethodName>(name: K, input: Input<K>): Promise<Result<Output<K>>> {
    this.calls.push({ name, input });
    const answer: Answer<K> | undefined = this.#script[name];
    if (!answer) throw new Error(`The test has no answer for ${name}`);
    return Promise.resolve(answer(input));
  }

  inputsOf(name: MethodName): unknown[] {
    return this.calls.filter((call) => call.name === name).map(({ input }) => input);
  }

  subscribe(
    onMessage: (message: PushMessage) => void,
    onState: (state: ConnectionState) => void,
  ): Unsubscribe {
    this.#onMessage = onMessage;
    this.#onState = onState;
    this.connection('open');
    this.hello();
    return () => {
      this.#onMessage = null;
      this.#onState = null;
    };
  }

  connection(state: ConnectionState): void {
    this.#onState?.(state);
  }

  hello(epoch = 'first', seq = this.#seq): void {
    this.#seq = seq;
    this.send({ type: 'hello', epoch, seq });
  }

  /** Pushes changes that continue what was pushed before. */
  push(...changes: Change[]): void {
    const after = this.#seq;
    this.#seq += changes.length;
    this.send({ type: 'batch', epoch: 'first', after, seq: this.#seq, changes });
  }

  send(message: PushMessage): void {
    this.#onMessage?.(message);
  }
}
