import type { Unsubscribe } from '../../main/contract/client.ts';
import type { Input, MethodName, Output } from '../../main/contract/methods.ts';
import type { PushMessage } from '../../main/contract/push.ts';
import { ok, type Result } from '../../main/contract/result.ts';
import type { WindowClock } from '../time/clock.ts';
import { httpCall } from './http-call.ts';
import { httpRequest } from './http-request.ts';
import { Listeners } from './listeners.ts';
import { addressBelow } from './page-base.ts';
import { Stream } from './stream.ts';
import type { ConnectionState, SessionApi, WindowClient } from './window-client.ts';

const SESSION_PATH = '/api/v1/session';
const STREAM_PATH = '/api/v1/stream';

const done = (result: Result<unknown>): Result<void> => (result.ok ? ok(undefined) : result);

/** The contract over HTTP and a WebSocket, below `base` (such as `http://nas:8377` or `https://lab/belfry/`). */
export class HttpClient implements WindowClient {
  readonly #base: string;
  readonly #stream: Stream;
  readonly #messages = new Listeners<PushMessage>();
  readonly #connection = new Listeners<ConnectionState>();
  readonly #unauthenticated = new Listeners<void>();
  #state: ConnectionState = 'connecting';
  /** Counts sign-ins, since what is refused of a question from before the last one is no news. */
  #signIns = 0;

  constructor(base: string, clock: WindowClock) {
    this.#base = base;
    this.#stream = new Stream({
      url: addressBelow(base.replace(/^http/, 'ws'), STREAM_PATH),
      clock,
      onMessage: (message) => this.#messages.tell(message),
      onState: (state) => {
        this.#state = state;
        this.#connection.tell(state);
      },
    });
  }

  readonly session: SessionApi = {
    redeem: async (code) => {
      const answer = await httpCall(this.#base, 'POST', SESSION_PATH, JSON.stringify({ code }));
      if (answer.ok) this.#signIns += 1;
      return done(answer);
    },
    end: async () => done(await httpCall(this.#base, 'DELETE', SESSION_PATH, null)),
    onUnauthenticated: (listener) => this.#unauthenticated.add(listener),
  };

  async call<K extends MethodName>(name: K, input: Input<K>): Promise<Result<Output<K>>> {
    const { verb, path, body } = httpRequest(name, input);
    const before = this.#signIns;
    const result = await httpCall(this.#base, verb, path, body);
    const isOut = !result.ok && result.error.code === 'unauthenticated';
    if (isOut && before === this.#signIns) this.#unauthenticated.tell();
    return result as Result<Output<K>>;
  }

  /** The connection is opened for the first listener and closed after the last. */
  subscribe(listener: (message: PushMessage) => void): Unsubscribe {
    const remove = this.#messages.add(listener);
    this.#stream.start();
    return () => {
      remove();
      if (this.#messages.empty) this.#stream.stop();
    };
  }

  onConnection(listener: (state: ConnectionState) => void): Unsubscribe {
    listener(this.#state);
    return this.#connection.add(listener);
  }

  /** For when the browser says that the network is back. */
  wake(): void {
    this.#stream.wake();
  }
}
