import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

/**
 * A reverse proxy that serves a server under a path and takes that path away, as nginx and Caddy do. It
 * passes on Host and upgrades; whatever is not below the path does not exist.
 */
export class PathProxy implements AsyncDisposable {
  /** The addresses that were asked for and are not below the path. */
  readonly strays: string[] = [];
  /** Answers as if the server behind it were gone. */
  isAway = false;
  readonly #server: Server;
  readonly #path: string;

  private constructor(server: Server, path: string) {
    this.#server = server;
    this.#path = path;
  }

  /** `path` is such as `/belfry`. */
  static async start(target: string, path: string): Promise<PathProxy> {
    const { hostname, port } = new URL(target);
    const server = createServer();
    const proxy = new PathProxy(server, path);
    server.on('request', (asked, answer) => {
      const inner = proxy.#inner(asked);
      if (inner === null) return void answer.writeHead(404).end();
      if (proxy.isAway) return void answer.writeHead(502).end('Bad gateway');
      const { method, headers } = asked;
      const passed = request({ hostname, port, path: inner, method, headers }, (given) => {
        answer.writeHead(given.statusCode ?? 502, given.headers);
        given.pipe(answer);
      });
      passed.on('error', () => answer.destroy());
      asked.pipe(passed);
    });
    server.on('upgrade', (asked, client, head) => {
      const inner = proxy.#inner(asked);
      if (inner === null) return void client.destroy();
      const upstream = connect(Number(port), hostname, () => {
        const { rawHeaders } = asked;
        const lines = [`GET ${inner} HTTP/1.1`];
        for (let index = 0; index < rawHeaders.length; index += 2) {
          lines.push(`${rawHeaders[index] ?? ''}: ${rawHeaders[index + 1] ?? ''}`);
        }
        upstream.write(`${lines.join('\r\n')}\r\n\r\n`);
        upstream.write(head);
        upstream.pipe(client).pipe(upstream);
      });
      for (const [one, other] of [
        [upstream, client],
        [client, upstream],
      ] as const) {
        one.on('error', () => other.destroy()).on('close', () => other.destroy());
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** The present address of the server, without a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#path}`;
  }

  #inner({ url = '' }: IncomingMessage): string | null {
    if (url.startsWith(`${this.#path}/`)) return url.slice(this.#path.length);
    this.strays.push(url);
    return null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
