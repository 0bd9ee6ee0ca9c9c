import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { HttpLimits } from '../../../main/transport/http/http-limits.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { ADMIN_TOKEN, StubbedHost } from './fixture.ts';

export const MIB = 1_048_576;
export const EVENT = { host: 'nas', kind: 'disk', status: 'firing' };

export const postHead = (length: string): string =>
  `POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n` +
  `Content-Type: application/json\r\n${length}\r\n\r\n`;

/** The head of a request that announces a body of this length. */
export const announced = (bytes: number): string => postHead(`Content-Length: ${bytes}`);

/** A raw connection that never closes its own side. */
export class Peer {
  readonly socket: Socket;
  received = '';
  ended = false;
  closed = false;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.socket.on('data', (data: Buffer) => (this.received += data.toString('latin1')));
    this.socket.on('end', () => (this.ended = true));
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => (this.closed = true));
  }

  /** Resolves once the server has cut it off or closed its side. */
  gone(): Promise<void> {
    return until(() => !this.isOpen, 'the end of a connection');
  }

  get isOpen(): boolean {
    return !this.closed && !this.ended;
  }
}

/** The real HTTP server on a fake clock, with raw connections to it. */
export class PeerLab {
  readonly clock = new FakeClock();
  readonly host: StubbedHost;
  readonly #peers: Peer[] = [];

  constructor(limits: Partial<HttpLimits> = {}) {
    this.host = new StubbedHost(this.clock, 0, '127.0.0.1', limits);
  }

  static async start(limits: Partial<HttpLimits> = {}): Promise<PeerLab> {
    const lab = new PeerLab(limits);
    await lab.host.start();
    return lab;
  }

  /** A connection that may not be established yet. */
  dial(text = ''): Peer {
    const peer = new Peer(Number(new URL(this.host.url).port));
    this.#peers.push(peer);
    if (text !== '') peer.socket.write(text, 'latin1');
    return peer;
  }

  /** A connection that has sent `text`, which the server has read. */
  async peer(text = ''): Promise<Peer> {
    const peer = this.dial(text);
    await once(peer.socket, 'connect');
    await this.settled();
    return peer;
  }

  /** Resolves when the server has read what was sent before: one loop serves all connections in turn. */
  async settled(): Promise<void> {
    for (let round = 0; round < 3; round += 1) await this.host.send('/healthz');
  }

  /** The status that a well-behaved sender gets. */
  async report(): Promise<number> {
    return (await this.host.call('POST', '/api/v1/events', ADMIN_TOKEN, EVENT)).status;
  }

  /** The server's only timer here looks at connections, and runs while there are any. */
  nobodyIsConnected(): Promise<void> {
    return until(() => this.clock.nextTimerMs() === null, 'the last connection is let go');
  }

  async stop(): Promise<void> {
    for (const { socket } of this.#peers) socket.destroy();
    await this.host.stop();
  }
}
