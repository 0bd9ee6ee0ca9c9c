import type { FastifyReply, FastifyRequest, preParsingHookHandler } from 'fastify';
import type { Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import { failureFor } from '../../messages/failures.ts';
import type { Connections } from './connections.ts';
import { rawAnswer } from './failure.ts';
import type { HttpLimits } from './http-limits.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How much of a body the route keeps, where that is less than a body may have. */
    bodyKeptBytesMax?: number;
  }
}

interface Body {
  readonly socket: Socket;
  readonly requestId: string;
  readonly begunAtMs: number;
  readonly keptBytesMax: number;
  bytes: number;
}

const FULL = failureFor('unavailable', { code: 'error.busy', params: {} });

/**
 * Bounds the memory that bodies take from their first byte until the answer is out. Only received bytes
 * count: an announced length costs a sender nothing. When the budget is spent, what has been arriving
 * longest makes room, so that bodies which never end cannot keep others out.
 */
export class BodyBudget {
  readonly #limits: HttpLimits;
  readonly #clock: Clock;
  readonly #connections: Connections;
  /** In the order of their begin. */
  readonly #arriving = new Set<Body>();
  readonly #held = new Set<Body>();
  #bytes = 0;

  constructor(limits: HttpLimits, clock: Clock, connections: Connections) {
    this.#limits = limits;
    this.#clock = clock;
    this.#connections = connections;
  }

  /** Counts a request's body as it arrives. */
  readonly counted: preParsingHookHandler = (request, reply, payload, done) => {
    if (hasBody(request)) {
      const body = this.#begin(request, reply);
      payload.on('data', (chunk: Buffer) => this.#received(body, chunk.length));
      payload.once('end', () => this.#arriving.delete(body));
    }
    done();
  };

  #begin(request: FastifyRequest, reply: FastifyReply): Body {
    const body = {
      socket: request.raw.socket,
      requestId: request.id,
      begunAtMs: this.#clock.monotonicMs(),
      keptBytesMax: request.routeOptions.config.bodyKeptBytesMax ?? Infinity,
      bytes: 0,
    };
    this.#held.add(body);
    this.#arriving.add(body);
    reply.raw.once('close', () => this.#release(body));
    return body;
  }

  #received(body: Body, bytes: number): void {
    if (!this.#held.has(body)) return;
    const more = Math.min(bytes, body.keptBytesMax - body.bytes);
    body.bytes += more;
    this.#bytes += more;
    const now = this.#clock.monotonicMs();
    for (const oldest of this.#arriving) {
      if (this.#bytes <= this.#limits.bodyBytesHeldMax) return;
      if (now - oldest.begunAtMs < this.#limits.bodyYieldMs) break;
      this.#refuse(oldest);
    }
    if (this.#bytes > this.#limits.bodyBytesHeldMax) this.#refuse(body);
  }

  #refuse(body: Body): void {
    this.#release(body);
    this.#connections.end(body.socket, rawAnswer(FULL, body.requestId));
  }

  #release(body: Body): void {
    this.#arriving.delete(body);
    if (this.#held.delete(body)) this.#bytes -= body.bytes;
  }
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined ||
  (headers['content-length'] !== undefined && headers['content-length'] !== '0');
