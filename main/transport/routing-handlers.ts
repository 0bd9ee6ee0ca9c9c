import type { InhibitionService } from '../alerts/inhibition-service.ts';
import type { MaintenanceService } from '../alerts/maintenance-service.ts';
import type { RouteService } from '../alerts/route-service.ts';
import type { SilenceService } from '../alerts/silence-service.ts';
import { ok, type Result } from '../contract/result.ts';
import type { Route } from '../contract/route.ts';
import type { Handlers } from './dispatch.ts';

export interface RoutingHandlersDeps {
  readonly routes: RouteService;
  readonly silences: SilenceService;
  readonly maintenance: MaintenanceService;
  readonly inhibitions: InhibitionService;
}

type Named<Group extends string> = Extract<keyof Handlers, `${Group}.${string}`>;
type RoutingHandlers = Pick<
  Handlers,
  Named<'routes'> | Named<'silences'> | Named<'maintenance'> | Named<'inhibitions'>
>;

/** The contract's methods about who is told, and what keeps them from being told. */
export function routingHandlers(deps: RoutingHandlersDeps): RoutingHandlers {
  const { routes, silences, maintenance, inhibitions } = deps;
  const shown = (route: Route) => routes.shown(route);
  const showing = (result: Result<Route>) => (result.ok ? ok(shown(result.value)) : result);
  return {
    'routes.list': () => ok({ items: routes.list().map(shown) }),
    'routes.create': async (input, { actor }) => showing(await routes.create(input, actor)),
    'routes.update': async (input, { actor }) => showing(await routes.update(input, actor)),
    'routes.delete': ({ id }, { actor }) => routes.delete(id, actor),
    'routes.order': async ({ ids }, { actor }) => {
      const ordered = await routes.order(ids, actor);
      return ordered.ok ? ok({ items: ordered.value.items.map(shown) }) : ordered;
    },
    'routes.preview': (alert) => ok(routes.preview(alert)),
    'silences.list': () => ok({ items: silences.list() }),
    'silences.get': ({ id }) => silences.get(id),
    'silences.create': (input, { actor }) => silences.create(input, actor),
    'silences.update': (patch, { actor }) => silences.update(patch, actor),
    'silences.expire': ({ id }, { actor }) => silences.expire(id, actor),
    'maintenance.list': () => ok({ items: maintenance.list() }),
    'maintenance.create': (input, { actor }) => maintenance.create(input, actor),
    'maintenance.update': (input, { actor }) => maintenance.update(input, actor),
    'maintenance.delete': ({ id }, { actor }) => maintenance.delete(id, actor),
    'inhibitions.list': () => ok({ items: inhibitions.list() }),
    'inhibitions.create': (input, { actor }) => inhibitions.create(input, actor),
    'inhibitions.update': (input, { actor }) => inhibitions.update(input, actor),
    'inhibitions.delete': ({ id }, { actor }) => inhibitions.delete(id, actor),
  };
}
