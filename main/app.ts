import { idsFrom } from './base/ids.ts';
import { Lifecycle, type Service } from './base/lifecycle.ts';
import { errorText } from './base/logger.ts';
import type { DesktopPort } from './channels/desktop-port.ts';
import { createHttpClient } from './channels/http-client.ts';
import { createAdapters } from './channels/registry.ts';
import type { Unsubscribe } from './contract/client.ts';
import type { Change } from './contract/push.ts';
import { fail } from './contract/result.ts';
import { buildCore, type Core, type CoreOptions } from './core.ts';
import { INGEST_ADAPTERS } from './ingest/registry.ts';
import { toChannel } from './queue/channel-book.ts';
import { lockDataDirectory, openDatabase, type Db } from './store/database.ts';
import { StatusBoard } from './system/status-board.ts';
import { createDispatch, type Dispatch } from './transport/dispatch.ts';
import { alertHandlers } from './transport/alert-handlers.ts';
import { auditHandlers } from './transport/audit-handlers.ts';
import { deadLetterHandlers } from './transport/dead-letter-handlers.ts';
import { coreHandlers } from './transport/handlers.ts';
import { heartbeatHandlers } from './transport/heartbeat-handlers.ts';
import { metricsHandlers } from './transport/metrics-handlers.ts';
import type { HttpOptions } from './transport/http/options.ts';
import { createHttpServer, type HttpServer } from './transport/http/server.ts';
import { PushHub, type ChangedEntity } from './transport/push-hub.ts';
import type { PushSink } from './transport/push-sink.ts';
import { routingHandlers } from './transport/routing-handlers.ts';
import { TokenAuth } from './transport/token-auth.ts';
import { tokenHandlers } from './transport/token-handlers.ts';

export interface AppOptions extends Omit<CoreOptions, 'adapters'> {
  readonly host: 'desktop' | 'headless';
  /** Must exist; the app takes its lock at start and gives it back at stop. */
  readonly dataDir: string;
  readonly version: string;
  readonly desktop: DesktopPort;
  readonly http: HttpOptions;
  /** The desktop lets its settings decide whether and at which port HTTP listens. */
  readonly httpBySettings: boolean;
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
}

type Built = ReturnType<typeof build>;

/** The composition root: builds on start, in the order of the import table, and stops in reverse. */
export function createApp(options: AppOptions): App {
  let core: Built | null = null;
  let running: Disposable | null = null;
  let stopping: Promise<void> | null = null;

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
      if (running) return;
      using undo = new DisposableStack();
      undo.use(lockDataDirectory(options.dataDir));
      const db = openDatabase(options.dataDir);
      undo.defer(() => db.close());
      const built = build(db, options);
      await built.services.start();
      core = built;
      running = undo.move();
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
  };
}

function build(db: Db, options: AppOptions) {
  const httpClient = createHttpClient(options.logger);
  const core = buildCore(db, {
    ...options,
    adapters: createAdapters(httpClient.send, options.desktop),
  });
  const board = new StatusBoard({ ...options, ...core, ...countsOf(core) });
  const epoch = idsFrom(options.clock)();
  const hub = new PushHub({ ...options, epoch, read: reader(core, board) });
  core.writer.onCommitted(({ changes }) => hub.changed(changes));
  const { server, dispatch } = buildTransport(core, options, board, hub);
  const services = new Lifecycle([
    // Stops last: everything that was answered is in the log file by then, and goes into the database.
    onStop(async () => {
      await core.writer.submit(() => undefined);
      db.pragma('wal_checkpoint(TRUNCATE)');
    }),
    onStop(() => httpClient.close()),
    hub,
    ...core.services,
    { start: () => offerDesktopChannel(core, options), stop: () => Promise.resolve() },
    {
      start: () => listen(core, options, server, board),
      stop: async () => {
        await server.stop();
        board.notListening(null);
      },
    },
  ]);
  return { services, dispatch, hub, board, scheduler: core.scheduler };
}

function buildTransport(core: Core, options: AppOptions, board: StatusBoard, hub: PushHub) {
  const { tables, writer, newId, alerts, resolveTimeoutMs } = core;
  const { clock, logger } = options;
  const auth = new TokenAuth({
    ...tables,
    writer,
    clock,
    logger,
    adminToken: options.http.adminToken,
  });
  const dispatch = createDispatch({
    ...coreHandlers({ ...core, status: board }),
    ...alertHandlers(core),
    ...deadLetterHandlers(core),
    ...auditHandlers(tables),
    ...routingHandlers(core),
    ...metricsHandlers(core.metrics),
    ...heartbeatHandlers({ ...core.heartbeats, heartbeats: core.heartbeats.book }),
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
    ingest: {
      adapters: INGEST_ADAPTERS,
      store: (events, messages) => alerts.ingestReport(events, messages),
      resolveTimeoutMs,
    },
    alertmanager: { ...core, startedAt: clock.now() },
    pings: core.heartbeats.pings,
    metrics: core.metrics,
    auth,
    subscribe: (sink) => hub.subscribe(sink),
    // The server starts last and stops first, so what is left to ask is whether the disk takes writes.
    readiness: () => writer.healthy,
    clock,
    logger,
  });
  return { server, dispatch };
}

const countsOf = ({ tables }: Core) => ({
  alerts: tables.alerts,
  conditions: tables.conditions,
  notifications: tables.notificationPages,
});

const onStop = (stop: () => Promise<void>): Service => ({ start: () => undefined, stop });

/** The latest state of what changed, as windows see it. Tokens are no business of a `read` window's. */
function reader(core: Core, board: StatusBoard): (changed: ChangedEntity) => Change | null {
  return ({ entity, id = '' }) => {
    switch (entity) {
      case 'alert':
        return { entity, id, value: core.alerts.get(id) };
      case 'notification':
        return { entity, id, value: core.notifications.get(id) };
      case 'channel': {
        const row = core.channels.get(id);
        return { entity, id, value: row ? toChannel(row) : null };
      }
      case 'heartbeat':
        return { entity, id, value: core.heartbeats.book.get(id) };
      case 'bulk':
        return { entity, id, value: core.bulk.get(id) };
      case 'suppression':
      case 'routes':
        return { entity };
      case 'settings':
        return { entity, value: core.settings.current() };
      case 'status':
        return { entity, value: board.status() };
      case 'token':
      case 'everything':
        return null;
    }
  };
}

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

/** At the very first desktop start this computer is told of alerts; whoever removes that is not asked again. */
async function offerDesktopChannel(core: Core, options: AppOptions): Promise<void> {
  const { settings } = core.tables;
  if (options.host !== 'desktop' || settings.marker('desktopChannelOffered') !== null) return;
  const channel = { kind: 'desktop', name: 'This computer', config: {}, enabled: true } as const;
  await core.channels.create(channel, 'belfry');
  const now = options.clock.now();
  await core.writer.submit(() => settings.setMarker('desktopChannelOffered', now));
}
