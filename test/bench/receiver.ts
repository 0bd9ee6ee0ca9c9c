import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How many different alerts arrived, and when the last new one did (wall time, ms). */
export interface Count {
  readonly distinct: number;
  readonly lastAt: number;
}

export interface Listening {
  readonly url: string;
}

/** Both senders carry the alert's labels in their body; this one names it. */
const NAME = /"instance":\s?"([^"]+)"/;

const seen = new Set<string>();
let lastAt = 0;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const name = NAME.exec(Buffer.concat(chunks).toString('latin1'))?.[1];
    if (name === undefined) {
      response.writeHead(400).end();
      return;
    }
    if (!seen.has(name)) {
      seen.add(name);
      lastAt = Date.now();
    }
    response.writeHead(204).end();
  });
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}/` } satisfies Listening);
});
process.on('message', () => process.send?.({ distinct: seen.size, lastAt } satisfies Count));
process.once('disconnect', () => process.exit(0));
