import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { until } from './until.ts';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** The same as text. */
  readonly body: string;
}

/** The body of a webhook, as far as tests look at it. */
export interface ReceivedWebhook {
  readonly type: string;
  readonly data: Record<string, unknown> & {
    readonly notificationId: string;
    readonly text: string;
    readonly alerts?: readonly { readonly kind: string; readonly event: string }[];
  };
}

export type Respond = (response: ServerResponse, request: ReceivedRequest) => void;

export const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Respond =>
  (response) =>
    response.writeHead(code, headers).end(body);

/** Takes the request and never answers. */
export const silence: Respond = () => undefined;

/** A real HTTP destination whose answers the test decides, one request at a time. */
export class HttpReceiver implements AsyncDisposable {
  readonly received: ReceivedRequest[] = [];
  respond: Respond = status(204);
  readonly #server: Server;

  private constructor() {
    // It closes no connection that its client may be about to use: on a busy machine, an attempt hours
    // later by the test's clock would now and then meet a reset.
    this.#server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      buffer(request).then(
        (bytes) => {
          const { method = '', url: path = '', headers } = request;
          const received = { method, path, headers, bytes, body: bytes.toString() };
          this.received.push(received);
          this.respond(response, received);
        },
        () => response.destroy(),
      );
    });
  }

  static async start(): Promise<HttpReceiver> {
    const receiver = new HttpReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  webhooks(): ReceivedWebhook[] {
    return this.received.map(({ body }) => JSON.parse(body) as never);
  }

  async count(requests: number): Promise<void> {
    await until(() => this.received.length >= requests, `${requests} requests at the receiver`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
