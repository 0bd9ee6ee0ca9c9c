import { Collection, type CollectionDeps } from '../../collections/collection.ts';
import { Mirror } from '../../collections/mirror.ts';
import { LIMITS } from '../../contract/limits.ts';
import type { Output, ParsedInput } from '../../contract/methods.ts';
import type { Route, RouteOutcome, ShownRoute } from '../../contract/route.ts';
import { ok, type Result } from '../../contract/result.ts';
import { isWorse } from '../../domain/alert-state.ts';
import type { Matchable } from '../../domain/matching.ts';
import { renderReason } from '../../messages/reasons.ts';
import type { ChannelService } from '../../queue/channel-service.ts';
import type { Tables } from '../../store/tables.ts';
import type { Unit } from '../../store/unit.ts';
import { matcherProblem, storedMatches } from './mute-checks.ts';
import { refuseField } from '../../messages/failures.ts';
import type { RouteReason } from '../../contract/reasons/route-reasons.ts';

export interface RouteServiceDeps extends CollectionDeps {
  readonly tables: Pick<Tables, 'audit' | 'routes'>;
  readonly channels: Pick<ChannelService, 'enabled' | 'get'>;
}

/** One channel that an alert leads to, and the route by which it does; null without routes. */
export interface Target {
  readonly channelId: string;
  readonly route: Route | null;
}

/** One channel that a step of a route's escalation notifies. */
export interface LaterTarget extends Target {
  readonly route: Route;
  /** From 1. */
  readonly step: number;
  readonly afterMs: number;
}

interface Compiled {
  readonly route: Route;
  readonly matches: (alert: Matchable) => boolean;
}

function outcomeOf(
  { route, matches }: Compiled,
  alert: Matchable,
): Exclude<RouteOutcome, 'not_reached'> {
  if (!route.enabled) return 'disabled';
  if (isWorse(route.minSeverity, alert.severity)) return 'less_severe';
  return matches(alert) ? 'matched' : 'matcher';
}

/** The routes, compiled and kept in memory. */
export class RouteService {
  readonly collection;
  readonly #deps: RouteServiceDeps;
  readonly #compiled;

  constructor(deps: RouteServiceDeps) {
    const rows = deps.tables.routes;
    this.#deps = deps;
    this.#compiled = new Mirror<readonly Compiled[]>(() =>
      rows.all().map((route) => ({ route, matches: storedMatches(route.matchers) })),
    );
    this.collection = new Collection<
      Route,
      ParsedInput<'routes.create'>,
      ParsedInput<'routes.update'>,
      ShownRoute
    >(deps, {
      rows,
      audit: 'route',
      max: LIMITS.routesMax,
      uniqueNames: true,
      reason: ({ name }) => ({ code: 'audit.named', params: { name } }),
      show: (shown) =>
        shown.map((route) => {
          const reason = routeProblem(route, this.#isUsable);
          return { ...route, problem: reason && renderReason(deps.messages(), reason), reason };
        }),
      create: (input, stamps) => {
        const position = (rows.all().at(-1)?.position ?? 0) + 1;
        return ok({ ...input, ...stamps, position });
      },
      update: ({ position, createdAt }, input, updatedAt) =>
        ok({ ...input, position, createdAt, updatedAt }),
      problem: (route, before) =>
        matcherProblem('matchers', route.matchers) ?? this.#channelProblem(route, before),
      changed: ({ unit }) => this.#changed(unit),
    });
  }

  list(): Route[] {
    return this.#compiled.value.map(({ route }) => route);
  }

  get(id: string): Route | null {
    return this.#compiled.value.find(({ route }) => route.id === id)?.route ?? null;
  }

  /** Returns true if any route is enabled; without one every alert goes to every enabled channel. */
  get routed(): boolean {
    return this.#compiled.value.some(({ route }) => route.enabled);
  }

  /** The routes that an alert takes: the first that matches, and those below as long as they continue. */
  matching(alert: Matchable): Route[] {
    const taken: Route[] = [];
    for (const compiled of this.#compiled.value) {
      if (outcomeOf(compiled, alert) !== 'matched') continue;
      taken.push(compiled.route);
      if (!compiled.route.continue) break;
    }
    return taken;
  }

  /** Returns what becomes of an alert at each route, in order. */
  #evaluated(alert: Matchable): Output<'routes.preview'>['routes'] {
    let isTaken = false;
    return this.#compiled.value.map((compiled) => {
      const { route } = compiled;
      const outcome = isTaken && route.enabled ? 'not_reached' : outcomeOf(compiled, alert);
      isTaken ||= outcome === 'matched' && !route.continue;
      const failed =
        outcome === 'matcher' && route.matchers.find((text) => !storedMatches([text])(alert));
      return { routeId: route.id, outcome, matcher: failed || null };
    });
  }

  /** Returns each enabled channel to notify once, with the first route that selects it. */
  targets(alert: Matchable): Target[] {
    const { channels } = this.#deps;
    if (!this.routed) {
      return channels.enabled().map(({ id }) => ({ channelId: id, route: null }));
    }
    const targets = new Map<string, Target>();
    for (const route of this.matching(alert)) {
      for (const channelId of route.channelIds) {
        if (targets.has(channelId) || !channels.get(channelId)?.enabled) continue;
        targets.set(channelId, { channelId, route });
      }
    }
    return [...targets.values()];
  }

  /** Returns the number of routes that notify no one, or have a step that notifies no one. */
  silentCount(): number {
    return this.collection.list().filter(({ problem }) => problem !== null).length;
  }

  /** The same, and 1 where there are no routes and no channel is enabled. */
  silentWays(): number {
    if (this.routed) return this.silentCount();
    return this.#deps.channels.enabled().length === 0 ? 1 : 0;
  }

  /** The routes that lead to a channel, at once or by a step. */
  routesTo(channelId: string): Route[] {
    return this.list().filter((route) =>
      [route, ...route.escalation].some(({ channelIds }) => channelIds.includes(channelId)),
    );
  }

  /** Takes a channel out of every route, and steps that are left without any, in the caller's transaction. */
  detachIn(unit: Unit, channelId: string, actor: string): void {
    const without = (ids: readonly string[]) => ids.filter((id) => id !== channelId);
    for (const route of this.routesTo(channelId)) {
      const escalation = route.escalation
        .map((step) => ({ ...step, channelIds: without(step.channelIds) }))
        .filter(({ channelIds }) => channelIds.length > 0);
      const channelIds = without(route.channelIds);
      const detached = { ...route, channelIds, escalation, updatedAt: this.#deps.clock.now() };
      this.collection.storeIn(unit, detached, route, actor, 'update');
    }
  }

  /** Returns the channels of the routes that an alert takes, disabled ones too. */
  channelsOf(alert: Matchable): string[] {
    return [...new Set(this.matching(alert).flatMap(({ channelIds }) => channelIds))];
  }

  /** Channels that would be notified if they were not disabled. */
  disabled(alert: Matchable): string[] {
    return this.channelsOf(alert).filter((id) => this.#deps.channels.get(id)?.enabled === false);
  }

  /** Returns the channels of the steps of those routes, disabled ones too, the earliest step first. */
  escalation(alert: Matchable): LaterTarget[] {
    return this.matching(alert)
      .flatMap((route) =>
        route.escalation.flatMap(({ afterMs, channelIds }, index) =>
          channelIds.map((channelId) => ({ channelId, route, step: index + 1, afterMs })),
        ),
      )
      .sort((a, b) => a.afterMs - b.afterMs);
  }

  preview(alert: Matchable): Output<'routes.preview'> {
    return {
      routes: this.#evaluated(alert),
      targets: this.targets(alert).map(({ channelId, route }) => ({
        channelId,
        channelName: this.#deps.channels.get(channelId)?.name ?? '',
        routeId: route?.id ?? null,
        routeName: route?.name ?? null,
      })),
      escalation: this.escalation(alert).flatMap(({ channelId, route, step, afterMs }) => {
        const channel = this.#deps.channels.get(channelId);
        if (!channel?.enabled) return [];
        const { id: routeId, name: routeName } = route;
        return [{ channelId, channelName: channel.name, routeId, routeName, step, afterMs }];
      }),
    };
  }

  order(
    { ids }: ParsedInput<'routes.order'>,
    actor: string,
  ): Promise<Result<Output<'routes.order'>>> {
    return this.#deps.writer.submit((unit) => this.orderIn(unit, ids, actor));
  }

  /** As `order`, in the caller's transaction. */
  orderIn(unit: Unit, ids: readonly string[], actor: string): Result<Output<'routes.order'>> {
    const { audit, routes: rows } = this.#deps.tables;
    const { clock } = this.#deps;
    const existing = rows.all();
    const complete = ids.length === existing.length && existing.every(({ id }) => ids.includes(id));
    if (!complete)
      return refuseField('invalid_input', 'ids', { code: 'issue.every_route', params: {} });
    for (const [index, id] of ids.entries()) rows.place(id, index + 1);
    audit.append({
      at: clock.now(),
      actor,
      action: 'route.order',
      subject: 'routes',
      reason: null,
    });
    this.#changed(unit);
    return ok({ items: this.collection.list() });
  }

  #changed(unit: Unit): void {
    this.#compiled.reload(unit);
    unit.changed({ entity: 'routes' });
  }

  readonly #isUsable = (id: string): boolean => this.#deps.channels.get(id)?.enabled === true;

  /** Refuses channels that do not exist, but for those it led to before: they may be deleted since. */
  #channelProblem(route: Route, before: Route | null): Result<never> | null {
    const lists = [
      ...route.channelIds.map((id, i) => [id, `channelIds.${i}`] as const),
      ...route.escalation.flatMap(({ channelIds }, step) =>
        channelIds.map((id, i) => [id, `escalation.${step}.channelIds.${i}`] as const),
      ),
    ];
    const known = new Set([
      ...(before?.channelIds ?? []),
      ...(before?.escalation ?? []).flatMap(({ channelIds }) => channelIds),
    ]);
    const unknown = lists.find(([id]) => !known.has(id) && !this.#deps.channels.get(id));
    return unknown
      ? refuseField('invalid_input', unknown[1], { code: 'issue.channel_unknown', params: {} })
      : null;
  }
}

/**
 * Returns why a route, or one of its steps, notifies no one; null when it is disabled or all is well. A
 * route without its own channels that leads somewhere by its steps is meant to. `isUsable` answers
 * for a channel that exists and is enabled.
 */
export function routeProblem(
  route: Route,
  isUsable: (channelId: string) => boolean,
): RouteReason | null {
  if (!route.enabled) return null;
  const { channelIds, escalation } = route;
  const steps = escalation.map((step) => step.channelIds.some(isUsable));
  if (!channelIds.some(isUsable) && (channelIds.length > 0 || !steps.includes(true))) {
    return channelIds.length === 0
      ? { code: 'route.no_channel', params: {} }
      : { code: 'route.channels_unusable', params: {} };
  }
  const silent = steps.indexOf(false);
  return silent < 0 ? null : { code: 'route.step_unusable', params: { step: silent + 1 } };
}
