import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { TokenScope } from '../../main/contract/system.ts';
import type { AcceptedHere, CredentialGuard, ScopeGuard } from '../../main/transport/http/guard.ts';

/** One verb of a mounted route, with what its guards say. */
export interface MountedRoute {
  readonly verb: string;
  readonly path: string;
  /** Null without a guard. */
  readonly needed: TokenScope | null;
  readonly accepted: AcceptedHere | null;
  /** See `Standing.relayed` in main/transport/http/gate.ts. */
  readonly relayed: boolean;
}

function accessOf({ method, url, onRequest, config }: RouteOptions): MountedRoute[] {
  const guards = [onRequest ?? []].flat() as (CredentialGuard | ScopeGuard)[];
  const needed = guards.find((guard) => 'needed' in guard)?.needed ?? null;
  const accepted = guards.find((guard) => 'accepted' in guard)?.accepted ?? null;
  const relayed = config?.relayed === true;
  return [method].flat().map((verb) => ({ verb, path: url, needed, accepted, relayed }));
}

/** Starts a server, and returns it with every route that it mounted, also those of Fastify itself. */
export async function withMountedRoutes<Server>(
  start: () => Promise<Server>,
): Promise<{ server: Server; routes: MountedRoute[] }> {
  const routes: MountedRoute[] = [];
  const watch = (message: unknown): void => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', (route) => void routes.push(...accessOf(route)));
  };
  subscribe('fastify.initialization', watch);
  try {
    return { server: await start(), routes };
  } finally {
    unsubscribe('fastify.initialization', watch);
  }
}
