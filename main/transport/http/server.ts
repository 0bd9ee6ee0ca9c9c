import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../../base/clock.ts';
import { errorText, type Logger } from '../../base/logger.ts';
import type { HttpReason } from '../../contract/reasons/host-reasons.ts';
import { ReasonError, failureFor } from '../../messages/failures.ts';
import type { Unsubscribe } from '../../contract/client.ts';
import type { Authentication } from '../../system/access/token-auth.ts';
import type { Dispatch } from '../dispatch.ts';
import type { PushSink } from '../push-sink.ts';
import { isAction, mountActions, type ActionPort } from './action-routes.ts';
import type { AlertmanagerApi } from './alertmanager/alertmanager-api.ts';
import { mountAlertmanager } from './alertmanager/alertmanager-routes.ts';
import { BodyBudget } from './body-budget.ts';
import { Connections } from './connections.ts';
import { sendFailure } from './failure.ts';
import { createFastify } from './fastify-app.ts';
import { FailureLimit } from './failure-limit.ts';
import { Gate, type Standing } from './gate.ts';
import { HostPolicy } from './host-policy.ts';
import { HTTP_LIMITS, type HttpLimits } from './http-limits.ts';
import { IngestGauge } from './ingest-gauge.ts';
import { mountCompatibility } from './compat-routes.ts';
import { MailServer, type MailPort } from '../mail/mail-server.ts';
import type { MailLimits } from '../mail/mail-limits.ts';
import { mountIngest, type IngestPort, type IngestRoutesDeps } from './ingest-routes.ts';
import { mountMethods } from './method-routes.ts';
import { mountMetrics, type MetricsPort } from './metrics-routes.ts';
import { MountedRoutes } from './mounted-routes.ts';
import type { HttpOptions } from './options.ts';
import { isPing, mountPings, type PingPort } from './ping-routes.ts';
import { isPush, mountPushes } from './push-routes.ts';
import { cookieNameFor } from './session-cookie.ts';
import { mountSession } from './session-routes.ts';
import { Stream, STREAM_PATH } from './stream.ts';
import { mountSystem } from './system-routes.ts';
import { mountWindow } from './window-routes.ts';

export interface HttpServerDeps {
  readonly options: HttpOptions;
  /** Names the session cookie, so that instances on one host do not clash. */
  readonly dataDir: string;
  readonly version: string;
  readonly dispatch: Dispatch;
  readonly ingest: IngestPort;
  readonly alertmanager: AlertmanagerApi;
  readonly pings: PingPort;
  readonly links: ActionPort;
  readonly mail: MailPort;
  readonly metrics: MetricsPort;
  readonly auth: Authentication;
  readonly subscribe: (sink: PushSink) => Unsubscribe;
  /** Returns true if the core can take and deliver; `/readyz` answers it. */
  readonly readiness: () => boolean | Promise<boolean>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Other limits than HTTP_LIMITS. */
  readonly limits?: Partial<HttpLimits>;
  /** Other limits than MAIL_LIMITS. */
  readonly mailLimits?: Partial<MailLimits>;
}

export interface HttpServer {
  /** Begins what takes time, such as loading a thread, so that `start` need not wait for it. */
  prepare(): void;
  /** Resolves with the address that programs on this machine use. Rejects with a `ReasonError` of an HttpReason. */
  start(): Promise<string>;
  /** Refuses what is new, waits (bounded) for what is in flight, closes. */
  stop(): Promise<void>;
  /**
   * Takes over changed tokens, sessions and settings, and closes the streams whose token or session is no
   * longer good; to be called before whoever changed them is answered.
   */
  refresh(): void;
}

/** HTTP for scripts and browsers: the contract's routes, the window, its session and its stream. */
export function createHttpServer(deps: HttpServerDeps): HttpServer {
  let running: Running | null = null;
  let stopping: Promise<void> | null = null;
  return {
    prepare: () => undefined,
    async start() {
      if (running) return running.url;
      const server = new Running(deps);
      await server.listen();
      running = server;
      stopping = null;
      return server.url;
    },
    async stop() {
      if (running) stopping ??= running.close();
      running = null;
      await stopping;
    },
    refresh: () => running?.recheck(),
  };
}

/** Request ids are for finding a log line: unique per process is enough, and cheap. */
function requestIds(): () => string {
  const prefix = randomBytes(4).toString('hex');
  let count = 0;
  return () => `${prefix}-${(count++).toString(36)}`;
}

/** One listening server, from its first route to its last connection. */
class Running {
  readonly #deps: HttpServerDeps;
  readonly #app: FastifyInstance;
  readonly #gate: Gate;
  readonly #failures: FailureLimit;
  readonly #stream: Stream;
  readonly #limits: HttpLimits;
  readonly #connections: Connections;
  readonly #cookieName: string;
  readonly #gauge: IngestGauge;
  readonly #mail: MailServer;
  #stopping = false;
  url = '';

  constructor(deps: HttpServerDeps) {
    const { options, auth, clock, logger, subscribe } = deps;
    this.#deps = deps;
    this.#cookieName = cookieNameFor(deps.dataDir);
    const hosts = new HostPolicy(options.allowedHosts, hostname());
    this.#failures = new FailureLimit(clock, logger);
    const failures = this.#failures;
    this.#gate = new Gate({ hosts, auth, failures, cookieName: this.#cookieName });
    const newRequestId = requestIds();
    const limits = { ...HTTP_LIMITS, ...deps.limits };
    this.#limits = limits;
    const connections = new Connections({ limits, clock, logger, newRequestId });
    this.#connections = connections;
    this.#gauge = new IngestGauge(limits.ingestInFlightMax);
    this.#mail = new MailServer({
      ...deps,
      gate: this.#gate,
      failures: this.#failures,
      gauge: this.#gauge,
      limits: deps.mailLimits ?? {},
    });
    this.#stream = new Stream({
      gate: this.#gate,
      subscribe,
      clock,
      logger,
      newRequestId,
      end: (connection, answer) => connections.end(connection, answer),
      takenOver: (connection) => connections.release(connection),
    });
    this.#app = createFastify(newRequestId, logger, connections);
    connections.watch(this.#app.server);
    this.#mount();
  }

  async listen(): Promise<void> {
    const { host, port } = this.#deps.options;
    const server = this.#app.server;
    server.on('upgrade', (request, socket, head) => this.#stream.upgrade(request, socket, head));
    try {
      // Fastify would open a second server for the other meaning of localhost, without our listeners.
      await this.#app.listen({ host: host === 'localhost' ? '127.0.0.1' : host, port });
    } catch (error) {
      await this.#app.close();
      throw new ReasonError(listenReason(error, host, String(port)), { cause: error });
    }
    this.url = urlOf(server.address() as AddressInfo);
    // Whatever keeps mail from being received keeps nothing else.
    await this.#mail.refresh();
  }

  recheck(): void {
    this.#stream.recheck();
    void this.#mail.refresh();
  }

  async close(): Promise<void> {
    this.#stopping = true;
    this.#stream.stop();
    this.#connections.stop();
    const { clock } = this.#deps;
    const goodbye = clock.after(HTTP_LIMITS.streamGoodbyeMs, () => this.#stream.terminate());
    const cut = clock.after(HTTP_LIMITS.drainMs, () => this.#app.server.closeAllConnections());
    await Promise.all([this.#app.close(), this.#mail.stop()]);
    goodbye[Symbol.dispose]();
    cut[Symbol.dispose]();
  }

  #mount(): void {
    const { options, auth, clock, dispatch, ingest, alertmanager, pings, links } = this.#deps;
    const { logger, metrics, readiness, version } = this.#deps;
    const app = this.#app;
    const gate = this.#gate;
    app.addHook('onRequest', (request, reply, done) => {
      const failure = this.#stopping
        ? failureFor('unavailable', { code: 'error.stopping', params: {} })
        : gate.foreign(request.headers, standingOf(request));
      if (failure) sendFailure(reply, failure);
      else done();
    });
    const budget = new BodyBudget(this.#limits, clock, this.#connections);
    app.addHook('preParsing', budget.counted);
    app.addHook('preHandler', (request, _reply, done) => {
      if (request.caller !== null || request.pinged !== null) {
        this.#connections.prove(request.raw.socket);
      }
      done();
    });
    const routes = new MountedRoutes(app);
    const gauge = this.#gauge;
    mountMethods(app, {
      dispatch,
      gate,
      gauge,
      rejected: (rejection) => ingest.rejected(rejection),
    });
    mountMetrics(app, { metrics, gate });
    mountCompatibility(app, { dispatch, gate });
    const beside: IngestRoutesDeps['beside'] = (scope) =>
      mountAlertmanager(scope, { alertmanager, gate, logger });
    mountIngest(app, { ingest, gate, gauge, routes, readiness, clock, logger, beside });
    const pingDeps = { pings, gate, failures: this.#failures, gauge, clock, logger };
    mountPings(app, pingDeps);
    mountPushes(app, pingDeps);
    mountActions(app, links, { failures: this.#failures, clock });
    mountSession(app, {
      gate,
      auth,
      clock,
      cookieName: this.#cookieName,
      login: options.login,
    });
    mountSystem(app, readiness, version);
    app.get(STREAM_PATH, (_request, reply) =>
      sendFailure(reply, failureFor('invalid_input', { code: 'error.websocket', params: {} })),
    );
    mountWindow(app, options.rendererDir);
    routes.mountOtherVerbs();
  }
}

function standingOf(request: FastifyRequest): Standing {
  const { config } = request.routeOptions;
  const carriesSecret =
    isPing(request.url) ||
    isPush(request.url) ||
    isAction(request.url) ||
    config.identify !== undefined ||
    (config.credential?.(request) ?? null) !== null;
  return { carriesSecret, relayed: config.relayed === true };
}

/** A wildcard address is reachable from here by the loopback address of its family. */
function urlOf({ address, port }: AddressInfo): string {
  const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function listenReason(error: unknown, host: string, port: string): HttpReason {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return { code: 'http.port_taken', params: { host, port } };
    case 'EACCES':
      return { code: 'http.port_forbidden', params: { host, port } };
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return { code: 'http.address_unknown', params: { host } };
    default:
      return { code: 'http.failed', params: { host, port, error: errorText(error) } };
  }
}
