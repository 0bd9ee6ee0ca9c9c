import type { DeliveryPause } from '../../main/contract/system.ts';
import type { Lab } from './lab.ts';
import type {
  AlertRecord,
  AttemptRecord,
  ChannelRecord,
  NotificationRecord,
  TimelineRecord,
} from './records.ts';

/** The whole database as it stands after a step. */
export interface Picture {
  readonly lab: Lab;
  readonly now: number;
  readonly monotonicMs: number;
  /** How often Belfry has started. */
  readonly starts: number;
  /** The pause of all deliveries, by the database; null when there is none. */
  readonly pause: DeliveryPause | null;
  readonly alerts: readonly AlertRecord[];
  readonly notifications: readonly NotificationRecord[];
  readonly channels: readonly ChannelRecord[];
  readonly timelines: ReadonlyMap<string, readonly TimelineRecord[]>;
  readonly attempts: ReadonlyMap<string, readonly AttemptRecord[]>;
  /** Tables of kept counts that differ from the rows that they count. */
  readonly wrongCounts: readonly string[];
  /** The picture after the step before; null after the first. */
  readonly before: Picture | null;
}

export function pictureOf(lab: Lab, before: Picture | null): Picture {
  const { records, machine } = lab;
  const now = machine.clock.now();
  return {
    lab,
    now,
    starts: machine.starts,
    pause: records.pause(now),
    monotonicMs: machine.clock.monotonicMs(),
    alerts: records.alerts(),
    notifications: records.notifications(),
    channels: records.channels(),
    wrongCounts: machine.core.tables.keptCounts.wrong(),
    timelines: Map.groupBy(records.timeline(), ({ alert_id }) => alert_id),
    attempts: Map.groupBy(records.attempts(), ({ notification_id }) => notification_id),
    // Pictures of long ago are of no use.
    before: before && { ...before, before: null },
  };
}
