import { Metrics } from './metrics/metrics.ts';
import { Pruner } from './queue/pruner.ts';
import { Scheduler } from './scheduler/scheduler.ts';
import type { Db } from './store/database.ts';
import { ConfigExchange } from './system/exchange/exchange-service.ts';
import { MailRuleService } from './system/mail-rule-service.ts';
import { MappingService } from './system/mapping-service.ts';
import { savedViews } from './system/saved-views.ts';
import { SearchIndexer } from './system/search-indexer.ts';
import { OutboundHeartbeat } from './system/heartbeat-sender.ts';
import { StorageWatch } from './system/storage-watch.ts';
import { buildDeadLetters, buildDelivery, buildPictures } from './composition/compose-delivery.ts';
import { buildEngine } from './composition/compose-engine.ts';
import { buildRules, type Rules } from './composition/compose-rules.ts';
import { openShared, type CoreOptions, type Shared } from './composition/compose-shared.ts';
import { randomUUID } from 'node:crypto';
import type { AlertEngine } from './alerts/engine.ts';
import { HeartbeatService } from './heartbeats/heartbeat-service.ts';
import { HeartbeatPings, JobIntake, type JobIntakeDeps } from './heartbeats/heartbeat-pings.ts';
import { HeartbeatWriter } from './heartbeats/heartbeat-writer.ts';
import { HeartbeatWatch } from './heartbeats/heartbeat-watch.ts';

export type Core = ReturnType<typeof buildCore>;

/** Builds queue, scheduler and alert engine over one database: all of Belfry but its network and its files. */
export function buildCore(db: Db, options: CoreOptions) {
  const shared = openShared(db, options, () => scheduler.wake());
  const { tables, writer, newId, clock, logger, wake, channels, settings, render } = shared;
  const rules = buildRules(shared);
  const { pause, silences, maintenance, inhibitions, mutes, routes, channelDeletion } = rules;
  const engine = buildEngine(shared, rules);
  const { links, recheck, tasks } = engine;
  const pictures = buildPictures(shared);
  const delivery = buildDelivery(shared, {
    options,
    recheck,
    links: (row) => links.of(row),
    pictures,
    pause,
  });
  const { worker, idleProbe, afterOutages, connections } = delivery;
  const { deadLetters, cap, bulk, notifications } = buildDeadLetters(shared, pause);
  const heartbeats = buildHeartbeats(shared, engine.engine);
  const configuration = buildConfiguration(shared, rules, heartbeats.service);
  const { metrics, outboundHeartbeat } = buildReports(shared, rules, options.callHeartbeat);
  const keep = () => settings.current().retention;
  const pruner = new Pruner({ tables, keep, writer, clock, logger, wake });
  const { watch } = heartbeats;
  const sending = [worker, idleProbe] as const;
  const queued = [...sending, ...afterOutages, cap, pruner, new SearchIndexer(shared)];
  const scheduled = [...queued, ...tasks, pause, mutes, watch, outboundHeartbeat];
  const storage = new StorageWatch({ writer, render, clock, wake });
  const scheduler: Scheduler = new Scheduler(clock, logger, scheduled, storage);
  return {
    ...{ ...delivery, pictures },
    tables,
    writer,
    newId,
    render,
    settings,
    channels,
    channelDeletion,
    pause,
    routes,
    silences,
    maintenance,
    inhibitions,
    rules: rules.rules,
    mutes,
    muteCalendar: rules.muteCalendar,
    notifications,
    deadLetters,
    bulk,
    ...{ alerts: engine.alerts, flapPreview: engine.flapPreview, openAlerts: engine.openAlerts },
    links,
    heartbeats,
    ...configuration,
    metrics,
    outboundHeartbeat,
    storage,
    scheduler,
    /** In the order in which they start; they stop in reverse. */
    services: [
      mutes,
      ...tasks,
      watch,
      connections,
      pictures,
      ...sending,
      bulk,
      outboundHeartbeat,
      scheduler,
    ] as const,
    resolveTimeoutMs: engine.resolveTimeoutMs,
  };
}

/** Builds mapped webhooks and mail rules, and what exports and imports the whole configuration. */
function buildConfiguration(
  { tables, channels, settings, writer, clock, logger, newId, messages }: Shared,
  { routes, rules, channelDeletion }: Rules,
  heartbeats: ReturnType<typeof buildHeartbeats>['service'],
) {
  const rows = tables.mappedWebhooks;
  const mappings = new MappingService({ tables, rows, writer, clock, logger, newId, messages });
  const mailRules = new MailRuleService({
    ...{ tables, writer, clock, logger, newId, messages },
    rows: tables.mailRules,
  });
  const views = savedViews({
    ...{ tables, writer, clock, newId, messages },
    rows: tables.savedViews,
  });
  const exchange = new ConfigExchange({
    channels,
    channelDeletion,
    settings,
    routes,
    rules,
    heartbeats,
    mappings,
    mailRules,
    views,
    tokens: tables.tokens,
    audit: tables.audit,
    writer,
    clock,
    newId,
    messages,
  });
  return { mappings, mailRules, views, exchange };
}

/** Builds what reports on Belfry itself: its metrics, and the heartbeat that it sends. */
function buildReports(
  { tables, channels, settings, writer, clock, logger, wake, render }: Shared,
  { routes, pause }: Rules,
  call: CoreOptions['callHeartbeat'],
) {
  const outboundHeartbeat = new OutboundHeartbeat({
    settings,
    markers: tables.settings,
    channels,
    routes,
    call,
    render,
    writer,
    clock,
    logger,
    wake,
  });
  const deliveryPause = () => pause.current();
  const metrics = new Metrics({ tables, routes, deliveryPause, outboundHeartbeat, writer, clock });
  return { metrics, outboundHeartbeat };
}

/** Builds dead-man's switches, which raise and resolve through the engine. */
export function buildHeartbeats(
  { tables, writer, clock, logger, newId, wake, messages }: Shared,
  engine: AlertEngine,
) {
  const apply: JobIntakeDeps['apply'] = (unit, event, now) => engine.apply(unit, event, now);
  const record = new HeartbeatWriter({
    tables,
    apply,
    opened: (event) => tables.alerts.openByIdentity(event),
    messages,
  });
  const service = new HeartbeatService({
    tables,
    record,
    writer,
    clock,
    newId,
    newPingId: () => randomUUID(),
    messages,
  });
  const pings = new HeartbeatPings({ tables, record, service, writer, clock, messages });
  return {
    service,
    pings,
    jobs: new JobIntake({ pings, apply, writer, clock }),
    watch: new HeartbeatWatch({ tables, record, writer, clock, logger, wake }),
    downCount: () => tables.heartbeats.countDown(),
  };
}
