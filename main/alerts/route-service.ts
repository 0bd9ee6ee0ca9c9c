import type { Clock } from '../base/clock.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Output, ParsedInput } from '../contract/methods.ts';
import type { Route, ShownRoute } from '../contract/route.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { isWorse } from '../domain/alert-state.ts';
import type { Matchable } from '../domain/matching.ts';
import { routeProblem } from '../domain/route-problem.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import type { AuditTable } from '../store/audit-table.ts';
import type { RouteTable } from '../store/rule-tables.ts';
import type { Unit } from '../store/unit.ts';
import type { Writer } from '../store/writer.ts';
import { matcherProblem, nameTaken, storedMatches } from './mute-checks.ts';

export interface RouteServiceDeps {
  readonly routes: RouteTable;
  readonly channels: Pick<ChannelService, 'enabled' | 'get'>;
  readonly audit: AuditTable;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** One channel that an alert leads to, and the route by which it does; null without routes. */
export interface Target {
  readonly channelId: string;
  readonly route: Route | null;
}

interface Compiled {
  readonly route: Route;
  readonly matches: (alert: Matchable) => boolean;
}

/** The routes, compiled and kept in memory as the database has them, and every change to them. */
export class RouteService {
  readonly #deps: RouteServiceDeps;
  #compiled: readonly Compiled[] = [];

  constructor(deps: RouteServiceDeps) {
    this.#deps = deps;
    this.#compiled = compiled(deps.routes.all());
  }

  list(): Route[] {
    return this.#compiled.map(({ route }) => route);
  }

  get(id: string): Route | null {
    return this.#compiled.find(({ route }) => route.id === id)?.route ?? null;
  }

  /** Whether any route is asked at all; without one every enabled channel is told. */
  get routed(): boolean {
    return this.#compiled.some(({ route }) => route.enabled);
  }

  /** The routes that an alert takes: the first that matches, and those below as long as they continue. */
  matching(alert: Matchable): Route[] {
    const taken: Route[] = [];
    for (const { route, matches } of this.#compiled) {
      if (!route.enabled || isWorse(route.minSeverity, alert.severity) || !matches(alert)) continue;
      taken.push(route);
      if (!route.continue) break;
    }
    return taken;
  }

  /** Every enabled channel that is to be told, once, by the first route that leads there. */
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

  /** The route as it is shown. */
  shown(route: Route): ShownRoute {
    const isUsable = (id: string): boolean => this.#deps.channels.get(id)?.enabled === true;
    return { ...route, problem: routeProblem(route, isUsable) };
  }

  /** How many routes, or steps of them, notify no one. */
  silentCount(): number {
    return this.list().filter((route) => this.shown(route).problem !== null).length;
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
      const updatedAt = this.#deps.clock.now();
      this.#change(unit, () => {
        const existing = this.#deps.routes.all();
        const detached = { ...route, channelIds, escalation, updatedAt };
        return this.#save(unit, detached, existing, actor, 'route.update');
      });
    }
  }

  /** Channels that would be notified if they were not disabled. */
  disabled(alert: Matchable): string[] {
    const ids = this.matching(alert).flatMap(({ channelIds }) => channelIds);
    return [...new Set(ids)].filter((id) => this.#deps.channels.get(id)?.enabled === false);
  }

  preview(alert: Matchable): Output<'routes.preview'> {
    return {
      targets: this.targets(alert).map(({ channelId, route }) => ({
        channelId,
        channelName: this.#deps.channels.get(channelId)?.name ?? '',
        routeId: route?.id ?? null,
        routeName: route?.name ?? null,
      })),
    };
  }

  create(input: ParsedInput<'routes.create'>, actor: string): Promise<Result<Route>> {
    return this.#deps.writer.submit((unit) => this.createIn(unit, input, actor));
  }

  update(input: ParsedInput<'routes.update'>, actor: string): Promise<Result<Route>> {
    return this.#deps.writer.submit((unit) => this.updateIn(unit, input, actor));
  }

  delete(id: string, actor: string): Promise<Result<{ status: 'deleted' }>> {
    return this.#deps.writer.submit((unit) => this.deleteIn(unit, id, actor));
  }

  order(ids: readonly string[], actor: string): Promise<Result<{ items: Route[] }>> {
    return this.#deps.writer.submit((unit) => this.orderIn(unit, ids, actor));
  }

  /** As `create`, in the caller's transaction; the same goes for the three below. */
  createIn(unit: Unit, input: ParsedInput<'routes.create'>, actor: string): Result<Route> {
    return this.#change(unit, () => {
      const existing = this.#deps.routes.all();
      if (existing.length >= LIMITS.routesMax) {
        return fail('invalid_input', `At most ${LIMITS.routesMax} routes; delete one first.`);
      }
      const now = this.#deps.clock.now();
      const position = (existing.at(-1)?.position ?? 0) + 1;
      const facts = { id: this.#deps.newId(), position, createdAt: now, updatedAt: now };
      return this.#save(unit, { ...input, ...facts }, existing, actor, 'route.create');
    });
  }

  updateIn(unit: Unit, input: ParsedInput<'routes.update'>, actor: string): Result<Route> {
    return this.#change(unit, () => {
      const existing = this.#deps.routes.all();
      const before = existing.find(({ id }) => id === input.id);
      if (!before) return noSuchRoute();
      const { position, createdAt } = before;
      const updatedAt = this.#deps.clock.now();
      const route = { ...input, position, createdAt, updatedAt };
      return this.#save(unit, route, existing, actor, 'route.update');
    });
  }

  deleteIn(unit: Unit, id: string, actor: string): Result<{ status: 'deleted' }> {
    return this.#change(unit, () => {
      const before = this.#deps.routes.all().find((route) => route.id === id);
      if (!before || !this.#deps.routes.delete(id)) return noSuchRoute();
      this.#note(unit, before.id, actor, 'route.delete', before.name);
      return ok({ status: 'deleted' });
    });
  }

  orderIn(unit: Unit, ids: readonly string[], actor: string): Result<{ items: Route[] }> {
    return this.#change(unit, () => {
      const existing = this.#deps.routes.all();
      const complete =
        ids.length === existing.length && existing.every(({ id }) => ids.includes(id));
      if (!complete) return fail('invalid_input', 'ids: must hold every route exactly once');
      for (const [index, id] of ids.entries()) this.#deps.routes.place(id, index + 1);
      this.#note(unit, 'routes', actor, 'route.order', '');
      return ok({ items: this.#deps.routes.all() });
    });
  }

  /** What else is in the same transaction already sees the change. */
  #change<T>(unit: Unit, work: () => Result<T>): Result<T> {
    const result = work();
    if (!result.ok) return result;
    const before = this.#compiled;
    unit.onUndone(() => (this.#compiled = before));
    this.#compiled = compiled(this.#deps.routes.all());
    return result;
  }

  #save(
    unit: Unit,
    route: Route,
    existing: readonly Route[],
    actor: string,
    action: string,
  ): Result<Route> {
    const problem = this.#problem(route, existing);
    if (problem) return problem;
    this.#deps.routes.put(route);
    this.#note(unit, route.id, actor, action, route.name);
    return ok(route);
  }

  #problem(route: Route, existing: readonly Route[]): Result<never> | null {
    const problem =
      nameTaken(existing, route, 'route') ?? matcherProblem('matchers', route.matchers);
    if (problem) return problem;
    const lists = [
      ...route.channelIds.map((id, i) => [id, `channelIds.${i}`] as const),
      ...route.escalation.flatMap(({ channelIds }, step) =>
        channelIds.map((id, i) => [id, `escalation.${step}.channelIds.${i}`] as const),
      ),
    ];
    // One that was deleted since may stay; it tells nobody.
    const before = existing.find(({ id }) => id === route.id);
    const known = new Set([
      ...(before?.channelIds ?? []),
      ...(before?.escalation ?? []).flatMap(({ channelIds }) => channelIds),
    ]);
    const unknown = lists.find(([id]) => !known.has(id) && !this.#deps.channels.get(id));
    return unknown ? fail('invalid_input', `${unknown[1]}: there is no such channel`) : null;
  }

  #note(unit: Unit, subject: string, actor: string, action: string, detail: string): void {
    this.#deps.audit.append({ at: this.#deps.clock.now(), actor, action, subject, detail });
    unit.changed({ entity: 'routes' });
  }
}

const noSuchRoute = (): Result<never> => fail('not_found', 'There is no route with this id.');

const compiled = (routes: readonly Route[]): Compiled[] =>
  routes.map((route) => ({ route, matches: storedMatches(route.matchers) }));
