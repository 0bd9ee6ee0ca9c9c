import { idsFrom } from './base/ids.ts';
import { Lifecycle, type Service } from './base/lifecycle.ts';
import { expressionThread } from './base/expression-thread.ts';
import { errorText } from './base/logger.ts';
import type { DesktopNotifier } from './channels/desktop-notifier.ts';
import { createHeartbeatCall } from './channels/heartbeat-call.ts';
import { createHttpClient } from './channels/http-client.ts';
import { createAdapters } from './channels/channel-registry.ts';
import type { Unsubscribe } from './contract/client.ts';
import { fail } from './contract/result.ts';
import { offerDesktopChannel } from './composition/desktop-channel.ts';
import { latestState } from './composition/latest-state.ts';
import { guardStore } from './composition/store-guard.ts';
import type { CoreOptions } from './composition/compose-shared.ts';
import { buildCore, type Core } from './core.ts';
import { apiEvents } from './ingest/api-events.ts';
import { createIngestAdapters } from './ingest/adapter-registry.ts';
import type { Db } from './store/database.ts';
import { lockDataDirectory } from './store/files/directory-lock.ts';
import { RejectedInputService } from './system/rejected-input-service.ts';
import { BackupDirectory } from './store/files/backup-directory.ts';
import type { RunDatabaseJob } from './store/files/database-job.ts';
import { openStore } from './store/files/opening.ts';
import { Backups } from './system/backups.ts';
import { FileRescue } from './system/file-rescue.ts';
import { DamagedAtStart, healedStart } from './system/healed-start.ts';
import { RecoveryNotes } from './system/recovery-notes.ts';
import { StatusBoard } from './system/status-board.ts';
import { createDispatch, type Dispatch } from './transport/dispatch.ts';
import { alertHandlers } from './transport/alert-handlers.ts';
import { auditHandlers } from './transport/audit-handlers.ts';
import { deadLetterHandlers } from './transport/dead-letter-handlers.ts';
import { coreHandlers, ruleHandlers, upkeepHandlers } from './transport/handlers.ts';
import { heartbeatHandlers } from './transport/heartbeat-handlers.ts';
import type { HttpOptions } from './transport/http/options.ts';
import type { IngestPort } from './transport/http/ingest-routes.ts';
import { createHttpServer, type HttpServer } from './transport/http/server.ts';
import { PushHub } from './transport/push-hub.ts';
import type { PushSink } from './transport/push-sink.ts';
import { TokenAuth } from './transport/token-auth.ts';
import { sessionHandlers } from './transport/session-handlers.ts';
import { tokenHandlers } from './transport/token-handlers.ts';

export interface AppOptions extends Omit<CoreOptions, 'adapters' | 'callHeartbeat'> {
  readonly host: 'desktop' | 'headless';
  /** Must exist; the app takes its lock at start and gives it back at stop. */
  readonly dataDir: string;
  readonly version: string;
  readonly desktop: DesktopNotifier;
  readonly http: HttpOptions;
  /** The desktop lets its settings decide whether and at which port HTTP listens. */
  readonly httpBySettings: boolean;
  /** Copies and checks whole databases, away from the core's own thread. */
  readonly runJob: RunDatabaseJob;
  /** The database was found damaged: nothing is taken any more, and a stop and a start heal it. */
  readonly onDamaged: () => void;
}

/** The whole core without Electron: what both hosts run. Safe to start and stop twice. */
export interface App extends Service {
  readonly dispatch: Dispatch;
  /** Sends `hello` at once, then batches in commit order. Only while it runs. */
  subscribe(sink: PushSink): Unsubscribe;
  /** Where HTTP listens; null when it does not. Known after start. */
  readonly url: string | null;
  /** To be called when the machine woke from sleep. */
  resumed(): void;
  /** Closes the database and releases the lock at once, without a drain. The process must exit then. */
  abandon(): void;
}

type Built = ReturnType<typeof build>;

/** The composition root: builds on start, in the order of the import table, and stops in reverse. */
export function createApp(options: AppOptions): App {
  let core: Built | null = null;
  let running: Disposable | null = null;
  let stopping: Promise<void> | null = null;

  async function begin(): Promise<void> {
    using undo = new DisposableStack();
    const lock = undo.use(lockDataDirectory(options.dataDir));
    const { db, unclean } = openStore(options);
    undo.defer(() => db.close());
    const built = build(db, options);
    const { writer, services } = built;
    // Damage that is found before everything runs ends the start, which then sees to it itself.
    const onDamaged = () => (running === null ? undefined : options.onDamaged());
    undo.use(guardStore({ ...options, ...built, lock, onDamaged }));
    const isDamaged = () => writer.refusal?.trouble === 'damaged';
    try {
      await services.start();
      if (isDamaged()) await services.stop();
    } catch (error) {
      // On damaged ground not everything stops cleanly either.
      if (!isDamaged()) throw error;
    }
    if (isDamaged()) throw new DamagedAtStart(writer.refusal?.message);
    if (unclean) void built.backups.inspect();
    core = built;
    running = undo.move();
  }

  async function stopRunning(built: Built, resources: Disposable): Promise<void> {
    try {
      await built.services.stop();
    } finally {
      core = null;
      running = null;
      stopping = null;
      resources[Symbol.dispose]();
    }
  }

  return {
    async start() {
      if (!running) await healedStart(begin, options);
    },
    async stop() {
      if (core && running) stopping ??= stopRunning(core, running);
      await stopping;
    },
    dispatch: async (name, input, caller) =>
      core ? core.dispatch(name, input, caller) : fail('unavailable', 'Belfry is not running.'),
    subscribe: (sink) => (core ? core.hub.subscribe(sink) : () => undefined),
    get url() {
      return core?.board.url ?? null;
    },
    resumed: () => core?.scheduler.resumed(),
    abandon() {
      const resources = running;
      core = null;
      running = null;
      resources?.[Symbol.dispose]();
    },
  };
}

function build(db: Db, options: AppOptions) {
  const httpClient = createHttpClient(options.logger);
  const core = buildCore(db, {
    ...options,
    adapters: createAdapters(httpClient.send, options.desktop),
    callHeartbeat: createHeartbeatCall(httpClient.send),
  });
  const { writer, settings, scheduler, tables } = core;
  const wake = () => scheduler.wake();
  const common = { ...options, ...tables, writer, settings, wake };
  const files = new BackupDirectory(options.dataDir);
  const backups = new Backups({ ...common, db, files });
  const rescue = new FileRescue({ ...common, db, files });
  const recoveries = new RecoveryNotes(common);
  scheduler.add(backups);
  const board = new StatusBoard({ ...options, ...core, ...countsOf(core), backups, recoveries });
  const epoch = idsFrom(options.clock)();
  const hub = new PushHub({ ...options, epoch, read: latestState(core, board) });
  writer.onCommitted(({ changes }) => hub.changed(changes));
  const { server, dispatch, auth } = buildTransport(
    { ...core, backups, recoveries },
    options,
    board,
    hub,
  );
  const services = new Lifecycle([
    // Stops last: everything that was answered is in the log file by then, and goes into the database.
    onStop(async () => {
      if (writer.refusal) return;
      await writer.submit(() => undefined);
      db.pragma('wal_checkpoint(TRUNCATE)');
    }),
    rescue,
    onStop(() => expressionThread.close()),
    onStop(() => httpClient.close()),
    hub,
    ...core.services,
    backups,
    { start: () => auth.start(), stop: () => Promise.resolve() },
    { start: () => offerDesktopChannel(core, options), stop: () => Promise.resolve() },
    {
      start: () => listen(core, options, server, board),
      stop: async () => {
        await server.stop();
        board.notListening(null);
      },
    },
  ]);
  return { services, dispatch, hub, board, backups, rescue, writer, scheduler };
}

interface Served extends Core {
  readonly backups: Backups;
  readonly recoveries: RecoveryNotes;
}

function buildTransport(core: Served, options: AppOptions, board: StatusBoard, hub: PushHub) {
  const { tables, writer, newId, alerts, mappings, resolveTimeoutMs } = core;
  const { clock, logger } = options;
  const auth = new TokenAuth({
    ...tables,
    writer,
    clock,
    logger,
    newId,
    dataKey: options.dataKey,
    adminToken: options.http.adminToken,
  });
  const adapters = createIngestAdapters(mappings);
  const store: IngestPort['store'] = (events, messages) => alerts.ingestReport(events, messages);
  const withdraw: IngestPort['withdraw'] = (withdrawal) => alerts.withdrawMessage(withdrawal);
  const intake = { adapters, store, withdraw, resolveTimeoutMs };
  const rejected = new RejectedInputService({
    ...tables,
    resolveTimeoutMs,
    adapters: [...adapters, apiEvents],
    take: (unit, events, messages) => alerts.ingestReportIn(unit, events, messages),
    writer,
    newId,
    clock,
    logger,
  });
  const dispatch = createDispatch({
    ...coreHandlers({ ...core, status: board }),
    ...alertHandlers(core),
    ...deadLetterHandlers(core),
    ...auditHandlers(core),
    ...ruleHandlers(core),
    ...upkeepHandlers({ ...core, rejected }),
    ...heartbeatHandlers({ ...core.heartbeats, heartbeats: core.heartbeats.book }),
    ...sessionHandlers({ ...tables, writer, clock, auth, revoked: () => server.recheck() }),
    ...tokenHandlers({
      ...tables,
      writer,
      clock,
      auth,
      newId,
      url: () => board.url,
      revoked: () => server.recheck(),
    }),
  });
  const server = createHttpServer({
    options: options.httpBySettings
      ? { ...options.http, port: core.settings.current().desktopHttp.port }
      : options.http,
    dataDir: options.dataDir,
    version: options.version,
    dispatch,
    ingest: { ...intake, rejected: (rejection) => rejected.keep(rejection) },
    alertmanager: { ...core, startedAt: clock.now() },
    pings: core.heartbeats.pings,
    links: core.links,
    metrics: core.metrics,
    auth,
    subscribe: (sink) => hub.subscribe(sink),
    // The server starts last and stops first, so what is left to ask is whether the disk takes writes.
    readiness: () => writer.checkFiles() === null && writer.healthy,
    clock,
    logger,
  });
  return { server, dispatch, auth };
}

const countsOf = ({ tables }: Core) => ({
  alerts: tables.alerts,
  conditions: tables.conditions,
  notifications: tables.notifications.pages,
});

const onStop = (stop: () => Promise<void>): Service => ({ start: () => undefined, stop });

/** Headless without its port is nothing; the desktop goes on without and says why. */
async function listen(
  core: Core,
  options: AppOptions,
  server: HttpServer,
  board: StatusBoard,
): Promise<void> {
  if (options.httpBySettings && !core.settings.current().desktopHttp.enabled) return;
  try {
    board.listening(await server.start());
  } catch (error) {
    if (options.host === 'headless') throw error;
    options.logger.log('warn', 'HTTP is not available', { error: errorText(error) });
    board.notListening(errorText(error));
  }
}
