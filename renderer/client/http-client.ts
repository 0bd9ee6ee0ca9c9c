import type { Unsubscribe } from '../../main/contract/client.ts';
import { addressBelow, httpRequest } from '../../main/contract/http-request.ts';
import type { Input, MethodName, Output } from '../../main/contract/methods.ts';
import type { PushMessage } from '../../main/contract/push.ts';
import { ok, type Result } from '../../main/contract/result.ts';
import type { WindowClock } from '../time/clock.ts';
import { httpCall } from './http-call.ts';
import { Stream } from './stream.ts';
import type { ConnectionState, SessionApi, WindowClient } from './window-client.ts';

const SESSION_PATH = '/api/v1/session';
const STREAM_PATH = '/api/v1/stream';

const done = (result: Result<unknown>): Result<void> => (result.ok ? ok(undefined) : result);

/** The contract over HTTP and a WebSocket, below `base` (such as `http://nas:8377` or `https://lab/belfry/`). */
export class HttpClient implements WindowClient {
  readonly #base: string;
  readonly #clock: WindowClock;
  #stream: Stream | null = null;
  #onUnauthenticated = (): void => undefined;
  /** Counts sign-ins: a refusal of a request from before the last one does not end the session. */
  #signIns = 0;

  constructor(base: string, clock: WindowClock) {
    this.#base = base;
    this.#clock = clock;
  }

  readonly session: SessionApi = {
    redeem: async (code) => {
      const answer = await httpCall(this.#base, 'POST', SESSION_PATH, JSON.stringify({ code }));
      if (answer.ok) this.#signIns += 1;
      return done(answer);
    },
    display: async (token) => {
      const answer = await httpCall(this.#base, 'POST', SESSION_PATH, JSON.stringify({ token }));
      if (answer.ok) this.#signIns += 1;
      return done(answer);
    },
    end: async () => done(await httpCall(this.#base, 'DELETE', SESSION_PATH, null)),
    loginCommand: async () => {
      const answer = await httpCall(this.#base, 'GET', SESSION_PATH, null);
      if (!answer.ok) return answer;
      return ok((answer.value as { login_command: string | null }).login_command);
    },
    onUnauthenticated: (listener) => void (this.#onUnauthenticated = listener),
  };

  async call<K extends MethodName>(name: K, input: Input<K>): Promise<Result<Output<K>>> {
    const { verb, path, body } = httpRequest(name, input);
    const before = this.#signIns;
    const result = await httpCall(this.#base, verb, path, body);
    const isOut = !result.ok && result.error.code === 'unauthenticated';
    if (isOut && before === this.#signIns) this.#onUnauthenticated();
    return result as Result<Output<K>>;
  }

  subscribe(
    onMessage: (message: PushMessage) => void,
    onState: (state: ConnectionState) => void,
  ): Unsubscribe {
    const url = addressBelow(this.#base.replace(/^http/, 'ws'), STREAM_PATH);
    const stream = new Stream({ url, clock: this.#clock, onMessage, onState });
    this.#stream = stream;
    stream.start();
    return () => stream.stop();
  }

  /** Connects again at once; call when the browser says that the network is back. */
  wake(): void {
    this.#stream?.wake();
  }
}
