import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Clock } from '../../base/clock.ts';
import { errorText, type Logger } from '../../base/logger.ts';
import type { Unsubscribe } from '../../contract/client.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { PushMessage } from '../../contract/push.ts';
import type { Failure } from '../../contract/result.ts';
import { grants, outOfScope } from '../dispatch.ts';
import type { PushSink } from '../push-sink.ts';
import { failureFor } from '../../messages/failures.ts';
import { rawAnswer } from './failure.ts';
import type { Gate } from './gate.ts';
import { HTTP_LIMITS } from './http-limits.ts';

export const STREAM_PATH = '/api/v1/stream';

export interface StreamDeps {
  readonly gate: Gate;
  readonly subscribe: (sink: PushSink) => Unsubscribe;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newRequestId: () => string;
  /** Writes a last answer and closes the connection. */
  readonly end: (connection: Socket, answer: string) => void;
  /** Called with each connection that became a stream. */
  readonly takenOver: (connection: Socket) => void;
}

interface Client {
  readonly socket: WebSocket;
  /** Returns true while its token or session is still good. */
  readonly authorized: () => boolean;
  answeredPing: boolean;
}

/** Close codes of RFC 6455 §7.4.1. */
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;

export const isStreamRequest = (request: IncomingMessage): boolean =>
  request.headers.upgrade?.toLowerCase() === 'websocket' &&
  request.url?.split('?', 1)[0] === STREAM_PATH;

/**
 * Push messages over WebSocket. Connections: refused with a plain HTTP answer, or open until the client
 * leaves, misses a ping, or loses its right to read. One timer pings them all, and only while there are any.
 */
export class Stream {
  readonly #deps: StreamDeps;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: HTTP_LIMITS.streamMessageBytesMax,
  });
  readonly #clients = new Set<Client>();
  /** The last message as text: one change goes to many windows, and is written out once. */
  #written: { readonly message: PushMessage; readonly text: string } | null = null;
  #nextPing: Disposable | null = null;
  #stopped = false;

  constructor(deps: StreamDeps) {
    this.#deps = deps;
  }

  /** Takes over a connection that asked to become a WebSocket. */
  upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    connection.on('error', () => connection.destroy());
    const refusal = this.#refusal(request);
    if (refusal) {
      this.#deps.end(connection as Socket, rawAnswer(refusal, this.#deps.newRequestId()));
      return;
    }
    this.#deps.takenOver(connection as Socket);
    this.#server.handleUpgrade(request, connection, head, (socket) => this.#join(socket, request));
  }

  /** Closes the streams whose token or session is no longer good. */
  recheck(): void {
    for (const { socket, authorized } of this.#clients) {
      if (!authorized()) socket.close(POLICY_VIOLATION, 'signed out');
    }
  }

  /** Says goodbye to every client; what does not answer is cut when the server drops its connections. */
  stop(): void {
    this.#stopped = true;
    for (const { socket } of this.#clients) socket.close(GOING_AWAY, 'Belfry is stopping');
  }

  /** Cuts what did not say goodbye in time. */
  terminate(): void {
    for (const { socket } of this.#clients) socket.terminate();
  }

  #refusal(request: IncomingMessage): Failure | null {
    if (this.#stopped) return failureFor('unavailable', { code: 'error.stopping', params: {} });
    if (!isStreamRequest(request)) {
      const params = { path: STREAM_PATH };
      return failureFor('invalid_input', { code: 'error.other_stream', params });
    }
    const foreign = this.#deps.gate.foreign(request.headers, {
      carriesSecret: false,
      relayed: false,
    });
    if (foreign) return foreign;
    const caller = this.#deps.gate.authenticate(
      request.headers,
      request.socket.remoteAddress ?? '',
      { cookie: true, basic: false },
    );
    if (!caller.ok) return caller.error;
    if (!grants(caller.value.scope, 'read')) {
      return outOfScope('read', caller.value.scope);
    }
    if (this.#clients.size < LIMITS.streamClientsMax) return null;
    return failureFor('unavailable', { code: 'error.windows_full', params: {} });
  }

  #join(socket: WebSocket, request: IncomingMessage): void {
    const { gate, subscribe, logger } = this.#deps;
    const { headers } = request;
    const address = request.socket.remoteAddress ?? '';
    const accepted = { cookie: true, basic: false };
    const client: Client = {
      socket,
      authorized: () => gate.authenticate(headers, address, accepted).ok,
      answeredPing: true,
    };
    this.#clients.add(client);
    this.#schedulePing();
    const unsubscribe = subscribe({
      send: (message) => socket.send(this.#textOf(message)),
      bufferedBytes: () => socket.bufferedAmount,
    });
    socket.on('pong', () => {
      client.answeredPing = true;
    });
    socket.on('error', (error) => {
      logger.log('debug', 'a stream broke off', { error: errorText(error) });
    });
    socket.once('close', () => {
      unsubscribe();
      this.#clients.delete(client);
      if (this.#clients.size > 0) return;
      this.#nextPing?.[Symbol.dispose]();
      this.#nextPing = null;
      this.#written = null;
    });
  }

  #schedulePing(): void {
    this.#nextPing ??= this.#deps.clock.after(HTTP_LIMITS.streamPingMs, () => {
      this.#nextPing = null;
      this.#pingAll();
    });
  }

  #pingAll(): void {
    this.recheck();
    for (const client of this.#clients) {
      if (!client.answeredPing) {
        client.socket.terminate();
        continue;
      }
      client.answeredPing = false;
      client.socket.ping();
    }
    if (this.#clients.size > 0) this.#schedulePing();
  }

  #textOf(message: PushMessage): string {
    if (this.#written?.message !== message) {
      this.#written = { message, text: JSON.stringify(message) };
    }
    return this.#written.text;
  }
}
