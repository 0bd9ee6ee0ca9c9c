import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from '../base/node-http.ts';

/** The answer of a receiver. */
type Answer = readonly [status: number, body: string];

const THANKS: Answer = [200, 'Thank you.\n'];
/** Each refuses in its way, so that dead letters have several causes. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  '/chat': [401, '{"error": "invalid_token"}\n'],
  '/board': [404, 'No such board.\n'],
  '/sms': [400, '{"error": "text is longer than 160 characters"}\n'],
};
const DOWN: Answer = [503, 'The gateway is down for maintenance.\n'];

/** The receivers of the demo's notifications, over real HTTP. */
export interface DemoReceivers {
  readonly url: string;
  /** Has the pager answer 503 from now on, until it heals. */
  breakPager(): void;
  healPager(): void;
  stop(): Promise<void>;
}

/** Starts `/phone`, which always accepts, `/pager`, and three that refuse. `/heal` heals the pager. */
export async function startReceivers(): Promise<DemoReceivers> {
  let healthy = true;
  const server = createServer((request, response) => {
    request.resume();
    const path = request.url ?? '/';
    if (path === '/heal') healthy = true;
    const isDown = path === '/pager' && !healthy;
    const [status, body] = isDown ? DOWN : (ANSWERS[path] ?? THANKS);
    response.writeHead(status, { 'content-type': 'text/plain' });
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    breakPager: () => (healthy = false),
    healPager: () => (healthy = true),
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
