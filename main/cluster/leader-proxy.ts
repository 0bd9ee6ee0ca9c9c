import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ENGLISH } from '../messages/messages.ts';

/** A sender that is refused asks again after this many seconds: by then another core leads, as a rule. */
const RETRY_AFTER_SECONDS = 5;
/** A leader that does not even take a connection by then counts as gone. */
const CONNECT_MS = 3_000;

const JSON_TYPE = { 'content-type': 'application/json' };

/** The names of headers that hold between two machines alone (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding']);

/** Says that another core of the cluster has handed a request on: two that each take the other for the leader end there. */
const HANDED_ON = 'belfry-handed-on';

/** Answers on the address of a core that follows, by what the core that leads answers. */
export class LeaderProxy {
  readonly #server = createServer((incoming, answer) => this.#forward(incoming, answer));
  readonly #sockets = new Set<Duplex>();
  /** By what was handed on, and to whom. */
  readonly #handedOn = new Map<{ destroy(error?: Error): unknown }, URL>();
  #leader: URL | null = null;

  constructor() {
    this.#server.on('upgrade', (incoming, socket, head) =>
      this.#forwardUpgrade(incoming, socket, head),
    );
    this.#server.on('connection', (socket) => this.#keep(socket));
  }

  /**
   * Where the core that leads answers; null while nobody leads. What waits for another one is ended, since that
   * one may be stopped or cut off, and would never answer.
   */
  set leader(url: string | null) {
    this.#leader = url === null ? null : new URL(url);
    if (url === null) return;
    for (const [handedOn, leader] of this.#handedOn) {
      if (leader.href === this.#leader?.href) continue;
      handedOn.destroy(new Error('another core leads'));
    }
  }

  /** Returns the port, 0 for a free one, at which it listens. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #handsOn(
    to: URL,
    handedOn: {
      destroy(error?: Error): unknown;
      once(event: 'close', listener: () => void): unknown;
    },
  ): void {
    this.#handedOn.set(handedOn, to);
    handedOn.once('close', () => this.#handedOn.delete(handedOn));
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #forward(incoming: IncomingMessage, answer: ServerResponse): void {
    // This process lives, whatever the others do.
    if (incoming.method === 'GET' && incoming.url === '/healthz') {
      incoming.resume();
      answer.writeHead(200, JSON_TYPE).end(JSON.stringify({ status: 'ok' }));
      return;
    }
    if (this.#leader === null || incoming.headers[HANDED_ON] !== undefined) {
      refuse(answer);
      return;
    }
    const { method, url } = incoming;
    const headers = { ...endToEnd(incoming.headers), [HANDED_ON]: '1' };
    const outgoing = request(
      this.#leader,
      { method, path: url, headers, timeout: CONNECT_MS, setHost: false },
      (reply) => {
        answer.writeHead(reply.statusCode ?? 502, endToEnd(reply.headers));
        reply.on('error', () => answer.destroy());
        reply.pipe(answer);
      },
    );
    this.#handsOn(this.#leader, outgoing);
    // A connection is soon there or not at all; an answer may take long.
    outgoing.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => socket.setTimeout(0));
      else socket.setTimeout(0);
    });
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', () => {
      if (answer.headersSent) answer.destroy();
      else refuse(answer);
    });
    answer.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  #forwardUpgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#leader === null || incoming.headers[HANDED_ON] !== undefined) {
      refuseUpgrade(socket);
      return;
    }
    const { hostname, port } = this.#leader;
    const leader: Socket = connect({ host: hostname, port: Number(port || 80) }, () => {
      const lines = incoming.rawHeaders.reduce(
        (text, part, index) => text + part + (index % 2 === 0 ? ': ' : '\r\n'),
        `${HANDED_ON}: 1\r\n`,
      );
      leader.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines}\r\n`);
      leader.write(head);
      socket.pipe(leader).pipe(socket);
    });
    this.#keep(leader);
    this.#handsOn(this.#leader, leader);
    leader.setTimeout(CONNECT_MS, () => {
      if (leader.connecting) leader.destroy(new Error('the core that leads takes no connection'));
    });
    leader.once('connect', () => leader.setTimeout(0));
    const end = (): void => {
      leader.destroy();
      // A refusal may be on its way.
      if (leader.bytesWritten > 0) socket.destroy();
    };
    leader.on('error', () => {
      if (leader.bytesWritten === 0) refuseUpgrade(socket);
    });
    socket.on('error', () => socket.destroy());
    for (const side of [leader, socket]) side.on('close', end);
  }
}

const endToEnd = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));

function refuseUpgrade(socket: Duplex): void {
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 503 Service Unavailable\r\nRetry-After: ${RETRY_AFTER_SECONDS}\r\nConnection: close\r\n\r\n`,
  );
}

function refuse(answer: ServerResponse): void {
  const message = ENGLISH.text('reason.error.no_leader');
  answer.writeHead(503, {
    ...JSON_TYPE,
    'retry-after': String(RETRY_AFTER_SECONDS),
  });
  answer.end(JSON.stringify({ error: { code: 'unavailable', message } }));
}
