import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../base/clock.ts';

/** The pager stays broken for this long unless somebody opens `/heal`: enough time to look at dead letters. */
const HEALS_AFTER_MS = 120_000;

/**
 * The receivers of the demo's notifications, over real HTTP: `/phone` always takes them, `/pager` answers 503
 * until it heals.
 */
export class DemoReceivers {
  readonly #clock: Clock;
  readonly #server: Server;
  #healing: Disposable | null = null;
  #healthy = false;
  url = '';

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#server = createServer((request, response) => {
      request.resume();
      const path = request.url ?? '/';
      if (path === '/heal') this.#heal();
      const broken = path === '/pager' && !this.#healthy;
      response.writeHead(broken ? 503 : 200, { 'content-type': 'text/plain' });
      response.end(broken ? 'The pager gateway is down.\n' : 'Thank you.\n');
    });
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    this.#healing = this.#clock.after(HEALS_AFTER_MS, () => this.#heal());
  }

  async stop(): Promise<void> {
    this.#healing?.[Symbol.dispose]();
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #heal(): void {
    this.#healthy = true;
    this.#healing?.[Symbol.dispose]();
  }
}
