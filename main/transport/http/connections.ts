import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { failureFor } from '../../messages/failures.ts';
import { rawAnswer } from './failure.ts';
import type { HttpLimits } from './http-limits.ts';

export interface ConnectionsDeps {
  readonly limits: HttpLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newRequestId: () => string;
}

interface Connection {
  readonly socket: Socket;
  readonly openedAtMs: number;
  /** A request with a right credential came over it. */
  proven: boolean;
  /** The latest request. */
  request: IncomingMessage | null;
  requestAtMs: number;
  unanswered: number;
  /** Received before the present rest, so that more means the headers of a next request. */
  restBytes: number;
  headersAtMs: number | null;
  /** The span in which the body or the answer has to make progress, and what was through at its begin. */
  spanAtMs: number;
  spanBytes: number;
  spanOf: Phase;
  closingAtMs: number | null;
}

/** `rest` is between two requests, or before the first. */
type Phase = 'rest' | 'body' | 'answering' | 'closing';

const SAID_AGAIN_MS = 60_000;

const TOO_SLOW = failureFor('invalid_input', { code: 'error.too_slow', params: {} });

/**
 * Bounds what a connection may hold and for how long: headers and requests have a deadline, bodies and
 * answers a minimum rate. At the limit of connections, those that showed no credential make room first.
 * One timer looks at all of them, and only while there are any.
 */
export class Connections {
  readonly #deps: ConnectionsDeps;
  /** In the order of their begin. */
  readonly #open = new Map<Socket, Connection>();
  #nextLook: Disposable | null = null;
  #saidAtMs: number | null = null;
  #stopped = false;

  constructor(deps: ConnectionsDeps) {
    this.#deps = deps;
  }

  watch(server: Server): void {
    server.on('connection', (socket) => this.#opened(socket));
    server.prependListener('request', (request, response) => this.#requested(request, response));
  }

  /** Notes that a right credential came over the connection. */
  prove(socket: Socket): void {
    const connection = this.#open.get(socket);
    if (connection) connection.proven = true;
  }

  /** Forgets a connection that is closed, or that another protocol took over. */
  release(socket: Socket): void {
    this.#open.delete(socket);
    if (this.#open.size > 0) return;
    this.#nextLook?.[Symbol.dispose]();
    this.#nextLook = null;
  }

  /** Writes a last answer and closes; a peer that does not close its side in time is cut off. */
  end(socket: Socket, answer: string): void {
    socket.end(answer);
    const connection = this.#open.get(socket);
    if (connection) connection.closingAtMs = this.#now();
    else socket.destroySoon();
  }

  /** Closes what waits for a request; what is under way goes on until the server closes. */
  stop(): void {
    this.#stopped = true;
    for (const connection of this.#open.values()) {
      if (phaseOf(connection) === 'rest') connection.socket.destroy();
    }
  }

  #now(): number {
    return this.#deps.clock.monotonicMs();
  }

  #opened(socket: Socket): void {
    const now = this.#now();
    if (this.#open.size >= this.#deps.limits.connectionsMax && !this.#makeRoom(now)) {
      socket.destroy();
      return;
    }
    this.#open.set(socket, {
      socket,
      openedAtMs: now,
      proven: false,
      request: null,
      requestAtMs: now,
      unanswered: 0,
      restBytes: 0,
      headersAtMs: null,
      spanAtMs: now,
      spanBytes: 0,
      spanOf: 'rest',
      closingAtMs: null,
    });
    socket.once('close', () => this.release(socket));
    this.#scheduleLook();
  }

  #requested(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#open.get(request.socket);
    if (!connection) return;
    const now = this.#now();
    // Of a first request, the headers count: whoever took long for them has the less for the body.
    connection.requestAtMs =
      connection.request === null ? connection.openedAtMs : (connection.headersAtMs ?? now);
    connection.request = request;
    connection.headersAtMs = null;
    connection.spanOf = 'rest';
    connection.unanswered += 1;
    const { socket } = connection;
    const mayRest = (): void => {
      if (phaseOf(connection) !== 'rest') return;
      connection.restBytes = socket.bytesRead;
      if (this.#stopped) socket.destroy();
    };
    // A body may end after its answer.
    request.once('close', mayRest);
    response.once('close', () => {
      connection.unanswered -= 1;
      mayRest();
    });
  }

  #scheduleLook(): void {
    this.#nextLook ??= this.#deps.clock.after(this.#deps.limits.connectionLookMs, () => {
      this.#nextLook = null;
      const now = this.#now();
      for (const connection of [...this.#open.values()]) this.#look(connection, now);
      if (this.#open.size > 0) this.#scheduleLook();
    });
  }

  #look(connection: Connection, now: number): void {
    const { limits } = this.#deps;
    switch (phaseOf(connection)) {
      case 'rest':
        this.#lookAtRest(connection, now);
        break;
      case 'body':
        if (now - connection.requestAtMs >= limits.requestTimeoutMs) this.#tooSlow(connection);
        else this.#lookAtBody(connection, now);
        break;
      case 'answering':
        this.#lookAtAnswer(connection, now);
        break;
      case 'closing':
        if (now - (connection.closingAtMs ?? now) >= limits.closingMs) connection.socket.destroy();
        break;
    }
  }

  #lookAtRest(connection: Connection, now: number): void {
    const { socket, request } = connection;
    if (request === null) connection.headersAtMs = connection.openedAtMs;
    else if (socket.bytesRead !== connection.restBytes) connection.headersAtMs ??= now;
    // Silence after an answer is ended by the server's own keep-alive timeout.
    if (connection.headersAtMs === null) return;
    if (now - connection.headersAtMs < this.#deps.limits.headersTimeoutMs) return;
    if (socket.bytesRead === 0) socket.destroy();
    else this.#tooSlow(connection);
  }

  #lookAtBody(connection: Connection, now: number): void {
    const { bodySpanMs, bodySpanBytesMin } = this.#deps.limits;
    const { bytesRead } = connection.socket;
    if (connection.spanOf !== 'body') {
      beginSpan(connection, 'body', connection.requestAtMs, bytesRead);
    }
    if (now - connection.spanAtMs < bodySpanMs) return;
    if (bytesRead - connection.spanBytes < bodySpanBytesMin) this.#tooSlow(connection);
    else beginSpan(connection, 'body', now, bytesRead);
  }

  /** An answer that is one large piece shows no progress until all of it is out, so its size counts. */
  #lookAtAnswer(connection: Connection, now: number): void {
    const { answerSpanMs, answerBytesPerSecondMin } = this.#deps.limits;
    const { socket } = connection;
    const unsent = socket.writableLength;
    const sent = socket.bytesWritten - unsent;
    if (unsent === 0 || connection.spanOf !== 'answering') {
      beginSpan(connection, 'answering', now, sent);
      return;
    }
    const spanMs = Math.max(answerSpanMs, (unsent / answerBytesPerSecondMin) * 1_000);
    if (now - connection.spanAtMs < spanMs) return;
    const wanted = (answerSpanMs / 1_000) * answerBytesPerSecondMin;
    if (sent - connection.spanBytes < wanted) socket.destroy();
    else beginSpan(connection, 'answering', now, sent);
  }

  #tooSlow(connection: Connection): void {
    const { socket, unanswered } = connection;
    // If another answer is under way, or this one was given early, a 408 would be out of turn.
    const mayAnswer = unanswered === (phaseOf(connection) === 'body' ? 1 : 0);
    if (!mayAnswer) socket.destroy();
    else {
      const id = this.#deps.newRequestId();
      this.end(socket, rawAnswer(TOO_SLOW, id, '408 Request Timeout'));
    }
  }

  /** Closes the least worthy connection. Returns false when all of them are at work. */
  #makeRoom(now: number): boolean {
    let least: Connection | null = null;
    let leastWorth = WORTH_KEEPING;
    for (const connection of this.#open.values()) {
      const worth = worthOf(connection, now, this.#deps.limits);
      if (worth < leastWorth) [least, leastWorth] = [connection, worth];
      if (leastWorth === 0) break;
    }
    this.#sayFull(now);
    if (!least) return false;
    least.socket.destroy();
    this.#open.delete(least.socket);
    return true;
  }

  #sayFull(now: number): void {
    const { logger, limits } = this.#deps;
    if (this.#saidAtMs !== null && now - this.#saidAtMs < SAID_AGAIN_MS) return;
    this.#saidAtMs = now;
    logger.log('warn', 'too many connections: idle ones make room', { max: limits.connectionsMax });
  }
}

const WORTH_KEEPING = 5;

/** The lower, the sooner it makes room; among equals the oldest does. */
function worthOf(connection: Connection, now: number, limits: HttpLimits): number {
  const { proven, socket } = connection;
  switch (phaseOf(connection)) {
    case 'closing':
      return 0;
    case 'rest':
      return proven ? 3 : 0;
    case 'body':
      if (!proven) return 1;
      return now - connection.requestAtMs >= limits.bodyYieldMs ? 4 : WORTH_KEEPING;
    case 'answering':
      return !proven && socket.writableLength > 0 ? 2 : WORTH_KEEPING;
  }
}

function phaseOf({ request, unanswered, closingAtMs }: Connection): Phase {
  if (closingAtMs !== null) return 'closing';
  if (request !== null && !request.complete) return 'body';
  return unanswered > 0 ? 'answering' : 'rest';
}

function beginSpan(connection: Connection, of: Phase, atMs: number, bytes: number): void {
  connection.spanOf = of;
  connection.spanAtMs = atMs;
  connection.spanBytes = bytes;
}
