import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import {
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Clock } from '../../../main/base/clock.ts';
import { systemClock } from '../../../main/base/clock.ts';
import { idsFrom } from '../../../main/base/ids.ts';
import type { LogLevel } from '../../../main/base/logger.ts';
import type { PushMessage } from '../../../main/contract/push.ts';
import { ok } from '../../../main/contract/result.ts';
import { DEFAULT_SETTINGS } from '../../../main/contract/settings.ts';
import type { TokenScope } from '../../../main/contract/system.ts';
import type { Caller } from '../../../main/domain/caller.ts';
import type { ConditionEvent } from '../../../main/domain/condition-event.ts';
import { messagesFor } from '../../../main/messages/messages.ts';
import { refuse } from '../../../main/messages/failures.ts';
import { StoreUnavailable } from '../../../main/domain/store-unavailable.ts';
import { alertmanager } from '../../../main/ingest/alertmanager-adapter.ts';
import { AuditTable } from '../../../main/store/audit-table.ts';
import { openDatabase } from '../../../main/store/database.ts';
import { SessionTable } from '../../../main/store/session-table.ts';
import { TokenTable } from '../../../main/store/token-table.ts';
import { Writer } from '../../../main/store/writer.ts';
import type { Rejection } from '../../../main/system/rejected-input-service.ts';
import { createDispatch, type Handlers } from '../../../main/transport/dispatch.ts';
import type { HttpLimits } from '../../../main/transport/http/http-limits.ts';
import { createHttpServer } from '../../../main/transport/http/server.ts';
import type { PushSink } from '../../../main/transport/push-sink.ts';
import { TokenAuth } from '../../../main/system/access/token-auth.ts';
import { SessionService } from '../../../main/system/access/session-service.ts';
import { TokenService } from '../../../main/system/access/token-service.ts';
import { serve } from '../../../main/transport/derived-handlers.ts';
import { ENGLISH } from '../../../main/messages/messages.ts';
import { KeyRing } from '../../../main/base/key-ring.ts';

export const ADMIN_TOKEN = 'admin-token-of-the-test';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The parsed body; undefined when it is no JSON. */
  readonly json: unknown;
}

export type Send = RequestOptions & { readonly body?: string | Buffer };

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
};

/** One request as bare as it is written: fetch would not let a test choose Host, Origin or Cookie. */
export async function send(url: string, path: string, options: Send = {}): Promise<Answer> {
  const { body, ...rest } = options;
  const request = httpRequest(`${url}${path}`, { agent: false, ...rest });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const content = await text(response);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: content,
    json: parsed(content),
  };
}

/** Long enough to be worth compressing. */
export const ASSET = `export default '${'belfry '.repeat(300)}';`;

/** A call that the stubbed part of the contract received. */
export interface Asked {
  readonly name: string;
  readonly input: unknown;
  readonly caller: Caller;
}

const unscripted = (): never => {
  throw new Error('this handler is not scripted');
};

/**
 * The real server, tokens and sessions over a real database; what lies behind the contract is a stub
 * that notes what it was asked, since here only its transport is under test.
 */
export class StubbedHost {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'belfry-http-'));
  readonly asked: Asked[] = [];
  readonly logged: { level: LogLevel; message: string }[] = [];
  readonly sinks = new Set<PushSink>();
  readonly stored: ConditionEvent[][] = [];
  readonly rejected: Rejection[] = [];
  storeFails = false;
  ready = true;
  /** Held ingest requests wait for it. */
  gate: Promise<void> = Promise.resolve();
  url = '';
  readonly auth: TokenAuth;
  readonly #clock: Clock;
  readonly #db;
  readonly #handlers: Handlers;
  readonly #server;

  constructor(
    clock: Clock = systemClock,
    port = 0,
    host = '127.0.0.1',
    limits: Partial<HttpLimits> = {},
  ) {
    this.#clock = clock;
    const rendererDir = join(this.dataDir, 'renderer');
    mkdirSync(join(rendererDir, 'assets'), { recursive: true });
    writeFileSync(join(rendererDir, 'index.html'), '<!doctype html><title>Belfry</title>');
    writeFileSync(join(rendererDir, 'assets', 'index-abc123.js'), ASSET);
    writeFileSync(join(this.dataDir, 'outside.js'), 'secret');
    writeFileSync(join(this.dataDir, 'THIRD-PARTY-NOTICES.txt'), 'zod 4.0.0\nLicense: MIT\n');
    this.#db = openDatabase(this.dataDir);
    const tokens = new TokenTable(this.#db);
    const sessions = new SessionTable(this.#db);
    const audit = new AuditTable(this.#db);
    const logger = {
      log: (level: LogLevel, message: string) => void this.logged.push({ level, message }),
    };
    const writer = new Writer(this.#db, clock, logger);
    const records = { tokens, sessions, audit, writer, clock };
    const newId = idsFrom(clock);
    const dataKeys = new KeyRing([Buffer.alloc(32, 1)]);
    this.auth = new TokenAuth({
      ...records,
      logger,
      newId,
      dataKeys,
      adminToken: ADMIN_TOKEN,
      changed: () => this.#server.refresh(),
    });
    const access = {
      ...records,
      auth: this.auth,
      newId,
      url: () => this.url,
    };
    this.#handlers = {
      ...this.#stubs(),
      ...serve('tokens', ['list', 'create', 'delete'], new TokenService(access)),
      ...serve('session', ['link'], new SessionService(access)),
    } as Handlers;
    this.#server = createHttpServer({
      options: {
        host,
        port,
        allowedHosts: ['belfry.example'],
        rendererDir,
        login: { plain: 'npm run login', here: 'npm run login -- --data-dir /srv/b' },
      },
      dataDir: this.dataDir,
      limits,
      version: '0.0.0-test',
      dispatch: createDispatch(this.#handlers, () => messagesFor('en')),
      ingest: {
        adapters: [alertmanager],
        withdraw: () => Promise.resolve(),
        store: async (events) => {
          await this.gate;
          if (this.storeFails) throw new StoreUnavailable('the disk is full');
          this.stored.push([...events]);
          return [];
        },
        rejected: (rejection) => void this.rejected.push(rejection),
        resolveTimeoutMs: () => 300_000,
        messages: () => ENGLISH,
      },
      mail: {
        options: () => DEFAULT_SETTINGS.mail,
        rules: () => [],
        ownMarks: () => [],
        received: () => undefined,
        became: () => undefined,
      },
      links: {
        look: () => ({ kind: 'unknown' }),
        act: () => Promise.resolve({ kind: 'unknown' }),
      },
      alertmanager: unscripted,
      pings: {
        knows: () => false,
        ping: () => Promise.resolve({ outcome: 'unknown' }),
        pingOrCreate: () => Promise.resolve({ outcome: 'unknown' }),
      },
      metrics: {
        text: () => Promise.resolve('belfry_test 1\n'),
      },
      auth: this.auth,
      subscribe: (sink) => {
        this.sinks.add(sink);
        sink.send({ type: 'hello', epoch: 'e', seq: 0 });
        return () => this.sinks.delete(sink);
      },
      readiness: () => this.ready,
      clock,
      logger,
    });
  }

  async start(): Promise<this> {
    this.url = await this.#server.start();
    return this;
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    if (this.#db.open) this.#db.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Stops listening and keeps the rest. */
  async stopServer(): Promise<void> {
    await this.#server.stop();
  }

  send(path: string, options: Send = {}): Promise<Answer> {
    return send(this.url, path, options);
  }

  /** A request with a token and, if given, a JSON body. */
  call(verb: string, path: string, token = ADMIN_TOKEN, body?: unknown): Promise<Answer> {
    return this.send(path, {
      method: verb,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async newToken(scope: TokenScope, source?: string): Promise<string> {
    const name = `${scope} ${this.#clock.monotonicMs()} ${Math.random()}`;
    const answer = await this.call('POST', '/api/v1/tokens', ADMIN_TOKEN, {
      name,
      scope,
      ...(source === undefined ? {} : { source }),
    });
    return (answer.json as { token: string }).token;
  }

  async signInCode(): Promise<string> {
    const { json } = await this.call('POST', '/api/v1/session/link');
    return (json as { url: string }).url.split('/#/sign-in/')[1] ?? '';
  }

  redeem(code: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ code }),
    });
  }

  /** The Cookie header of a signed-in browser. */
  async cookie(): Promise<string> {
    const answer = await this.redeem(await this.signInCode());
    return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  }

  push(message: PushMessage): void {
    for (const sink of this.sinks) sink.send(message);
  }

  #stubs(): Partial<Handlers> {
    const note = (name: string) => (input: unknown, caller: Caller) => {
      this.asked.push({ name, input, caller });
    };
    return {
      'events.ingest': async (input, caller) => {
        note('events.ingest')(input, caller);
        await this.gate;
        if (this.storeFails)
          return refuse('unavailable', {
            code: 'error.store',
            params: { error: 'the disk is full' },
          });
        return ok({ accepted: 1, results: [] });
      },
      'alerts.list': (input, caller) => {
        note('alerts.list')(input, caller);
        return ok({ items: [], nextCursor: null, total: 0 });
      },
      'alerts.acknowledge': (input, caller) => {
        note('alerts.acknowledge')(input, caller);
        const reason = {
          code: 'error.alert_state',
          params: { state: 'resolved', action: 'acknowledge' },
        } as const;
        return refuse('wrong_state', reason, { state: 'resolved' });
      },
      'notifications.requeue': (input, caller) => {
        note('notifications.requeue')(input, caller);
        return ok({ status: 'requeued' });
      },
      'settings.update': (input, caller) => {
        note('settings.update')(input, caller);
        return refuse('invalid_input', { code: 'error.no_method', params: {} });
      },
      'metrics.get': () => {
        const at = new Date(0).toISOString();
        const uptime = { uptime_seconds: 1, server_started: at, measured_at: at };
        return ok({ gauge: { belfry_test: 1 }, counter: {}, uptime });
      },
      'system.status': unscripted,
    };
  }
}
