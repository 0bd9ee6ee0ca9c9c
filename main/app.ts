import { idsFrom } from './base/ids.ts';
import type { ChangeKeys } from './base/key-ring.ts';
import { Lifecycle, type Service } from './base/lifecycle.ts';
import { expressionThread } from './base/expression-thread.ts';
import { errorText } from './base/logger.ts';
import type { DesktopNotifier } from './channels/desktop-notifier.ts';
import { createHeartbeatCall } from './channels/http-channel.ts';
import { createHttpClient, type HttpClient } from './channels/http-client.ts';
import { createReleaseFetch } from './channels/release-feed.ts';
import { createAdapters } from './channels/channel-registry.ts';
import type { Unsubscribe } from './contract/client.ts';
import type { ClusterStatus } from './contract/cluster.ts';
import type { Settings } from './contract/settings.ts';
import type { HttpReason } from './contract/reasons/host-reasons.ts';
import { offerDesktopChannel } from './composition/desktop-channel.ts';
import { mailPort } from './composition/mail-port.ts';
import { guardStore } from './composition/store-guard.ts';
import type { CoreOptions } from './composition/compose-shared.ts';
import { buildCore, type Core } from './core.ts';
import { apiEvents } from './ingest/api-events.ts';
import { soundOf } from './domain/notice-sound.ts';
import { mailMark } from './domain/own-mail.ts';
import { createIngestAdapters } from './ingest/adapter-registry.ts';
import { mappedReader } from './ingest/mapped-adapter.ts';
import { refuse, type ReasonError } from './messages/failures.ts';
import type { Db } from './store/database.ts';
import type { Writer } from './store/writer.ts';
import type { RecoverySign } from './domain/recovery-sign.ts';
import { lockDataDirectory } from './store/files/directory-lock.ts';
import {
  RejectedInputService,
  type RejectedInputServiceDeps,
} from './system/rejected-input-service.ts';
import { BackupDirectory } from './store/files/backup-directory.ts';
import type { RunDatabaseJob } from './store/files/database-job.ts';
import { openStore } from './store/files/opening.ts';
import { Vault } from './store/files/vault.ts';
import { Backups } from './system/backups.ts';
import { FileRescue } from './system/file-rescue.ts';
import { DamagedAtStart, healedStart } from './system/healed-start.ts';
import { RecoveryNotes } from './system/recovery-notes.ts';
import { UpdateCheck } from './system/update-check.ts';
import { TemplatePreviews } from './queue/template-previews.ts';
import { OverviewService } from './system/overview-service.ts';
import { StatusBoard } from './system/status-board.ts';
import { createDispatch, type Dispatch } from './transport/dispatch.ts';
import { createHandlers } from './transport/handlers.ts';
import type { HttpOptions } from './transport/http/options.ts';
import { createAlertmanagerApi } from './transport/http/alertmanager/alertmanager-api.ts';
import type { ThreadServerDeps } from './transport/http-thread/thread-server.ts';
import type { HttpServer } from './transport/http/server.ts';
import { latestState } from './transport/latest-state.ts';
import { PushHub, type ChangedEntity } from './transport/push-hub.ts';
import type { PushSink } from './transport/push-sink.ts';
import { SessionService } from './system/access/session-service.ts';
import { TokenAuth } from './system/access/token-auth.ts';
import { TokenService } from './system/access/token-service.ts';
import { KeyRotation } from './system/key-rotation.ts';
import { AuditLog } from './system/audit-log.ts';

export interface AppOptions extends Omit<CoreOptions, 'adapters' | 'callHeartbeat'> {
  readonly host: 'desktop' | 'headless';
  /** Must exist; the app takes its lock at start and gives it back at stop. */
  readonly dataDir: string;
  readonly version: string;
  readonly desktop: DesktopNotifier;
  /** The admin token is one given on the command line or in the environment, or the one in the data directory's file. */
  readonly http: HttpOptions & { readonly adminToken: string };
  /** Changes the key file, which may be the business of another process. */
  readonly changeKeys: ChangeKeys;
  /** Makes the server that answers over HTTP, in this thread or in another. */
  readonly createHttpServer: (deps: ThreadServerDeps) => HttpServer;
  /** The desktop lets its settings decide whether and at which port HTTP listens. */
  readonly httpBySettings: boolean;
  /** Copies and checks whole databases, away from the core's own thread. */
  readonly runJob: RunDatabaseJob;
  /** The cluster that this core leads; left out where it is alone. */
  readonly cluster?: {
    current(): ClusterStatus;
    onChanged(listener: (cluster: ClusterStatus) => void): void;
  };
  /** The database was found damaged: nothing is taken any more, and a stop and a start heal it. */
  readonly onDamaged: () => void;
}

/** The whole core without Electron: what both hosts run. Safe to start and stop twice. */
export interface App extends Service {
  readonly dispatch: Dispatch;
  /** Sends `hello` at once, then batches in commit order. Only while it runs. */
  subscribe(sink: PushSink): Unsubscribe;
  /** The URL at which HTTP listens; null if it does not. Known after the start. */
  readonly url: string | null;
  /** To be called when the machine woke from sleep. */
  resumed(): void;
  /** To be called when an outage of channels may be over. */
  mayRecover(sign: RecoverySign): void;
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
    const isOfCluster = options.sharedLog !== undefined;
    const { db, unclean } = openStore({ ...options, isOfCluster });
    undo.defer(() => db.close());
    const built = build(db, options);
    const { writer, services } = built;
    // Damage that is found before everything runs ends the start, which then sees to it itself.
    const onDamaged = () => (running === null ? undefined : options.onDamaged());
    const { dataDir, dataKeys, clock, logger } = options;
    const { hub, rescue } = built;
    undo.use(
      guardStore({ dataDir, dataKeys, writer, hub, rescue, lock, clock, logger, onDamaged }),
    );
    const isDamaged = () => writer.refusal?.trouble === 'damaged';
    try {
      await services.start();
      if (isDamaged()) await services.stop();
    } catch (error) {
      // On damaged ground not everything stops cleanly either.
      if (!isDamaged()) throw error;
    }
    if (isDamaged()) throw new DamagedAtStart(writer.refusal?.error.message);
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
      core
        ? core.dispatch(name, input, caller)
        : refuse('unavailable', { code: 'error.not_running', params: {} }),
    subscribe: (sink) => (core ? core.hub.subscribe(sink) : () => undefined),
    get url() {
      return core?.board.url ?? null;
    },
    resumed: () => core?.scheduler.resumed(),
    mayRecover: (sign) => core?.earlyProbes.note(sign),
    abandon() {
      const resources = running;
      core = null;
      running = null;
      resources?.[Symbol.dispose]();
    },
  };
}

function build(db: Db, options: AppOptions) {
  const { dataDir, clock, logger, runJob } = options;
  const httpClient = createHttpClient(logger);
  const core: Core = buildCore(db, {
    ...options,
    ...buildSenders(httpClient.send, options, () => core.settings.current()),
  });
  const { writer, settings, scheduler, tables, render } = core;
  const { audit } = tables;
  const wake = () => scheduler.wake();
  const files = new BackupDirectory(dataDir);
  const backups = new Backups({
    db,
    files,
    keptCounts: tables.keptCounts,
    runJob,
    settings,
    writer,
    audit,
    render,
    clock,
    logger,
    wake,
  });
  const rescue = new FileRescue({ db, files, runJob, writer, clock, logger });
  const recoveries = new RecoveryNotes({ recoveries: tables.recoveries, audit, writer, clock });
  const fetchRelease = createReleaseFetch(httpClient.send);
  const updates = new UpdateCheck({ ...options, settings, writer, wake, fetchRelease });
  scheduler.add(backups);
  scheduler.add(updates);
  const board = buildBoard(core, options, { backups, recoveries, updates });
  const state = { ...core, status: board };
  const read = (changed: ChangedEntity) => latestState(state, changed);
  const hub = new PushHub({ clock, epoch: idsFrom(clock)(), logger, read });
  writer.onCommitted(({ changes }) => hub.changed(changes));
  heedCluster(options, writer, hub);
  const upkeep = { backups, recoveries, board, hub };
  const { server, dispatch, auth, rotation } = buildTransport(core, options, upkeep);
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
    // Its own thread, if it has one, loads while the rest starts.
    {
      start: () => (isHttpWanted(core, options) ? server.prepare() : undefined),
      stop: () => server.stop(),
    },
    ...core.services,
    backups,
    updates,
    { start: () => rotation.finish(), stop: () => Promise.resolve() },
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
  const { earlyProbes } = core;
  return { services, dispatch, hub, board, backups, rescue, writer, scheduler, earlyProbes };
}

/** Nothing is taken any more once the cluster is out of reach, and everybody hears how its cores do. */
function heedCluster({ cluster }: AppOptions, writer: Writer, hub: PushHub): void {
  cluster?.onChanged(({ inReach }) => {
    if (!inReach) writer.depose();
    hub.changed([{ entity: 'status' }]);
  });
}

/** Builds what sends over the network, and to the desktop. */
const buildSenders = (
  send: HttpClient,
  { desktop, dataKeys }: AppOptions,
  settings: () => Settings,
) => ({
  adapters: createAdapters(
    send,
    desktop,
    (severity) => soundOf(settings().desktop.sound, severity),
    () => mailMark(dataKeys.current),
  ),
  callHeartbeat: createHeartbeatCall(send),
});

function buildBoard(
  core: Core,
  { host, version, dataDir, clock, cluster }: AppOptions,
  upkeep: Pick<Upkeep, 'backups' | 'recoveries'> & { readonly updates: UpdateCheck },
): StatusBoard {
  const { tables, channels, routes, pause, heartbeats, mutes, storage, settings } = core;
  const { outboundHeartbeat, render } = core;
  return new StatusBoard({
    host,
    platform: process.platform,
    version,
    dataDir,
    alerts: tables.alerts,
    notifications: tables.notifications.pages,
    conditions: tables.conditions,
    channels,
    routes,
    pause,
    heartbeats,
    mutes,
    storage,
    outboundHeartbeat,
    ...upkeep,
    cluster,
    render,
    settings,
    clock,
  });
}

interface Upkeep {
  readonly backups: Backups;
  readonly recoveries: RecoveryNotes;
  readonly board: StatusBoard;
  readonly hub: PushHub;
}

function buildTransport(core: Core, options: AppOptions, upkeep: Upkeep) {
  const { tables, writer, newId, alerts, silences, routes, channels, settings, heartbeats } = core;
  const { openAlerts, mappings, metrics, resolveTimeoutMs, render } = core;
  const { board, hub } = upkeep;
  const { dataDir, version, clock, logger } = options;
  const { adminToken, ...http } = options.http;
  const { tokens, sessions, audit } = tables;
  const auth = new TokenAuth({
    tokens,
    sessions,
    audit,
    writer,
    clock,
    logger,
    newId,
    dataKeys: options.dataKeys,
    adminToken,
    changed: () => server.refresh(),
  });
  const rotation = buildRotation(core, options, auth);
  const adapters = createIngestAdapters(mappedReader(mappings));
  const rejected = buildRejected(core, [...adapters, apiEvents], options);
  const dispatch = createDispatch(
    createHandlers({
      ...core,
      ...upkeep,
      status: board,
      ...buildViews(core, board, options),
      rejected,
      tokens: new TokenService({ tokens, audit, writer, auth, clock, newId }),
      sessions: new SessionService({ sessions, audit, writer, auth, clock, url: () => board.url }),
      rotation,
      auditLog: new AuditLog({ audit, render }),
    }),
    () => settings.messages(),
  );
  const view = { openAlerts, silences, routes, channels, resolveTimeoutMs, startedAt: clock.now() };
  const server = options.createHttpServer({
    options: options.httpBySettings ? { ...http, port: settings.current().desktopHttp.port } : http,
    dataDir,
    version,
    dispatch,
    reports: {
      storeEvents: (events) => alerts.ingest(events),
      storeJobs: (reports) => heartbeats.jobs.ingest(reports),
    },
    ingest: {
      adapters,
      store: (events, messages) => alerts.ingestReport(events, messages),
      withdraw: (withdrawal) => alerts.withdrawMessage(withdrawal),
      rejected: (rejection) => rejected.keep(rejection),
      resolveTimeoutMs,
      messages: () => settings.messages(),
    },
    alertmanager: createAlertmanagerApi(view, clock, version),
    pings: heartbeats.pings,
    links: core.links,
    mail: mailPort({ settings, board, hub, rules: core.mailRules, keys: options.dataKeys }),
    metrics,
    auth,
    subscribe: (sink) => hub.subscribe(sink),
    // The server starts last and stops first, so what is left to ask is whether the disk takes writes.
    readiness: () => writer.checkFiles() === null && writer.healthy,
    clock,
    logger,
  });
  writer.onCommitted(({ changes }) => {
    if (changes.some(({ entity }) => OF_SERVER.has(entity))) server.refresh();
  });
  return { server, dispatch, auth, rotation };
}

/** Changes after which the server asks for its copy again. */
const OF_SERVER: ReadonlySet<ChangedEntity['entity']> = new Set(['settings', 'mail_rules']);

const buildViews = (core: Core, status: StatusBoard, { clock }: AppOptions) => ({
  overview: new OverviewService({ ...core, status, clock }),
  templatePreview: new TemplatePreviews({ ...core, clock }),
});

function buildRotation({ tables, channels, writer }: Core, options: AppOptions, auth: TokenAuth) {
  const { dataKeys: keys, changeKeys, clock, logger, sharedLog } = options;
  const vault = new Vault(keys);
  return new KeyRotation({
    keys,
    changeKeys,
    isOfCluster: sharedLog !== undefined,
    vault,
    tables,
    channels,
    auth,
    writer,
    clock,
    logger,
  });
}

function buildRejected(
  { tables, alerts, writer, newId, settings, resolveTimeoutMs }: Core,
  adapters: RejectedInputServiceDeps['adapters'],
  { clock, logger }: AppOptions,
): RejectedInputService {
  return new RejectedInputService({
    rejected: tables.rejected,
    audit: tables.audit,
    resolveTimeoutMs,
    messages: () => settings.messages(),
    adapters,
    take: (unit, events, messages) => alerts.ingestReportIn(unit, events, messages),
    writer,
    newId,
    clock,
    logger,
  });
}

const onStop = (stop: () => Promise<void>): Service => ({ start: () => undefined, stop });

const isHttpWanted = ({ settings }: Core, { httpBySettings }: AppOptions): boolean =>
  !httpBySettings || settings.current().desktopHttp.enabled;

/** Headless without its port is nothing; the desktop goes on without and says why. */
async function listen(
  core: Core,
  options: AppOptions,
  server: HttpServer,
  board: StatusBoard,
): Promise<void> {
  if (!isHttpWanted(core, options)) return;
  try {
    board.listening(await server.start());
  } catch (error) {
    if (options.host === 'headless') throw error;
    options.logger.log('warn', 'HTTP is not available', { error: errorText(error) });
    board.notListening((error as ReasonError<HttpReason>).reason);
  }
}
