import { ActionLinks } from './alerts/action-links.ts';
import { OpenAlerts } from './alerts/open-alerts.ts';
import { actionKey } from './domain/action-token.ts';
import { Metrics } from './metrics/metrics.ts';
import { Pruner } from './queue/pruner.ts';
import { Scheduler } from './scheduler/scheduler.ts';
import type { Db } from './store/database.ts';
import { ConfigExchange } from './system/exchange/exchange-service.ts';
import { MappingService } from './system/mapping-service.ts';
import { OutboundHeartbeat } from './system/heartbeat-sender.ts';
import { StorageWatch } from './system/storage-watch.ts';
import { buildDeadLetters, buildDelivery } from './composition/compose-delivery.ts';
import { buildEngine } from './composition/compose-engine.ts';
import { buildHeartbeats } from './composition/compose-heartbeats.ts';
import { buildRules } from './composition/compose-rules.ts';
import { openShared, type CoreOptions, type Shared } from './composition/compose-shared.ts';

export type Core = ReturnType<typeof buildCore>;

/** Queue, scheduler and alert engine over one database: all of Belfry that needs no network of its own. */
export function buildCore(db: Db, options: CoreOptions) {
  const shared = openShared(db, options, () => scheduler.wake());
  const { tables, clock, logger, channels, settings } = shared;
  const rules = buildRules(shared);
  const engine = buildEngine({ ...shared, ...rules });
  const pausedUntil = () => rules.pause.until();
  const key = actionKey(options.dataKey);
  const links = new ActionLinks({ ...tables, ...shared, book: engine.alerts, key });
  const { worker, idleProbe, afterOutages, channelPauses, connections } = buildDelivery({
    ...shared,
    options,
    recheck: engine.recheck,
    links: (row) => links.of(row),
    pause: rules.pause,
  });
  const { deadLetters, cap, bulk, notifications } = buildDeadLetters(shared, pausedUntil);
  const heartbeats = buildHeartbeats({ ...shared, engine: engine.engine });
  const configuration = buildConfiguration(shared, rules, heartbeats);
  const reports = buildReports(shared, rules, options.callHeartbeat);
  const pruner = new Pruner({ ...shared, ...tables, keep: () => settings.current().retention });
  const sending = [worker, idleProbe] as const;
  const scheduled = [
    ...sending,
    ...afterOutages,
    ...engine.tasks,
    rules.pause,
    rules.mutes,
    heartbeats.watch,
    pruner,
    cap,
    reports.outboundHeartbeat,
  ];
  const storage = new StorageWatch(shared);
  const scheduler: Scheduler = new Scheduler(clock, logger, scheduled, storage);
  return {
    ...rules,
    tables,
    writer: shared.writer,
    newId: shared.newId,
    render: shared.render,
    settings,
    channels,
    channelPauses,
    worker,
    idleProbe,
    notifications,
    deadLetters,
    bulk,
    alerts: engine.alerts,
    links,
    openAlerts: new OpenAlerts({ ...tables, ...rules, channels, clock }),
    heartbeats,
    ...configuration,
    ...reports,
    storage,
    scheduler,
    connections,
    /** In the order in which they start; they stop in reverse. */
    services: [
      rules.mutes,
      ...engine.tasks,
      heartbeats.watch,
      connections,
      ...sending,
      bulk,
      reports.outboundHeartbeat,
      scheduler,
    ] as const,
    resolveTimeoutMs: engine.resolveTimeoutMs,
  };
}

/** What people set up besides channels and settings, and all of it as one file. */
function buildConfiguration(
  shared: Shared,
  rules: ReturnType<typeof buildRules>,
  heartbeats: ReturnType<typeof buildHeartbeats>,
) {
  const { tables } = shared;
  const mappings = new MappingService({ ...shared, rows: tables.mappedWebhooks });
  const books = { ...rules, heartbeats: heartbeats.book, mappings };
  return { mappings, exchange: new ConfigExchange({ ...tables, ...shared, ...books }) };
}

/** What tells others how Belfry is: its metrics, and the heartbeat that it sends. */
function buildReports(
  shared: Shared,
  { routes, pause }: ReturnType<typeof buildRules>,
  call: CoreOptions['callHeartbeat'],
) {
  const { tables } = shared;
  const outboundHeartbeat = new OutboundHeartbeat({
    ...shared,
    routes,
    markers: tables.settings,
    call,
  });
  const pausedUntil = () => pause.until();
  const metrics = new Metrics({ ...tables, ...shared, routes, pausedUntil, outboundHeartbeat });
  return { metrics, outboundHeartbeat };
}
