import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSignedCertificate } from './self-signed-certificate.ts';

/** An HTTPS server whose certificate nobody vouches for. */
export async function selfSignedServer(): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = createServer(selfSignedCertificate(), (_, response) => response.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
