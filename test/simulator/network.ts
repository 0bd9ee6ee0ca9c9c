import { Agent } from 'node:http';
import { Duplex } from 'node:stream';
import { mock } from 'node:test';
import type { FakeClock } from '../support/fake-clock.ts';
import type { Random } from './random.ts';

/** How a receiver behaves until it is told otherwise. */
export const RECEIVER_MODES = [
  'up',
  'slow',
  'erratic',
  'failing',
  'limited',
  'denying',
  'rejecting',
  'gone',
  'refusing',
  'resetting',
  'partitioned',
  'deaf',
  'duplicating',
] as const;
export type ReceiverMode = (typeof RECEIVER_MODES)[number];

/** A request as it left Belfry. */
export interface NetworkRequest {
  readonly host: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface NetworkListener {
  /** The whole request has been written. */
  left(request: NetworkRequest): void;
  /** The receiver has it, and keeps it if it `accepted` it. */
  arrived(request: NetworkRequest, accepted: boolean): void;
}

interface Reply {
  readonly status: number;
  readonly headers?: string;
}

const REASONS: Record<number, string> = { 200: 'OK', 429: 'Too Many Requests' };
const LIMIT_PER_MINUTE = 6;
const MINUTE_MS = 60_000;

/** The stand-in for the socket that Node's HTTP client writes to and reads from. */
class FakeSocket extends Duplex {
  readonly #heard: (socket: FakeSocket, chunk: Buffer) => void;

  constructor(heard: (socket: FakeSocket, chunk: Buffer) => void) {
    super();
    this.#heard = heard;
  }

  override _read(): void {
    // Answers are pushed when they come.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#heard(this, chunk);
    done();
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

class Receiver {
  mode: ReceiverMode = 'up';
  /** The moments at which it accepted something, in ms UTC, while it limits its senders. */
  acceptedAt: number[] = [];
}

const failure = (code: string): Error => Object.assign(new Error(code), { code });

/**
 * The network below Node's own HTTP client: connections are in memory, and every delay is the fake clock's.
 * Requests get lost, are delayed, doubled, answered with any status or not at all; connections are refused,
 * reset, or lead nowhere. What has not arrived when its connection closes never arrives.
 */
export class Network implements Disposable {
  readonly #clock: FakeClock;
  readonly #random: Random;
  readonly #listener: NetworkListener;
  readonly #receivers = new Map<string, Receiver>();
  readonly #sockets = new Set<FakeSocket>();
  readonly #patch;
  /** Counts everything that happens, so that it shows when nothing does. */
  activity = 0;

  constructor(clock: FakeClock, random: Random, listener: NetworkListener) {
    this.#clock = clock;
    this.#random = random;
    this.#listener = listener;
    this.#patch = mock.method(Agent.prototype, 'createConnection', ({ host }: { host: string }) =>
      this.#connect(host),
    );
  }

  [Symbol.dispose](): void {
    this.cut();
    this.#patch.mock.restore();
  }

  set(host: string, mode: ReceiverMode): void {
    this.#receiver(host).mode = mode;
  }

  /** Every receiver is reachable and well from now on. */
  heal(): void {
    for (const receiver of this.#receivers.values()) receiver.mode = 'up';
    this.#closeAll(failure('ECONNRESET'));
  }

  /** The sender's process is gone: its connections close, and what was on its way is lost. */
  cut(): void {
    this.#closeAll();
  }

  #closeAll(error?: Error): void {
    for (const socket of this.#sockets) socket.destroy(error);
    this.#sockets.clear();
  }

  #receiver(host: string): Receiver {
    let receiver = this.#receivers.get(host);
    if (!receiver) this.#receivers.set(host, (receiver = new Receiver()));
    return receiver;
  }

  #connect(host: string): Duplex {
    this.activity++;
    let written = '';
    const socket = new FakeSocket((from, chunk) => {
      this.activity++;
      written += chunk.toString('latin1');
      for (let parsed = parse(host, written); parsed; parsed = parse(host, written)) {
        written = parsed.rest;
        this.#listener.left(parsed.request);
        this.#carry(from, parsed.request);
      }
    });
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    if (this.#receiver(host).mode === 'refusing') {
      process.nextTick(() => socket.destroy(failure('ECONNREFUSED')));
    }
    return socket;
  }

  /** Takes a request to its receiver and the answer back, or loses either. */
  #carry(socket: FakeSocket, request: NetworkRequest): void {
    const receiver = this.#receiver(request.host);
    const mode = receiver.mode === 'erratic' ? this.#erratic() : receiver.mode;
    if (mode === 'partitioned') return;
    if (mode === 'resetting' && this.#random.chance(0.5)) {
      socket.destroy(failure('ECONNRESET'));
      return;
    }
    this.#later(
      mode === 'slow' ? this.#random.int(2_000, 25_000) : this.#random.int(1, 400),
      () => {
        if (socket.destroyed) return;
        const reply = this.#answer(receiver, mode);
        const accepted = reply.status < 300;
        this.#listener.arrived(request, accepted);
        if (mode === 'duplicating') this.#listener.arrived(request, accepted);
        if (mode === 'deaf') return;
        if (mode === 'resetting') socket.destroy(failure('ECONNRESET'));
        else this.#later(this.#random.int(1, 400), () => this.#reply(socket, reply));
      },
    );
  }

  #erratic(): ReceiverMode {
    return this.#random.weighted([
      [5, 'up'],
      [1, 'slow'],
      [2, 'failing'],
      [1, 'resetting'],
      [1, 'partitioned'],
      [1, 'deaf'],
      [1, 'duplicating'],
    ]);
  }

  #answer(receiver: Receiver, mode: ReceiverMode): Reply {
    switch (mode) {
      case 'failing':
        return { status: this.#random.pick([500, 502, 503, 408, 425]) };
      case 'denying':
        return { status: this.#random.pick([401, 403]) };
      case 'rejecting':
        return { status: this.#random.pick([400, 404, 413, 422]) };
      case 'gone':
        return { status: 410 };
      case 'limited':
        return this.#limited(receiver);
      default:
        return { status: 200 };
    }
  }

  #limited(receiver: Receiver): Reply {
    const now = this.#clock.now();
    receiver.acceptedAt = receiver.acceptedAt.filter((at) => Math.abs(now - at) < MINUTE_MS);
    if (receiver.acceptedAt.length < LIMIT_PER_MINUTE) {
      receiver.acceptedAt.push(now);
      return { status: 200 };
    }
    return {
      status: 429,
      headers: this.#random.chance(0.5) ? `retry-after: ${this.#random.int(1, 90)}\r\n` : '',
    };
  }

  #reply(socket: FakeSocket, { status, headers = '' }: Reply): void {
    if (socket.destroyed) return;
    const head = `HTTP/1.1 ${status} ${REASONS[status] ?? 'Status'}`;
    socket.push(`${head}\r\n${headers}content-length: 0\r\n\r\n`);
  }

  #later(ms: number, task: () => void): void {
    this.#clock.after(ms, () => {
      this.activity++;
      task();
    });
  }
}

/** Reads the first whole request of what was written; null while there is none. */
function parse(host: string, text: string): { request: NetworkRequest; rest: string } | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [, ...lines] = text.slice(0, end).split('\r\n');
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const from = end + 4;
  const bodyEnd = from + Number(headers.get('content-length') ?? 0);
  if (text.length < bodyEnd) return null;
  const body = Buffer.from(text.slice(from, bodyEnd), 'latin1').toString('utf8');
  return { request: { host, headers, body }, rest: text.slice(bodyEnd) };
}
