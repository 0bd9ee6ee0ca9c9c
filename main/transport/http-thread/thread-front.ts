import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { StoreUnavailable } from '../../domain/store-unavailable.ts';
import { isTooDeep, TOO_DEEP } from '../../domain/json-text.ts';
import type { IngestRequest } from '../../ingest/adapter.ts';
import { createIngestAdapters } from '../../ingest/adapter-registry.ts';
import { refuse, refuseField, type ReasonError } from '../../messages/failures.ts';
import { messagesFor, type Messages } from '../../messages/messages.ts';
import type { HttpReason } from '../../contract/reasons/host-reasons.ts';
import { KnownCredentials } from '../../system/access/known-credentials.ts';
import type { Authentication } from '../../system/access/token-auth.ts';
import { createDispatch, type Dispatch, type Handlers } from '../dispatch.ts';
import { createHttpServer, type HttpServer } from '../http/server.ts';
import { ingestHandlers } from '../item-ingest.ts';
import type { PushSink } from '../push-sink.ts';
import { Calls } from './calls.ts';
import type {
  CoreCalls,
  ThreadOptions,
  ThreadState,
  ToCore,
  ToThread,
  WrittenRequest,
} from './thread-messages.ts';

/** The thread's end: the HTTP server, over what it asks of the core. */
export class ThreadFront {
  readonly #post: (message: ToCore) => void;
  readonly #clock: Clock;
  readonly #calls: Calls;
  readonly #server: HttpServer;
  readonly #sinks: Sinks;
  #credentials: KnownCredentials;
  #state: ThreadState;
  #messages: Messages;

  constructor(
    { http, dataDir, version, state }: ThreadOptions,
    clock: Clock,
    post: (message: ToCore) => void,
  ) {
    this.#post = post;
    this.#clock = clock;
    this.#calls = new Calls((text) => post({ type: 'calls', text }));
    this.#sinks = new Sinks(clock, post);
    this.#state = state;
    this.#messages = messagesFor(state.language, state.locale);
    this.#credentials = this.#credentialsOf(state);
    const logger: Logger = {
      log: (level, message, fields = {}) => post({ type: 'log', level, message, fields }),
    };
    const ask = this.#ask.bind(this);
    this.#server = createHttpServer({
      options: http,
      dataDir,
      version,
      dispatch: this.#dispatch(),
      ingest: {
        adapters: createIngestAdapters((request, { now, source }) =>
          ask('readMapped', written(request), { now, source }),
        ),
        store: (events, messages) => ask('store', events, messages),
        withdraw: (withdrawal) => ask('withdraw', withdrawal),
        rejected: (rejection) =>
          this.#tell('rejected', { ...rejection, request: written(rejection.request) }),
        resolveTimeoutMs: () => this.#state.resolveTimeoutMs,
        messages: () => this.#messages,
      },
      alertmanager: (request) => ask('alertmanager', request),
      pings: {
        knows: (target) => ask('knowsPing', target),
        ping: (target, ping) => ask('ping', target, ping),
        pingOrCreate: (slug, ping, actor) => ask('pingOrCreate', slug, ping, actor),
      },
      links: {
        look: (token) => ask('lookAtLink', token),
        act: (token) => ask('followLink', token),
      },
      mail: {
        options: () => this.#state.mail,
        rules: () => this.#state.mailRules,
        ownMarks: () => this.#state.mailMarks,
        received: (received) => this.#tell('mailReceived', received),
        became: (mailState) => this.#tell('mailBecame', mailState),
      },
      metrics: { text: () => ask('metrics') },
      auth: this.#auth(),
      subscribe: (sink) => this.#sinks.add(sink),
      readiness: () => ask('isReady'),
      clock,
      logger,
    });
  }

  /** Listens, and says so, or why it cannot. */
  async start(): Promise<void> {
    try {
      this.#post({ type: 'listening', url: await this.#server.start() });
    } catch (error) {
      this.#post({ type: 'failed', reason: (error as ReasonError<HttpReason>).reason });
    }
  }

  receive(message: Exclude<ToThread, { type: 'start' }>): void {
    switch (message.type) {
      case 'answers':
        this.#calls.receive(message.text);
        return;
      case 'push':
        this.#sinks.push(message.ids, message.message);
        return;
      case 'state':
        this.#state = message.state;
        this.#messages = messagesFor(message.state.language, message.state.locale);
        this.#credentials = this.#credentialsOf(message.state);
        this.#server.refresh();
        return;
      case 'stop':
        void this.#server.stop().then(() => this.#post({ type: 'stopped' }));
    }
  }

  /** Reports are checked and read here, and only then handed over. */
  #dispatch(): Dispatch {
    const handlers = ingestHandlers({
      storeEvents: (events) => this.#ask('storeEvents', events),
      storeJobs: (reports) => this.#ask('storeJobs', reports),
      messages: () => this.#messages,
    });
    const reports = createDispatch(handlers as unknown as Handlers, () => this.#messages);
    return async (name, input, caller) => {
      if (name in handlers) return reports(name, input, caller);
      if (isTooDeep(input)) return refuseField('invalid_input', 'body', TOO_DEEP);
      try {
        return await this.#ask('dispatch', name, input, caller);
      } catch (error) {
        if (error instanceof StoreUnavailable) return refuse('unavailable', error.reason);
        throw error;
      }
    };
  }

  #auth(): Authentication {
    return {
      byToken: (secret) => this.#credentials.byToken(secret),
      bySession: (secret) => this.#credentials.bySession(secret),
      redeem: (code, origin) => this.#ask('redeem', code, origin),
      endSession: (secret) => this.#ask('endSession', secret),
    };
  }

  #credentialsOf({ credentials }: ThreadState): KnownCredentials {
    return new KnownCredentials(credentials, this.#clock, (used) => this.#tell('used', used));
  }

  #ask<Name extends keyof CoreCalls>(
    name: Name,
    ...args: Parameters<CoreCalls[Name]>
  ): Promise<Awaited<ReturnType<CoreCalls[Name]>>> {
    return this.#calls.call(name, args) as Promise<Awaited<ReturnType<CoreCalls[Name]>>>;
  }

  #tell<Name extends keyof CoreCalls>(name: Name, ...args: Parameters<CoreCalls[Name]>): void {
    this.#calls.tell(name, args);
  }
}

const written = ({ raw, ...head }: IngestRequest): WrittenRequest => ({
  ...head,
  raw: raw.toString('base64'),
});

interface Sink {
  readonly sink: PushSink;
  /** The number of which the core was last notified. */
  bufferedBytes: number;
}

/** How often a client that has not taken everything is looked at. */
const LOOK_MS = 100;

/** The listeners to changes. The core hears how much each has not taken yet, and spares those that are slow. */
class Sinks {
  readonly #clock: Clock;
  readonly #post: (message: ToCore) => void;
  readonly #sinks = new Map<number, Sink>();
  #lastId = 0;
  #look: Disposable | null = null;

  constructor(clock: Clock, post: (message: ToCore) => void) {
    this.#clock = clock;
    this.#post = post;
  }

  add(sink: PushSink): () => void {
    const id = (this.#lastId += 1);
    this.#sinks.set(id, { sink, bufferedBytes: 0 });
    this.#post({ type: 'subscribe', id });
    return () => {
      if (this.#sinks.delete(id)) this.#post({ type: 'unsubscribe', id });
    };
  }

  push(ids: readonly number[], message: Parameters<PushSink['send']>[0]): void {
    for (const id of ids) this.#sinks.get(id)?.sink.send(message);
    this.#report();
  }

  #report(): void {
    let isAnyBehind = false;
    for (const [id, known] of this.#sinks) {
      const bytes = known.sink.bufferedBytes();
      isAnyBehind ||= bytes > 0;
      if (bytes === known.bufferedBytes) continue;
      known.bufferedBytes = bytes;
      this.#post({ type: 'buffered', id, bytes });
    }
    if (!isAnyBehind || this.#look) return;
    this.#look = this.#clock.after(LOOK_MS, () => {
      this.#look = null;
      this.#report();
    });
  }
}
