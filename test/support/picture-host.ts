import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Returns a picture that a real encoder made, 24 by 10 pixels. */
export const pictureFile = (name: string): Buffer =>
  readFileSync(new URL(`pictures/${name}`, import.meta.url));

export const PNG = pictureFile('small.png');

/** A real server of pictures; the test decides how it answers. */
export class PictureHost implements AsyncDisposable {
  /** The paths that were asked for. */
  readonly asked: string[] = [];
  readonly headers: object[] = [];
  respond: (response: ServerResponse, path: string) => void = (response) => response.end(PNG);
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const path = request.url ?? '';
      this.asked.push(path);
      this.headers.push(request.headers);
      this.respond(response, path);
    });
  }

  static async start(): Promise<PictureHost> {
    const host = new PictureHost();
    host.#server.listen(0, '127.0.0.1');
    await once(host.#server, 'listening');
    return host;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The address of a picture here, by IP address or by name. */
  at(path = '/a.png', host = '127.0.0.1'): string {
    return `http://${host}:${this.port}${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
