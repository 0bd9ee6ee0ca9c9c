import { randomUUID } from 'node:crypto';
import { Admissions } from './alerts/admission.ts';
import { Ageing } from './alerts/ageing.ts';
import { AlertBook } from './alerts/alert-book.ts';
import { Calming } from './alerts/calming.ts';
import { AlertEnds } from './alerts/ends.ts';
import { AlertEngine } from './alerts/engine.ts';
import { Flapping } from './alerts/flapping.ts';
import { FollowUpPlans } from './alerts/follow-up-plans.ts';
import { FollowUps } from './alerts/follow-ups.ts';
import { InhibitionBook } from './alerts/inhibition-book.ts';
import { MaintenanceBook } from './alerts/maintenance-book.ts';
import type { Release } from './alerts/mute-reason.ts';
import { Mutes } from './alerts/mutes.ts';
import { Outbox } from './alerts/outbox.ts';
import { RouteBook } from './alerts/route-book.ts';
import { SilenceBook } from './alerts/silence-book.ts';
import { StormGuard } from './alerts/storm.ts';
import type { Clock } from './base/clock.ts';
import { idsFrom, type NewId } from './base/ids.ts';
import type { Logger } from './base/logger.ts';
import { HeartbeatBook } from './heartbeats/heartbeat-book.ts';
import { HeartbeatPings } from './heartbeats/heartbeat-pings.ts';
import { HeartbeatRecord, type HeartbeatRecordDeps } from './heartbeats/heartbeat-record.ts';
import { HeartbeatWatch } from './heartbeats/heartbeat-watch.ts';
import { JobIntake, type JobIntakeDeps } from './heartbeats/job-intake.ts';
import { Metrics } from './metrics/metrics.ts';
import { AutoRequeue } from './queue/auto-requeue.ts';
import { Breaker, type BreakerDeps } from './queue/breaker.ts';
import { BulkWork } from './queue/bulk-work.ts';
import { ChannelBook, type ChannelAdapters } from './queue/channel-book.ts';
import { Claims, type ClaimsDeps } from './queue/claims.ts';
import { DeadLetterCap } from './queue/dead-letter-cap.ts';
import { DeadLetters } from './queue/dead-letters.ts';
import { Fallbacks } from './queue/fallback.ts';
import { Knocks } from './queue/knocks.ts';
import { LaneClaims } from './queue/lane-claims.ts';
import { NotificationBook } from './queue/notification-book.ts';
import { Pause } from './queue/pause.ts';
import { Pruner } from './queue/pruner.ts';
import { RateGate } from './queue/rate-gate.ts';
import { Settler } from './queue/settler.ts';
import { QueueWorker } from './queue/worker.ts';
import { Scheduler } from './scheduler/scheduler.ts';
import type { AuditTable } from './store/audit.ts';
import type { Db } from './store/database.ts';
import { openTables, type Tables } from './store/tables.ts';
import { Vault } from './store/vault.ts';
import { Writer } from './store/writer.ts';
import { SettingsBook } from './system/settings-book.ts';

export interface CoreOptions {
  readonly adapters: ChannelAdapters;
  /** 32 bytes that seal secrets at rest. */
  readonly dataKey: Buffer;
  readonly clock: Clock;
  /** Uniform in [0, 1); for retry jitter. */
  readonly random: () => number;
  readonly logger: Logger;
  /** How long a stop waits for sends in flight, in ms. */
  readonly drainMs: number;
}

export type Core = ReturnType<typeof buildCore>;

/** Queue, scheduler and alert engine over one database: all of Belfry that needs no network of its own. */
export function buildCore(db: Db, options: CoreOptions) {
  const { clock, logger } = options;
  const tables = openTables(db);
  const basics = {
    writer: new Writer(db, logger),
    audit: tables.audit,
    newId: idsFrom(clock),
    clock,
    logger,
    wake: (): void => scheduler.wake(),
  };
  const settings = new SettingsBook({ ...basics, settings: tables.settings });
  const vault = new Vault(options.dataKey);
  const channels = new ChannelBook({ ...tables, ...basics, vault, adapters: options.adapters });
  const shared = { ...basics, tables, channels, settings };
  const rules = buildRules(shared);
  const engine = buildEngine({ ...shared, ...rules });
  const pausedUntil = () => rules.pause.until();
  const { worker, knocks, autoRequeue } = buildDelivery({
    ...shared,
    options,
    recheck: engine.recheck,
    pause: rules.pause,
  });
  const { deadLetters, cap, bulk, notifications } = buildDeadLetters(shared, pausedUntil);
  const heartbeats = buildHeartbeats({ ...shared, engine: engine.engine });
  const metrics = new Metrics({ ...tables, ...basics, pausedUntil });
  const keep = () => settings.current().retention;
  const pruner = new Pruner({ ...tables, ...basics, keep });
  const sending = [worker, knocks] as const;
  const scheduled = [
    ...sending,
    autoRequeue,
    ...engine.tasks,
    rules.pause,
    rules.mutes,
    heartbeats.watch,
    pruner,
    cap,
  ];
  const scheduler: Scheduler = new Scheduler(clock, logger, scheduled);
  return {
    ...rules,
    tables,
    writer: basics.writer,
    newId: basics.newId,
    settings,
    channels,
    worker,
    knocks,
    notifications,
    deadLetters,
    bulk,
    alerts: engine.alerts,
    heartbeats,
    metrics,
    scheduler,
    /** In the order in which they start; they stop in reverse. */
    services: [
      rules.mutes,
      ...engine.tasks,
      heartbeats.watch,
      ...sending,
      bulk,
      scheduler,
    ] as const,
    resolveTimeoutMs: engine.resolveTimeoutMs,
  };
}

interface Shared {
  readonly writer: Writer;
  readonly audit: AuditTable;
  readonly newId: NewId;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wake: () => void;
  readonly tables: Tables;
  readonly channels: ChannelBook;
  readonly settings: SettingsBook;
}

/** Who is told, and what keeps them from being told. */
function buildRules(shared: Shared) {
  const { tables, settings } = shared;
  const release: Release = (unit, kind, ref, now) => {
    for (const { id, channelId } of tables.holds.release(kind, ref, now)) {
      unit.changed({ entity: 'notification', id });
      unit.owes(channelId);
    }
  };
  const openAlerts = () => tables.ages.open();
  const common = { ...shared, ...tables, settings, openAlerts, release };
  const pause = new Pause({ ...shared, settings: tables.settings, release });
  const silences = new SilenceBook(common);
  const maintenance = new MaintenanceBook(common);
  const inhibitions = new InhibitionBook(common);
  const mutes = new Mutes({
    ...common,
    silences,
    maintenance,
    inhibitions,
    pause,
    snoozedAlerts: () => tables.ages.snoozed(),
  });
  const routes = new RouteBook({ ...shared, routes: tables.routes });
  return { pause, silences, maintenance, inhibitions, mutes, routes };
}

/** What turns events into alerts, and what alerts do by themselves. */
function buildEngine(shared: Shared & ReturnType<typeof buildRules>) {
  const { tables, settings, routes, mutes } = shared;
  const common = { ...tables, ...shared, routes };
  const plans = new FollowUpPlans({ followUps: tables.followUps, routes });
  const admissions = new Admissions({ ...common, storm: new StormGuard() });
  const outbox = new Outbox({ ...common, admissions });
  const flapping = new Flapping({ ...common, outbox });
  const engine = new AlertEngine({ ...common, outbox, flapping, plans });
  const alerts = new AlertBook({ ...common, engine, flapping, pages: tables.alertPages });
  const resolveTimeoutMs = () => settings.current().resolveTimeoutMs;
  const tasks = [
    new AlertEnds({ ...common, engine, resolveTimeoutMs }),
    new Ageing({ ...common, engine, markers: tables.settings }),
    new Calming({ ...common, flapping, plans }),
    new FollowUps({ ...common, engine, outbox, mutes }),
  ];
  const recheck: ClaimsDeps['recheck'] = (unit, row, now) => outbox.recheck(unit, row, now);
  return { engine, alerts, tasks, recheck, resolveTimeoutMs };
}

interface DeliveryParts extends Shared {
  readonly options: CoreOptions;
  readonly recheck: ClaimsDeps['recheck'];
  readonly pause: Pause;
}

/** What takes due rows to their channels, and knows how each of these has been of late. */
function buildDelivery({ options, recheck, pause, ...shared }: DeliveryParts) {
  const pausedUntil = () => pause.until();
  const resumedAt = () => pause.resumedAt();
  const { tables } = shared;
  const common = { ...tables, ...shared };
  const rateGate = new RateGate(common);
  const autoRequeue = new AutoRequeue({
    ...common,
    settings: tables.settings,
    rateGate,
    pausedUntil,
  });
  const recovered: BreakerDeps['recovered'] = (unit, id, now) => autoRequeue.begin(unit, id, now);
  const breaker = new Breaker({ ...common, recovered, resumedAt });
  const fallbacks = new Fallbacks(common);
  const settler = new Settler({ ...common, breaker, fallbacks, random: options.random });
  const claims = new Claims({ ...common, recheck });
  const laneClaims = new LaneClaims({ ...common, claims, breaker, rateGate, settler });
  const parts = { laneClaims, breaker, rateGate, settler, pausedUntil };
  const worker = new QueueWorker({ ...common, ...parts, drainMs: options.drainMs });
  const knocks = new Knocks({ ...common, autoRequeue, breaker, rateGate, pausedUntil });
  return { worker, autoRequeue, knocks };
}

/** What is owed, as the outside sees it; dead letters by cause, many at once, and never too many. */
function buildDeadLetters(shared: Shared, pausedUntil: () => number | null) {
  const { tables, settings } = shared;
  const deadLetters = new DeadLetters({ ...shared, deadLetters: tables.deadLetters });
  const max = () => settings.current().deadLettersMax;
  const cap = new DeadLetterCap({ ...shared, table: tables.deadLetters, deadLetters, max });
  const ended = () => cap.look();
  const common = { ...tables, ...shared, deadLetters, pages: tables.notificationPages };
  const bulk = new BulkWork({ ...common, ended });
  return {
    deadLetters,
    cap,
    bulk,
    notifications: new NotificationBook({ ...common, pausedUntil }),
  };
}

/** Dead-man's switches, which raise and resolve through the engine. */
function buildHeartbeats(shared: Shared & { readonly engine: AlertEngine }) {
  const { tables, engine } = shared;
  const common = { ...tables, ...shared };
  const apply: JobIntakeDeps['apply'] = (unit, event, now) => engine.apply(unit, event, now);
  const openMessage: HeartbeatRecordDeps['openMessage'] = (event) =>
    tables.alerts.openByIdentity(event)?.message ?? null;
  const record = new HeartbeatRecord({ ...common, apply, openMessage });
  const book = new HeartbeatBook({ ...common, record, newPingId: () => randomUUID() });
  const pings = new HeartbeatPings({ ...common, record, book });
  return {
    book,
    pings,
    jobs: new JobIntake({ ...common, pings, apply }),
    watch: new HeartbeatWatch({ ...common, record }),
    downCount: () => tables.heartbeats.countDown(),
  };
}
