import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { Clock } from '../../base/clock.ts';
import { errorText, type Logger } from '../../base/logger.ts';
import type { Client, Unsubscribe } from '../../contract/client.ts';
import type { CoreState } from '../../contract/desktop-core.ts';
import { addressBelow, httpRequest } from '../../contract/http-request.ts';
import { METHODS, type Input, type MethodName, type Output } from '../../contract/methods.ts';
import type { PushMessage } from '../../contract/push.ts';
import type { CoreReason } from '../../contract/reasons/core-reasons.ts';
import type { Result } from '../../contract/result.ts';
import { invalidInput } from '../../domain/issues.ts';
import { refuse } from '../../messages/failures.ts';
import { answerIn, callTimeoutMs } from '../../transport/http-answer.ts';
import { problemOfError, problemOfStatus, type CoreProblem } from './core-problem.ts';
import { baseOf, CoreRequests, trustOf, type CoreTarget } from './core-request.ts';
import { receivedMessage } from './received-message.ts';

const STREAM_PATH = '/api/v1/stream';
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** A core pings every 30 s: after two missed ones and a half the connection is dead. */
const QUIET_MAX_MS = 75_000;
/** How long a connection may take to answer after the machine slept. */
const WAKE_ANSWER_MS = 5_000;
const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_CAP_MS = 60_000;
/** A refused token or certificate waits for a person; it is looked at again this often, in case the core was fixed. */
const REFUSED_RETRY_MS = 600_000;
/** A batch has at most 500 changes. */
const MESSAGE_BYTES_MAX = 33_554_432;

/** The saved token cannot be opened. */
const SEALED: CoreProblem = {
  state: 'refused',
  reason: { code: 'core.token_sealed', params: {} },
};

export interface RemoteCoreOptions {
  /** Null while there is no token that could be sent. */
  readonly target: CoreTarget | null;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  /** Called at each change of the connection. */
  readonly onState: (connection: CoreConnection) => void;
}

export interface CoreConnection {
  readonly state: CoreState;
  readonly reason: CoreReason | null;
}

/**
 * The line to a headless core elsewhere, over HTTP and one WebSocket. Subscriptions outlive a lost connection: each
 * sees `lost`, and another `hello` once the core is back.
 *
 *   off ─start─▶ connecting ─hello─▶ connected ─lost─▶ unreachable ─backoff─▶ connecting
 *                    └─▶ unreachable | refused | untrusted ─later, or wake─▶ connecting
 *   any ─stop─▶ off
 */
export class RemoteCore implements Client {
  readonly #options: RemoteCoreOptions;
  #target: CoreTarget | null;
  #requests: CoreRequests | null;
  readonly #listeners = new Set<(message: PushMessage) => void>();
  #connection: CoreConnection = { state: 'off', reason: null };
  #position: { readonly epoch: string; readonly seq: number } | null = null;
  #socket: WebSocket | null = null;
  #retry: Disposable | null = null;
  #deadline: Disposable | null = null;
  #backoffMs = BACKOFF_FIRST_MS;

  constructor(options: RemoteCoreOptions) {
    this.#options = options;
    this.#target = options.target;
    this.#requests = options.target && new CoreRequests(options.target);
  }

  get connection(): CoreConnection {
    return this.#connection;
  }

  start(): void {
    if (this.#connection.state === 'off') this.#connect();
  }

  stop(): void {
    this.#retry?.[Symbol.dispose]();
    this.#retry = null;
    this.#dropSocket();
    this.#requests?.close();
    this.#become({ state: 'off', reason: null });
  }

  /** Leaves for another address, token or certificate. Subscriptions carry over. */
  retarget(target: CoreTarget): void {
    this.#requests?.close();
    this.#dropSocket();
    this.#target = target;
    this.#requests = new CoreRequests(target);
    this.#retry?.[Symbol.dispose]();
    this.#backoffMs = BACKOFF_FIRST_MS;
    this.#become({ state: 'connecting', reason: null });
    this.#tell({ type: 'lost' });
    this.#connect();
  }

  /** Connects again at once if it waits to, and looks whether the connection still lives. Call after sleep. */
  wake(): void {
    if (this.#retry) {
      this.#retry[Symbol.dispose]();
      this.#backoffMs = BACKOFF_FIRST_MS;
      this.#connect();
    } else if (this.#connection.state === 'connected') {
      this.#socket?.ping();
      this.#expectSound(WAKE_ANSWER_MS);
    }
  }

  call<K extends MethodName>(name: K, input: Input<K>): Promise<Result<Output<K>>> {
    return this.callUnchecked(name, input) as Promise<Result<Output<K>>>;
  }

  /** As `call`, with an input that nobody has looked at yet. */
  async callUnchecked(name: MethodName, input: unknown): Promise<Result<unknown>> {
    const { state } = this.#connection;
    const requests = this.#requests;
    if (state === 'off') return refuse('unavailable', { code: 'core.unknown', params: {} });
    if (!requests) return refuse('unavailable', SEALED.reason);
    // A value that is no id must not become a part of another path.
    const checked = METHODS[name].input.safeParse(input);
    if (!checked.success) return invalidInput(checked.error);
    const abort = new AbortController();
    const timeoutMs = callTimeoutMs(name);
    const limit = this.#options.clock.after(timeoutMs, () => abort.abort());
    try {
      const answer = await requests.send(httpRequest(name, input), abort.signal);
      return this.#resultOf(name, answer.status, answer.text);
    } catch (error) {
      if (abort.signal.aborted) {
        return refuse('unavailable', { code: 'core.unreachable', params: { error: 'timeout' } });
      }
      return refuse('unavailable', problemOfError(error, this.#hasOwnTrust).reason);
    } finally {
      limit[Symbol.dispose]();
    }
  }

  /** The first message is `hello`, or `lost` while there is no connection. */
  subscribe(listener: (message: PushMessage) => void): Unsubscribe {
    this.#listeners.add(listener);
    const { state } = this.#connection;
    if (this.#position) listener({ type: 'hello', ...this.#position });
    else if (state !== 'connecting') listener({ type: 'lost' });
    return () => void this.#listeners.delete(listener);
  }

  get #hasOwnTrust(): boolean {
    return this.#target !== null && this.#target.certificate !== null;
  }

  #resultOf(name: MethodName, status: number, text: string): Result<unknown> {
    const succeeded = status >= 200 && status < 300;
    const answer = answerIn(name, succeeded, text);
    if (answer === 'other_version') {
      return refuse('unavailable', { code: 'core.other_version', params: {} });
    }
    if (answer === 'not_belfry') return refuse('unavailable', problemOfStatus(status).reason);
    return answer;
  }

  #connect(): void {
    this.#retry = null;
    if (this.#connection.state === 'off') this.#become({ state: 'connecting', reason: null });
    const target = this.#target;
    if (target === null) return this.#failed(SEALED);
    const url = addressBelow(baseOf(target).replace(/^http/, 'ws'), STREAM_PATH);
    let socket: WebSocket;
    try {
      socket = new WebSocket(url, {
        headers: { authorization: `Bearer ${target.token}` },
        handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
        maxPayload: MESSAGE_BYTES_MAX,
        perMessageDeflate: false,
        ...trustOf(target),
      });
    } catch (error) {
      this.#failed(problemOfError(error, this.#hasOwnTrust));
      return;
    }
    this.#socket = socket;
    this.#follow(socket);
  }

  #follow(socket: WebSocket): void {
    let problem: CoreProblem | null = null;
    const sound = (): void => this.#expectSound(QUIET_MAX_MS);
    socket.on('open', sound);
    socket.on('ping', sound);
    socket.on('pong', sound);
    socket.on('message', (data) => {
      if (socket !== this.#socket) return;
      sound();
      this.#received((data as Buffer).toString());
    });
    socket.on('unexpected-response', (_request, response: IncomingMessage) => {
      problem = problemOfStatus(response.statusCode ?? 0);
      response.resume();
      socket.terminate();
    });
    socket.on('error', (error) => {
      problem ??= problemOfError(error, this.#hasOwnTrust);
    });
    socket.on('close', () => {
      if (socket !== this.#socket) return;
      const closed = new Error('closed', { cause: Object.assign(new Error(), { code: 'closed' }) });
      this.#failed(problem ?? problemOfError(closed, this.#hasOwnTrust));
    });
  }

  #received(text: string): void {
    const message = receivedMessage(text);
    if (message === null) return;
    this.#position = { epoch: message.epoch, seq: message.seq };
    if (message.type === 'hello') {
      this.#backoffMs = BACKOFF_FIRST_MS;
      this.#become({ state: 'connected', reason: null });
    }
    this.#tell(message);
  }

  #failed(problem: CoreProblem): void {
    const { clock, random, logger } = this.#options;
    this.#dropSocket();
    const isNew =
      problem.state !== this.#connection.state ||
      problem.reason.code !== this.#connection.reason?.code;
    if (isNew) {
      const { code } = problem.reason;
      logger.log('warn', 'a core cannot be reached', { state: problem.state, reason: code });
    }
    const { state } = this.#connection;
    this.#become(problem);
    if (state === 'connected' || state === 'connecting') this.#tell({ type: 'lost' });
    const isTransient = problem.state === 'unreachable';
    const delayMs = isTransient ? this.#backoffMs * (0.5 + random() / 2) : REFUSED_RETRY_MS;
    if (isTransient) this.#backoffMs = Math.min(this.#backoffMs * 2, BACKOFF_CAP_MS);
    this.#retry?.[Symbol.dispose]();
    this.#retry = clock.after(delayMs, () => this.#connect());
  }

  /** Drops the connection unless something comes over it within the limit. */
  #expectSound(limitMs: number): void {
    this.#deadline?.[Symbol.dispose]();
    this.#deadline = this.#options.clock.after(limitMs, () => this.#socket?.terminate());
  }

  #dropSocket(): void {
    this.#deadline?.[Symbol.dispose]();
    this.#deadline = null;
    this.#position = null;
    const socket = this.#socket;
    this.#socket = null;
    socket?.terminate();
  }

  #become(connection: CoreConnection): void {
    const { state, reason } = this.#connection;
    this.#connection = connection;
    if (state !== connection.state || reason?.code !== connection.reason?.code) {
      this.#options.onState(connection);
    }
  }

  #tell(message: PushMessage): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(message);
      } catch (error) {
        this.#options.logger.log('error', 'a listener failed', { error: errorText(error) });
      }
    }
  }
}
