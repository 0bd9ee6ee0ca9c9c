import type { EventReason } from '../contract/reasons/event-reasons.ts';
import type { NotNotifiedReason } from '../contract/reasons/explanation-reasons.ts';
import type { HoldReason } from '../contract/reasons/hold-reasons.ts';
import type { Route } from '../contract/route.ts';
import type { AlertEventType } from '../contract/timeline.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import type { ChannelReason } from '../store/alerts/alert-event-table.ts';
import type { AlertRow } from '../store/alerts/alert-rows.ts';
import type { Tables } from '../store/tables.ts';
import type { Unit } from '../store/unit.ts';
import type { RouteService, Target } from './rules/route-service.ts';

export interface OutboxNotesDeps {
  readonly channels: Pick<ChannelService, 'get'>;
  readonly routes: Pick<RouteService, 'routed' | 'matching' | 'disabled'>;
  readonly tables: Pick<Tables, 'timeline'>;
}

/** Says on an alert's timeline which channels get its notifications, when, and why others do not. */
export class OutboxNotes {
  readonly #deps: OutboxNotesDeps;

  constructor(deps: OutboxNotesDeps) {
    this.#deps = deps;
  }

  /** Says by which routes it goes, or why no one is notified. Says nothing where there is nothing to decide. */
  routing(unit: Unit, alert: AlertRow, targets: readonly Target[], now: number): void {
    const { routes } = this.#deps;
    if (targets.length > 0 && !routes.routed) return;
    const names = new Map<Route, string[]>();
    for (const { channelId, route } of targets) {
      if (route) names.set(route, [...(names.get(route) ?? []), this.nameOf(channelId)]);
    }
    if (names.size > 0) {
      const ways = [...names].map(([{ name }, to]) => `${name} (${to.join(', ')})`);
      this.#note(unit, alert.id, 'routed', { code: 'event.routed', params: { routes: ways } }, now);
      return;
    }
    const reason = this.#noTarget(alert);
    this.#note(unit, alert.id, 'dropped', reason, now, { channelIds: null, reason });
    unit.counted({ type: 'alert_suppressed', alertId: alert.id, reason: 'no_route' });
  }

  /** Says which channels an announcement is for. */
  announced(unit: Unit, alert: AlertRow, channelIds: readonly string[], now: number): void {
    const channels = channelIds.map((id) => this.nameOf(id)).filter((name) => name !== '');
    const note = { code: 'event.announced', params: { channels } } as const;
    const reason = { code: 'not_notified.not_announced', params: {} } as const;
    this.#note(unit, alert.id, 'routed', note, now, { channelIds: null, reason });
  }

  #noTarget(alert: AlertRow): NotNotifiedReason {
    const { routes } = this.#deps;
    if (!routes.routed) return { code: 'not_notified.no_channel', params: {} };
    const matching = routes.matching(alert).map(({ name }) => name);
    if (matching.length === 0) return { code: 'not_notified.no_route', params: {} };
    return { code: 'not_notified.routes_without_channel', params: { routes: matching } };
  }

  /** Says which channels would be notified if they were not disabled. Without routes that needs no saying. */
  disabled(unit: Unit, alert: AlertRow, now: number): void {
    const { routes } = this.#deps;
    if (!routes.routed) return;
    const reason = { code: 'not_notified.channel_disabled', params: { event: 'raised' } } as const;
    this.dropped(unit, alert.id, routes.disabled(alert), reason, now);
  }

  /** Says on the timeline why some channels are not notified, and keeps it for their explanations. */
  dropped(
    unit: Unit,
    alertId: string,
    channelIds: readonly string[],
    reason: NotNotifiedReason,
    at: number,
  ): void {
    const known = channelIds.flatMap((id) => this.#deps.channels.get(id) ?? []);
    if (known.length === 0) return;
    const params = { channels: known.map(({ name }) => name), reason };
    const note = { code: 'event.not_notified', params } as const;
    this.#note(unit, alertId, 'dropped', note, at, { channelIds, reason });
  }

  /** Says which channels take it for the alert before, and so are not notified. */
  continued(unit: Unit, alertId: string, channels: string[], at: number): void {
    const reason = { code: 'not_notified.continued', params: {} } as const;
    const note = { code: 'event.not_notified', params: { channels, reason } } as const;
    this.#note(unit, alertId, 'dropped', note, at);
  }

  /** Says that some channels get it later. */
  held(unit: Unit, alertId: string, channels: string[], hold: HoldReason, at: number): void {
    this.#note(unit, alertId, 'held', { code: 'event.held', params: { channels, hold } }, at);
  }

  nameOf(channelId: string): string {
    return this.#deps.channels.get(channelId)?.name ?? '';
  }

  #note(
    unit: Unit,
    alertId: string,
    type: AlertEventType,
    reason: EventReason,
    at: number,
    channelReason?: Omit<ChannelReason, 'at'>,
  ): void {
    const event = { alertId, type, actor: 'belfry', reason, at };
    this.#deps.tables.timeline.append(unit, channelReason ? { ...event, channelReason } : event);
  }
}
