import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Accounts } from './accounts.ts';

const SLOW_MS = 150;
const OUTAGE_MS = 20_000;
const OUTAGE_EVERY_MS = 60_000;

const everyThird = () => {
  let asked = 0;
  return () => asked++ % 3 === 0;
};

/** Each fails a third of the time: two refuse every third request, one is out for 20 s of each minute. */
function behaviours() {
  const startedMs = performance.now();
  return {
    refusing: { afterMs: 0, resets: false, fails: everyThird() },
    slow: { afterMs: SLOW_MS, resets: false, fails: everyThird() },
    resetting: {
      afterMs: 0,
      resets: true,
      fails: () => (performance.now() - startedMs) % OUTAGE_EVERY_MS < OUTAGE_MS,
    },
  };
}
type Behaviour = ReturnType<typeof behaviours>[keyof ReturnType<typeof behaviours>];

async function startReceiver(
  name: string,
  { afterMs, resets, fails }: Behaviour,
  accounts: Accounts,
): Promise<Server> {
  const server = createServer((request, response) => {
    const isFailing = fails();
    const answer = async (): Promise<void> => {
      await once(request.resume(), 'end');
      await setTimeout(afterMs);
      if (isFailing && resets) {
        request.socket.resetAndDestroy();
        return;
      }
      if (!isFailing) accounts.arrived(name, String(request.headers['webhook-id']));
      response.writeHead(isFailing ? 503 : 204).end();
    };
    answer().catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

export interface Receivers extends Disposable {
  /** The address of each, by its name, which is that of its channel. */
  readonly urls: ReadonlyMap<string, string>;
}

/** Starts the receivers, each on its own port: one connection that is reset belongs to one channel. */
export async function startReceivers(accounts: Accounts): Promise<Receivers> {
  const servers: Server[] = [];
  const urls = new Map<string, string>();
  for (const [name, behaviour] of Object.entries(behaviours())) {
    const server = await startReceiver(name, behaviour, accounts);
    servers.push(server);
    urls.set(name, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  }
  return {
    urls,
    [Symbol.dispose]() {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}
