import type { AlertEventType } from '../contract/alert.ts';
import type { Route } from '../contract/route.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import type { AlertEventTable, ChannelReason } from '../store/alert-event-table.ts';
import type { AlertRow } from '../store/alert-rows.ts';
import type { Unit } from '../store/unit.ts';
import type { RouteService, Target } from './route-service.ts';

export interface OutboxNotesDeps {
  readonly channels: Pick<ChannelService, 'get'>;
  readonly routes: Pick<RouteService, 'routed' | 'matching' | 'disabled'>;
  readonly timeline: AlertEventTable;
}

/** Says on an alert's timeline which channels get its notifications, when, and why others do not. */
export class OutboxNotes {
  readonly #deps: OutboxNotesDeps;

  constructor(deps: OutboxNotesDeps) {
    this.#deps = deps;
  }

  /** Says by which routes it goes, or why nobody is told. Says nothing where there is nothing to decide. */
  routing(unit: Unit, alert: AlertRow, targets: readonly Target[], now: number): void {
    const { routes } = this.#deps;
    if (targets.length > 0 && !routes.routed) return;
    const names = new Map<Route, string[]>();
    for (const { channelId, route } of targets) {
      if (route) names.set(route, [...(names.get(route) ?? []), this.nameOf(channelId)]);
    }
    if (names.size > 0) {
      const ways = [...names].map(([{ name }, to]) => `route “${name}” to ${to.join(', ')}`);
      this.#note(unit, alert.id, 'routed', `By ${ways.join('; by ')}.`, now);
      return;
    }
    const matching = routes.routed ? routes.matching(alert) : [];
    const detail = !routes.routed
      ? 'Told to nobody: there is no enabled channel.'
      : matching.length === 0
        ? 'Told to nobody: no route matches.'
        : `Told to nobody: ${matching.map(({ name }) => `route “${name}”`).join(', ')} leads to no enabled channel.`;
    this.#note(unit, alert.id, 'dropped', detail, now);
    unit.counted({ type: 'alert_suppressed', alertId: alert.id, reason: 'no_route' });
  }

  /** Says which channels would be notified if they were not disabled. Without routes that needs no saying. */
  disabled(unit: Unit, alert: AlertRow, now: number): void {
    const { routes } = this.#deps;
    if (!routes.routed) return;
    this.dropped(
      unit,
      alert.id,
      routes.disabled(alert),
      ['Not told', 'the channel is disabled'],
      now,
    );
  }

  /** Says on the timeline why some channels are not notified, and keeps it for their explanations. */
  dropped(
    unit: Unit,
    alertId: string,
    channelIds: readonly string[],
    [what, why]: readonly [string, string],
    at: number,
  ): void {
    if (channelIds.length === 0) return;
    const names = channelIds.map((id) => this.nameOf(id)).join(', ');
    const reason = { channelIds, sentence: `${what}: ${why}.` };
    this.#note(unit, alertId, 'dropped', `${what} to ${names}: ${why}.`, at, reason);
  }

  /** Says that some channels get it later. */
  held(unit: Unit, alertId: string, names: readonly string[], detail: string, at: number): void {
    this.#note(unit, alertId, 'held', `To ${names.join(', ')}: held by ${detail}.`, at);
  }

  nameOf(channelId: string): string {
    return this.#deps.channels.get(channelId)?.name ?? 'a deleted channel';
  }

  #note(
    unit: Unit,
    alertId: string,
    type: AlertEventType,
    detail: string,
    at: number,
    reason?: Omit<ChannelReason, 'at'>,
  ): void {
    const event = { alertId, type, actor: 'belfry', detail, at };
    this.#deps.timeline.append(unit, reason ? { ...event, reason } : event);
  }
}
