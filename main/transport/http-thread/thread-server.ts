import { Worker } from 'node:worker_threads';
import { defined } from '../../base/assert.ts';
import { errorText } from '../../base/logger.ts';
import type { Unsubscribe } from '../../contract/client.ts';
import type { PushMessage } from '../../contract/push.ts';
import { ReasonError } from '../../messages/failures.ts';
import type { TokenAuth } from '../../system/access/token-auth.ts';
import { HTTP_LIMITS } from '../http/http-limits.ts';
import type { HttpServer, HttpServerDeps } from '../http/server.ts';
import type { ReportPort } from '../item-ingest.ts';
import { Answers } from './calls.ts';
import type {
  CoreCalls,
  ThreadOptions,
  ThreadState,
  ToCore,
  ToThread,
  WrittenRequest,
} from './thread-messages.ts';

/** The services that an HTTP server in its own thread is served with. */
export interface ThreadServerDeps extends HttpServerDeps {
  readonly auth: TokenAuth;
  readonly reports: Omit<ReportPort, 'messages'>;
}

/** The server bounds its own drain; this is for one that hangs. */
const STOP_TIMEOUT_MS = HTTP_LIMITS.drainMs + 5_000;

/** Makes servers that run in their own thread. `script` is the built `http-worker`. */
export const httpInThread =
  (script: string | URL) =>
  (deps: ThreadServerDeps): HttpServer =>
    new ThreadServer(script, deps);

/**
 * The core's end of its HTTP server, which runs in its own thread: there requests are parsed,
 * authenticated by a copy of what is known, read and answered, while the core does the writing.
 *
 *   idle ─prepare, start─▶ starting ─listening─▶ running ─stop─▶ stopping ─▶ idle
 *                             └─failed─▶ idle        └─the thread ends─▶ the core ends, as over any of its faults
 */
class ThreadServer implements HttpServer {
  readonly #script: string | URL;
  readonly #deps: ThreadServerDeps;
  #thread: RunningThread | null = null;
  #stopping: Promise<void> | null = null;

  constructor(script: string | URL, deps: ThreadServerDeps) {
    this.#script = script;
    this.#deps = deps;
  }

  prepare(): void {
    this.#thread ??= new RunningThread(this.#script, this.#deps);
    this.#stopping = null;
  }

  async start(): Promise<string> {
    const thread = (this.#thread ??= new RunningThread(this.#script, this.#deps));
    this.#stopping = null;
    try {
      return await thread.start();
    } catch (error) {
      this.#thread = null;
      throw error;
    }
  }

  async stop(): Promise<void> {
    if (this.#thread) this.#stopping ??= this.#thread.stop();
    this.#thread = null;
    await this.#stopping;
  }

  refresh(): void {
    this.#thread?.refresh();
  }
}

class RunningThread {
  readonly #listening: Promise<string>;
  #isAsked = false;
  readonly #deps: ThreadServerDeps;
  readonly #worker: Worker;
  readonly #answers: Answers;
  readonly #pushes: Pushes;
  readonly #exited: Promise<void>;
  #phase: 'starting' | 'running' | 'stopping' = 'starting';

  constructor(script: string | URL, deps: ThreadServerDeps) {
    this.#deps = deps;
    this.#worker = new Worker(script, { name: 'http' });
    this.#answers = new Answers({ ...callsOf(deps) }, (text) =>
      this.#post({ type: 'answers', text }),
    );
    this.#pushes = new Pushes(deps.subscribe, (ids, message) =>
      this.#post({ type: 'push', ids, message }),
    );
    this.#exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    this.#listening = this.#started();
    // Whoever starts it hears of what kept it from being prepared.
    this.#listening.catch(() => undefined);
  }

  /** Resolves with the server's address. */
  start(): Promise<string> {
    const { options: http, dataDir, version } = this.#deps;
    const options: ThreadOptions = { http, dataDir, version, state: stateOf(this.#deps) };
    if (!this.#isAsked) this.#post({ type: 'start', options });
    this.#isAsked = true;
    return this.#listening;
  }

  refresh(): void {
    this.#post({ type: 'state', state: stateOf(this.#deps) });
  }

  async stop(): Promise<void> {
    const { clock, logger } = this.#deps;
    this.#phase = 'stopping';
    using _limit = clock.after(STOP_TIMEOUT_MS, () => {
      logger.log('warn', 'the HTTP server did not stop in time', { timeoutMs: STOP_TIMEOUT_MS });
      void this.#worker.terminate();
    });
    this.#post({ type: 'stop' });
    await this.#exited;
    this.#pushes.close();
  }

  #started(): Promise<string> {
    return new Promise((resolve, reject) => {
      const worker = this.#worker;
      worker.on('message', (message: ToCore) => {
        if (message.type === 'listening') {
          this.#phase = 'running';
          resolve(message.url);
        } else if (message.type === 'failed') {
          reject(new ReasonError(message.reason));
        } else this.#receive(message);
      });
      let fault: Error | null = null;
      worker.on('error', (error) => {
        fault = error instanceof Error ? error : new Error(errorText(error));
      });
      worker.on('exit', () => {
        const ended = fault ?? new Error('The thread of the HTTP server ended');
        if (this.#phase === 'starting') reject(ended);
        // Nobody could report anything any more, and whoever watches the core starts it again.
        else if (this.#phase === 'running') throw ended;
      });
    });
  }

  #receive(message: Exclude<ToCore, { type: 'listening' | 'failed' }>): void {
    switch (message.type) {
      case 'calls':
        this.#answers.receive(message.text);
        return;
      case 'subscribe':
        this.#pushes.subscribe(message.id);
        return;
      case 'unsubscribe':
        this.#pushes.unsubscribe(message.id);
        return;
      case 'buffered':
        this.#pushes.buffered(message.id, message.bytes);
        return;
      case 'log':
        this.#deps.logger.log(message.level, message.message, message.fields);
        return;
      case 'stopped':
        void this.#worker.terminate();
    }
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message);
  }
}

const stateOf = ({ auth, ingest, mail }: ThreadServerDeps): ThreadState => {
  const { language, locale } = ingest.messages();
  return {
    credentials: auth.copy(),
    resolveTimeoutMs: ingest.resolveTimeoutMs(),
    language,
    locale,
    mail: mail.options(),
    mailRules: mail.rules(),
    mailMarks: mail.ownMarks(),
  };
};

/** Serves the thread's calls with what a server in this thread would call itself. */
function callsOf(deps: ThreadServerDeps): CoreCalls {
  const { dispatch, ingest, reports, alertmanager, pings, links, metrics, readiness, auth } = deps;
  const mapped = defined(
    ingest.adapters.find(({ name }) => name === 'mapped'),
    'mapped webhooks',
  );
  return {
    dispatch,
    storeEvents: reports.storeEvents,
    storeJobs: reports.storeJobs,
    store: (events, messages) => ingest.store(events, messages),
    withdraw: (withdrawal) => ingest.withdraw(withdrawal),
    rejected: (rejection) =>
      ingest.rejected({ ...rejection, request: requestOf(rejection.request) }),
    readMapped: async (request, context) =>
      mapped.read(requestOf(request), {
        ...context,
        resolveTimeoutMs: ingest.resolveTimeoutMs(),
        messages: ingest.messages(),
      }),
    alertmanager,
    knowsPing: (target) => pings.knows(target),
    ping: (target, ping) => pings.ping(target, ping),
    pingOrCreate: (slug, ping, actor) => pings.pingOrCreate(slug, ping, actor),
    lookAtLink: (token) => links.look(token),
    followLink: (token) => links.act(token),
    mailReceived: (received) => deps.mail.received(received),
    mailBecame: (state) => deps.mail.became(state),
    metrics: () => metrics.text(),
    isReady: readiness,
    redeem: (code, origin) => auth.redeem(code, origin),
    endSession: (secret) => auth.endSession(secret),
    used: (credential) => auth.used(credential),
  };
}

const requestOf = ({ raw, ...head }: WrittenRequest) => ({
  ...head,
  raw: Buffer.from(raw, 'base64'),
});

/** The thread's subscriptions to what changes. What goes to several at once crosses once. */
class Pushes {
  readonly #subscribe: HttpServerDeps['subscribe'];
  readonly #post: (ids: readonly number[], message: PushMessage) => void;
  readonly #subscriptions = new Map<number, { end: Unsubscribe; bufferedBytes: number }>();
  #next: { readonly ids: number[]; readonly message: PushMessage } | null = null;

  constructor(
    subscribe: HttpServerDeps['subscribe'],
    post: (ids: readonly number[], message: PushMessage) => void,
  ) {
    this.#subscribe = subscribe;
    this.#post = post;
  }

  subscribe(id: number): void {
    const subscription = { end: (): unknown => undefined, bufferedBytes: 0 };
    this.#subscriptions.set(id, subscription);
    subscription.end = this.#subscribe({
      send: (message) => this.#send(id, message),
      bufferedBytes: () => subscription.bufferedBytes,
    });
  }

  unsubscribe(id: number): void {
    this.#subscriptions.get(id)?.end();
    this.#subscriptions.delete(id);
  }

  buffered(id: number, bytes: number): void {
    const subscription = this.#subscriptions.get(id);
    if (subscription) subscription.bufferedBytes = bytes;
  }

  close(): void {
    for (const id of [...this.#subscriptions.keys()]) this.unsubscribe(id);
  }

  #send(id: number, message: PushMessage): void {
    if (this.#next?.message === message) {
      this.#next.ids.push(id);
      return;
    }
    this.#flush();
    this.#next = { ids: [id], message };
    process.nextTick(() => this.#flush());
  }

  #flush(): void {
    const next = this.#next;
    this.#next = null;
    if (next) this.#post(next.ids, next.message);
  }
}
