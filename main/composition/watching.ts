import { Metrics } from '../metrics/metrics.ts';
import { OutboundHeartbeat } from '../system/outbound-heartbeat.ts';
import { StorageWatch } from '../system/storage-watch.ts';
import type { buildRules } from './rules.ts';
import type { CoreOptions, Shared } from './shared.ts';

interface WatchingParts extends Shared {
  readonly options: CoreOptions;
  readonly rules: ReturnType<typeof buildRules>;
}

/** What shows how Belfry itself stands, here and to whoever watches it. */
export function buildWatching({ options, rules: { routes, pause }, ...shared }: WatchingParts) {
  const { tables } = shared;
  const outboundHeartbeat = new OutboundHeartbeat({
    ...shared,
    routes,
    markers: tables.settings,
    call: options.callHeartbeat,
  });
  const pausedUntil = () => pause.until();
  const metrics = new Metrics({ ...tables, ...shared, routes, pausedUntil, outboundHeartbeat });
  return { outboundHeartbeat, metrics, storage: new StorageWatch(shared) };
}
