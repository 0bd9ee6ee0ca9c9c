import type { Bridge } from '../../main/contract/client.ts';
import type { WindowClock } from '../time/clock.ts';
import { BridgeClient } from './bridge-client.ts';
import { HttpClient } from './http-client.ts';
import { pageBase } from './page-base.ts';
import type { WindowClient } from './window-client.ts';

declare global {
  interface Window {
    /** Put there by the preload; absent in a browser. */
    readonly belfry?: Bridge;
  }
}

/** Returns the client for where this window runs: the preload's bridge to a core on the desktop, else HTTP. */
export function createClient(
  host: Window,
  clock: WindowClock,
  core: string | null = null,
): WindowClient {
  if (host.belfry) return new BridgeClient(host.belfry, core ?? undefined);
  const client = new HttpClient(pageBase(host.location), clock);
  host.addEventListener('online', () => client.wake());
  return client;
}
