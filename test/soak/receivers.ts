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
type Name = keyof ReturnType<typeof behaviours>;

export const RECEIVERS: readonly Name[] = ['refusing', 'slow', 'resetting'];

const isName = (name: string): name is Name => (RECEIVERS as readonly string[]).includes(name);

/** Starts the receivers, each at the path of its name; what they accept is entered into the accounts. */
export async function startReceivers(accounts: Accounts): Promise<Server> {
  const receivers = behaviours();
  const server = createServer((request, response) => {
    const name = request.url?.slice(1) ?? '';
    if (!isName(name)) throw new Error(`There is no receiver at /${name}.`);
    const { afterMs, resets, fails } = receivers[name];
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

export const urlOf = (server: Server): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
