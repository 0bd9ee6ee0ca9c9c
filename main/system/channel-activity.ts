import type { Clock } from '../base/clock.ts';
import { OVERVIEW, type ChannelActivities, type ChannelActivity } from '../contract/overview.ts';
import type { ChannelService } from '../queue/channel-service.ts';
import { HOUR_MS } from '../store/count-deltas.ts';
import type { RecentDelivery } from '../store/overview-rows.ts';
import type { Tables } from '../store/tables.ts';

export interface ChannelActivityDeps {
  readonly tables: Pick<Tables, 'overview'>;
  readonly channels: Pick<ChannelService, 'all'>;
  readonly clock: Clock;
}

/** Deliveries of a channel whose latency is looked at. */
const RECENT_MAX = 50;

/** The moments at which the hours of the overview began, oldest first. */
export const hoursUntil = (now: number): number[] => {
  const last = Math.floor(now / HOUR_MS) * HOUR_MS;
  return Array.from(
    { length: OVERVIEW.hours },
    (_, index) => last - (OVERVIEW.hours - 1 - index) * HOUR_MS,
  );
};

/** Returns the last 24 hours of every channel. Both reads have a limit for each channel. */
export function channelActivity({
  tables,
  channels,
  clock,
}: ChannelActivityDeps): ChannelActivities {
  const now = clock.now();
  const hours = hoursUntil(now);
  const since = hours[0] ?? now;
  const delivered = Map.groupBy(tables.overview.deliveryHours(since), ({ channelId }) => channelId);
  const recent = Map.groupBy(
    tables.overview.recentDeliveries(RECENT_MAX),
    ({ channelId }) => channelId,
  );
  const items = channels.all().map(({ id }): ChannelActivity => {
    const byHour = new Map(delivered.get(id)?.map((row) => [row.hour, row]));
    const deliveries = recent.get(id) ?? [];
    return {
      id,
      hours: hours.map((at) => ({
        sent: byHour.get(at)?.sent ?? 0,
        failed: byHour.get(at)?.failed ?? 0,
      })),
      lastDeliveredAt: deliveries.length === 0 ? null : Math.max(...deliveries.map(({ at }) => at)),
      latency: latencyOf(deliveries),
    };
  });
  return { at: now, since, items };
}

function latencyOf(deliveries: readonly RecentDelivery[]): ChannelActivity['latency'] {
  const sorted = deliveries.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
  const share = (part: number): number => sorted[Math.ceil(sorted.length * part) - 1] ?? 0;
  return sorted.length === 0
    ? null
    : { deliveries: sorted.length, p50Ms: share(0.5), p95Ms: share(0.95) };
}
