import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { tempDir } from './temp-dir.ts';

interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** Ends TLS before a server, as a reverse proxy does; what is inside goes through as it is. */
export class TlsProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: string, pair: KeyPair) {
    const { hostname, port } = new URL(target);
    this.#server = createServer(pair, (client) => {
      const upstream = connect(Number(port), hostname);
      upstream.pipe(client).pipe(upstream);
      for (const [one, other] of [
        [upstream, client],
        [client, upstream],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => other.destroy()).on('close', () => other.destroy());
      }
    });
  }

  static async start(target: string, pair: KeyPair, port = 0): Promise<TlsProxy> {
    const proxy = new TlsProxy(target, pair);
    proxy.#server.on('tlsClientError', () => undefined);
    proxy.#server.listen(port, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `https://localhost:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }
}

/** A certificate authority (PEM), and a certificate for `localhost` that it vouches for, made by openssl for this run. */
export function certificateOfAuthority(): KeyPair & { readonly authority: string } {
  using dir = tempDir();
  const at = (name: string): string => join(dir.path, name);
  const openssl = (...args: string[]): void =>
    void execFileSync('openssl', args, { stdio: 'ignore', cwd: dir.path });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  writeFileSync(at('names'), 'subjectAltName=DNS:localhost');
  // prettier-ignore
  openssl('req', '-x509', ...newKey, '-days', '1', '-subj', '/CN=Lab CA', '-keyout', 'ca.key', '-out', 'ca.pem');
  openssl('req', ...newKey, '-subj', '/CN=localhost', '-keyout', 'key.pem', '-out', 'request.pem');
  // prettier-ignore
  openssl('x509', '-req', '-in', 'request.pem', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-days', '1', '-extfile', 'names', '-out', 'cert.pem');
  const read = (name: string): string => readFileSync(at(name), 'utf8');
  return { key: read('key.pem'), cert: read('cert.pem'), authority: read('ca.pem') };
}
