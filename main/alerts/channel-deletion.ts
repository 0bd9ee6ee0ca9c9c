import type { Deleted } from '../collections/collection.ts';
import type { Output, ParsedInput } from '../contract/methods.ts';
import type { Reason } from '../contract/reason.ts';
import { ok, type Result } from '../contract/result.ts';
import { refuse } from '../messages/failures.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import type { MaintenanceService } from './rules/maintenance-service.ts';
import type { RouteService } from './rules/route-service.ts';

export interface ChannelDeletionDeps {
  readonly channels: Pick<ChannelService, 'all' | 'get' | 'collection'>;
  readonly routes: Pick<RouteService, 'routesTo' | 'detachIn'>;
  readonly maintenance: Pick<MaintenanceService, 'announcedTo' | 'detachIn'>;
  readonly writer: Writer;
}

/** A route, a fallback or a maintenance window that leads to a channel. */
interface User {
  readonly kind: 'route' | 'fallback' | 'maintenance';
  readonly id: string;
  readonly name: string;
}

/** Deletes channels, but none that something leads to unless it is asked to detach it. */
export class ChannelDeletion {
  readonly #deps: ChannelDeletionDeps;

  constructor(deps: ChannelDeletionDeps) {
    this.#deps = deps;
  }

  delete(
    { id, detach }: ParsedInput<'channels.delete'>,
    actor: string,
  ): Promise<Result<Output<'channels.delete'>>> {
    const { channels, writer } = this.#deps;
    return writer.submit((unit) => {
      const channel = channels.get(id);
      if (!channel) return channels.collection.missing();
      const needed = this.#neededBy(id);
      if (needed.length > 0 && !detach) {
        return refuse('wrong_state', neededReason(channel.name, needed), needed);
      }
      const deleted = this.deleteIn(unit, id, actor);
      return deleted.ok ? ok({ cancelled: 0, ...deleted.value }) : deleted;
    });
  }

  /** Deletes a channel and takes it out of all that leads to it, in the caller's transaction. */
  deleteIn(unit: Unit, id: string, actor: string): Result<Deleted> {
    const { channels, routes, maintenance } = this.#deps;
    routes.detachIn(unit, id, actor);
    maintenance.detachIn(unit, id, actor);
    return channels.collection.deleteIn(unit, id, actor);
  }

  #neededBy(id: string): User[] {
    const { channels, routes, maintenance } = this.#deps;
    return [
      ...routes.routesTo(id).map((route) => {
        return { kind: 'route' as const, id: route.id, name: route.name };
      }),
      ...channels
        .all()
        .filter(({ fallbackChannelId }) => fallbackChannelId === id)
        .map(({ id: from, name }) => {
          return { kind: 'fallback' as const, id: from, name };
        }),
      ...maintenance.announcedTo(id).map((window) => {
        return { kind: 'maintenance' as const, id: window.id, name: window.name };
      }),
    ];
  }
}

function neededReason(channel: string, needed: readonly User[]): Reason {
  const names = (wanted: User['kind']): string[] =>
    needed.filter(({ kind }) => kind === wanted).map(({ name }) => name);
  const quotedRoutes = names('route');
  const quotedFallbacks = names('fallback');
  const quotedWindows = names('maintenance');
  const counts = {
    routeCount: quotedRoutes.length,
    fallbackCount: quotedFallbacks.length,
    windowCount: quotedWindows.length,
    otherCount: quotedRoutes.length + quotedFallbacks.length,
  };
  return {
    code: 'error.channel_needed',
    params: { channel, quotedRoutes, quotedFallbacks, quotedWindows, ...counts },
  };
}
