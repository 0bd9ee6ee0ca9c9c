import { idsFrom } from '../../main/base/ids.ts';
import { mappedWebhookInput } from '../../main/contract/mapped-webhook.ts';
import { mailMark } from '../../main/domain/own-mail.ts';
import type { ConditionEvent } from '../../main/domain/condition-event.ts';
import type { InboundMessage, StoredMessage } from '../../main/domain/inbound-message.ts';
import { StoreUnavailable } from '../../main/domain/store-unavailable.ts';
import type { IngestAdapter } from '../../main/ingest/adapter.ts';
import { createIngestAdapters } from '../../main/ingest/adapter-registry.ts';
import { mappedReader } from '../../main/ingest/mapped-adapter.ts';
import { createDispatch, type Handlers } from '../../main/transport/dispatch.ts';
import { createAlertmanagerApi } from '../../main/transport/http/alertmanager/alertmanager-api.ts';
import { createHttpServer, type HttpServer } from '../../main/transport/http/server.ts';
import { TokenAuth } from '../../main/system/access/token-auth.ts';
import { newToken, secretHash } from '../../main/system/access/secret.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../main/contract/settings.ts';
import type { MailLimits } from '../../main/transport/mail/mail-limits.ts';
import type { MailState } from '../../main/transport/mail/mail-server.ts';
import type { TokenScope } from '../../main/contract/system.ts';
import { ENGLISH } from '../../main/messages/messages.ts';
import { CoreFixture } from '../support/core-fixture.ts';
import { send, type Answer } from '../transport/http/fixture.ts';
import type { WireRequest } from './ingest-case.ts';
import { KeyRing } from '../../main/base/key-ring.ts';

export const MAPPED_SLUG = 'disk-health';
const MAPPED = mappedWebhookInput.parse({
  name: 'Disk health',
  slug: MAPPED_SLUG,
  mapping: {
    each: 'devices',
    host: 'name',
    kind: '"disk_failing"',
    dedupKey: 'serial',
    status: 'passed',
    resolvedWhen: ['true'],
    severity: 'level',
    severities: { panic: 'critical' },
    message: '$join(notes, "; ")',
  },
});

/** The mark of mails that the lab takes for its own. */
export const OWN_MARK = mailMark(Buffer.alloc(32, 1));

/** Every wire format on the real server over the real core and database, with what arrived noted on its way. */
export class IngestLab implements AsyncDisposable {
  /** Every event of the last request that had any. */
  received: readonly ConditionEvent[] = [];
  /** Every message of it. */
  messages: readonly InboundMessage[] = [];
  /** The results of these, as the answers say. */
  stored: readonly StoredMessage[] = [];
  storeFails = false;
  /** The settings of mail, and what became of them; port 0 picks a free one. */
  mail: Settings['mail'] = { ...DEFAULT_SETTINGS.mail };
  mailState: MailState = { address: null, reason: null };
  readonly logged: string[] = [];
  readonly fixture: CoreFixture;
  readonly adapters: readonly IngestAdapter[];
  readonly #auth: TokenAuth;
  /** The ids of the tokens made here, by their secrets. */
  readonly #tokenIds = new Map<string, string>();
  readonly #server: HttpServer;
  #url = '';

  private constructor(fixture: CoreFixture, mailLimits: Partial<MailLimits>) {
    this.fixture = fixture;
    const { core, clock } = fixture;
    const { tables, writer } = core;
    this.adapters = createIngestAdapters(mappedReader(core.mappings));
    const logger = {
      log: (_level: string, message: string, fields: object = {}) =>
        void this.logged.push(`${message} ${JSON.stringify(fields)}`),
    };
    this.#auth = new TokenAuth({
      ...tables,
      writer,
      clock,
      logger,
      newId: idsFrom(clock),
      dataKeys: new KeyRing([Buffer.alloc(32, 1)]),
      adminToken: null,
      changed: () => this.#server.refresh(),
    });
    this.#server = createHttpServer({
      options: {
        host: '127.0.0.1',
        port: 0,
        allowedHosts: [],
        rendererDir: fixture.dir,
        login: { plain: 'npm run login', here: 'npm run login -- --data-dir /srv/b' },
      },
      dataDir: fixture.dir,
      version: '0.0.0-test',
      dispatch: createDispatch({} as Handlers, () => core.settings.messages()),
      ingest: {
        adapters: this.adapters,
        rejected: () => undefined,
        store: async (events, messages) => {
          this.received = events;
          this.messages = messages;
          if (this.storeFails) throw new StoreUnavailable('the disk is full');
          this.stored = await core.alerts.ingestReport(events, messages);
          return this.stored;
        },
        withdraw: async (withdrawal) => {
          if (this.storeFails) throw new StoreUnavailable('the disk is full');
          await core.alerts.withdrawMessage(withdrawal);
        },
        resolveTimeoutMs: core.resolveTimeoutMs,
        messages: () => ENGLISH,
      },
      alertmanager: createAlertmanagerApi({ ...core, startedAt: clock.now() }, clock, '0.0.0-test'),
      pings: core.heartbeats.pings,
      links: core.links,
      mail: {
        options: () => this.mail,
        rules: () => this.fixture.core.mailRules.rules,
        ownMarks: () => [OWN_MARK],
        received: (mail) => this.fixture.core.mailRules.keep(mail),
        became: (state) => (this.mailState = state),
      },
      mailLimits,
      metrics: core.metrics,
      auth: this.#auth,
      subscribe: () => () => undefined,
      readiness: () => true,
      clock,
      logger,
    });
  }

  static async start(mailLimits: Partial<MailLimits> = {}): Promise<IngestLab> {
    const lab = new IngestLab(await CoreFixture.start(), mailLimits);
    await lab.fixture.core.mappings.collection.create(MAPPED, 'test');
    lab.#url = await lab.#server.start();
    return lab;
  }

  /** As after a change of settings or tokens. */
  refresh(): void {
    this.#server.refresh();
  }

  async newToken(scope: TokenScope, source: string | null = null): Promise<string> {
    const { core, clock } = this.fixture;
    const secret = newToken();
    const token = {
      id: core.newId(),
      name: `${scope} ${source}`,
      scope,
      source,
      createdAt: clock.now(),
    };
    await core.writer.submit(() => core.tables.tokens.insert(token, secretHash(secret)));
    this.#auth.invalidate();
    this.#tokenIds.set(secret, token.id);
    return secret;
  }

  async revoke(secret: string): Promise<void> {
    const { core } = this.fixture;
    const id = this.#tokenIds.get(secret) ?? '';
    await core.writer.submit(() => core.tables.tokens.delete(id));
    this.#auth.invalidate();
  }

  /** The wall clock stands at this moment from now on. */
  setTime(iso: string): void {
    this.fixture.clock.setWallBy(Date.parse(iso) - this.fixture.clock.now());
  }

  /** Sends it with a token where the format's senders put one; with null without any. */
  async send(request: WireRequest, token: string | null): Promise<Answer> {
    this.received = [];
    this.messages = [];
    this.stored = [];
    const { verb = 'POST', url, headers = {}, body = '' } = request;
    const filled = (text: string): string => text.replaceAll('{token}', token ?? 'unknown');
    const isPlaced = [url, ...Object.values(headers), body].some((part) =>
      part.includes('{token}'),
    );
    const authorization =
      token === null || isPlaced || 'authorization' in headers
        ? {}
        : { authorization: `Bearer ${token}` };
    const sentHeaders = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, filled(value)]),
    );
    return send(this.#url, filled(url), {
      method: verb,
      headers: { ...authorization, ...sentHeaders },
      body: typeof body === 'string' ? filled(body) : body,
    });
  }

  /**
   * Firing events without an alert: what was answered as stored and is not. A firing report of an
   * episode that its sender has ended before, even unheard of until then, is none of them.
   */
  missing(): ConditionEvent[] {
    const { db } = this.fixture;
    const count = (...identity: string[]) =>
      db.value(
        'SELECT count(*) FROM alerts WHERE source = ? AND host = ? AND kind = ? AND dedup_key = ?',
        identity,
      );
    const ended = (...identityAndTime: (string | number | null)[]) =>
      db.value(
        `SELECT count(*) FROM conditions
         WHERE source = ? AND host = ? AND kind = ? AND dedup_key = ? AND ended_through >= ?`,
        identityAndTime,
      );
    return this.received.filter(
      ({ status, source, host, kind, dedupKey, occurredAt, firesNow = false }) =>
        status === 'firing' &&
        count(source, host, kind, dedupKey) === 0 &&
        (firesNow || ended(source, host, kind, dedupKey, occurredAt) === 0),
    );
  }

  /** Messages of which there is no alert. */
  missingMessages(): InboundMessage[] {
    const find = (id: string) =>
      this.fixture.db.value('SELECT message FROM alerts WHERE id = ? AND is_message = 1', [id]);
    return this.messages.filter(
      ({ text }, index) => find(this.stored[index]?.alertId ?? '') !== text,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop();
    await this.fixture[Symbol.asyncDispose]();
  }
}
