import type { AlertService } from '../alerts/alert-service.ts';
import type { Clock } from '../base/clock.ts';
import {
  channelCondition,
  OVERVIEW,
  type ChannelActivities,
  type ChannelCondition,
  type ChannelSummary,
  type Overview,
  type TimelineHost,
} from '../contract/overview.ts';
import { rankOf } from '../domain/alert-state.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import type { DeadLetters } from '../queue/dead-letters.ts';
import type { ChannelRow } from '../store/channel-table.ts';
import type { HostBar, HourOfChannel } from '../store/overview-rows.ts';
import type { Tables } from '../store/tables.ts';
import { channelActivity, hoursUntil } from './channel-activity.ts';
import type { StatusBoard } from './status-board.ts';

export interface OverviewServiceDeps {
  readonly tables: Pick<Tables, 'alerts' | 'overview'>;
  readonly alerts: Pick<AlertService, 'worst'>;
  readonly channels: Pick<ChannelService, 'all'>;
  readonly deadLetters: Pick<DeadLetters, 'largest'>;
  readonly status: Pick<StatusBoard, 'status'>;
  readonly clock: Clock;
}

/** The content of the first view. Everything it reads has a limit, so it costs the same at any number of rows. */
export class OverviewService {
  readonly #deps: OverviewServiceDeps;

  constructor(deps: OverviewServiceDeps) {
    this.#deps = deps;
  }

  /** Returns the last 24 hours of every channel. */
  activity(): ChannelActivities {
    return channelActivity(this.#deps);
  }

  get(): Overview {
    const { tables, status, clock } = this.#deps;
    const now = clock.now();
    const hours = hoursUntil(now);
    const since = hours[0] ?? now;
    const delivered = tables.overview.deliveryHours(since);
    return {
      at: now,
      since,
      status: status.status(),
      alerts: this.#alerts(),
      deadLetters: this.#deadLetters(hours, since),
      deliveries: hours.map((at) => {
        const ofHour = delivered.filter(({ hour }) => hour === at);
        return { at, sent: sum(ofHour, 'sent'), failed: sum(ofHour, 'failed') };
      }),
      channels: this.#channels(hours, delivered, now),
      timeline: this.#timeline(since),
      heartbeats: {
        counts: tables.overview.heartbeatCounts(),
        items: tables.overview.heartbeats(now, OVERVIEW.heartbeatsMax, OVERVIEW.outcomesMax),
      },
    };
  }

  #alerts(): Overview['alerts'] {
    const { tables, alerts } = this.#deps;
    const open = { critical: 0, warning: 0, info: 0 };
    let acknowledged = 0;
    for (const { state, severity, count } of tables.alerts.openCounts()) {
      if (state === 'open') open[severity] += count;
      else acknowledged += count;
    }
    return { open, acknowledged, items: alerts.worst(OVERVIEW.alertsMax) };
  }

  #deadLetters(hours: readonly number[], since: number): Overview['deadLetters'] {
    const { tables, channels, deadLetters } = this.#deps;
    const ids = channels.all().map(({ id }) => id);
    const died = tables.overview.deadHours(ids, since);
    return {
      ...tables.overview.deadLetterCounts(),
      groups: deadLetters.largest(OVERVIEW.deadLetterGroupsMax),
      hours: hours.map((at) => ({ at, dead: died.get(at) ?? 0 })),
    };
  }

  #channels(
    hours: readonly number[],
    delivered: readonly HourOfChannel[],
    now: number,
  ): Overview['channels'] {
    const all = this.#deps.channels.all().map((row) => {
      const ofChannel = delivered.filter(({ channelId }) => channelId === row.id);
      return summary(row, hours, ofChannel, now);
    });
    const rank = ({ condition }: ChannelSummary) => channelCondition.options.indexOf(condition);
    const items = all.sort((a, b) => rank(a) - rank(b) || b.sent - a.sent);
    return { total: all.length, items: items.slice(0, OVERVIEW.channelsMax) };
  }

  #timeline(since: number): Overview['timeline'] {
    const { overview } = this.#deps.tables;
    const open = overview.openBars();
    const closed = overview.closedBars(since);
    const byHost = Map.groupBy([...open.bars, ...closed.bars], ({ host }) => host);
    const hosts = [...byHost]
      .map(([host, bars]) => ({ host, bars, weight: weigh(bars) }))
      .sort((a, b) => b.weight - a.weight || (a.host < b.host ? -1 : 1));
    const shown = hosts.slice(0, OVERVIEW.hostsMax);
    return {
      hosts: shown.map(({ host, bars }) => ({ host, bars: barsOf(bars) })),
      otherHosts: hosts.length - shown.length,
      completeSince: closed.completeSince,
      holdsAllOpen: open.isAll,
    };
  }
}

const sum = (hours: readonly HourOfChannel[], field: 'sent' | 'failed' | 'sentMs'): number =>
  hours.reduce((total, hour) => total + hour[field], 0);

const averageMs = (hours: readonly HourOfChannel[]): number | null => {
  const sent = sum(hours, 'sent');
  return sent === 0 ? null : Math.round(sum(hours, 'sentMs') / sent);
};

function summary(
  row: ChannelRow,
  hours: readonly number[],
  delivered: readonly HourOfChannel[],
  now: number,
): ChannelSummary {
  const { id, name, kind } = row;
  const sent = sum(delivered, 'sent');
  return {
    ...{ id, name, kind },
    ...conditionOf(row, now),
    sent,
    failed: sum(delivered, 'failed'),
    averageMs: averageMs(delivered),
    slowestMs: sent === 0 ? null : Math.max(...delivered.map(({ slowestMs }) => slowestMs)),
    hours: hours.map((at) => averageMs(delivered.filter(({ hour }) => hour === at))),
  };
}

function conditionOf(
  { enabled, attention, health, throttle, paused }: ChannelRow,
  now: number,
): Pick<ChannelSummary, 'condition' | 'since' | 'until'> {
  const being = (
    condition: ChannelCondition,
    since: number | null,
    until: number | null = null,
  ) => ({
    ...{ condition, since, until },
  });
  if (!enabled) return being('disabled', null);
  if (attention) return being('attention', attention.since);
  if (paused) return being('paused', paused.since, paused.until);
  if (health.state !== 'closed') return being('down', health.failingSince, health.probeAt);
  if (throttle && throttle.refusals > 0 && throttle.until > now)
    return being('rate_limited', throttle.since, throttle.until);
  return being('ok', null);
}

/** Open ones weigh a thousand times as much as closed ones, worse ones ten times as much as the next. */
const weigh = (bars: readonly HostBar[]): number =>
  bars.reduce(
    (weight, { severity, to }) => weight + (to === null ? 1_000 : 1) * 10 ** rankOf(severity),
    0,
  );

/** The open and the newest ones, in the order in which they began. */
const barsOf = (bars: readonly HostBar[]): TimelineHost['bars'] =>
  bars
    .slice(0, OVERVIEW.barsPerHostMax)
    .map(({ host: _host, ...bar }) => bar)
    .sort((a, b) => a.from - b.from);
