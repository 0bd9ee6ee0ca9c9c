import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHeartbeatCall } from '../../main/channels/http-channel.ts';
import { createHttpClient, type HttpClient } from '../../main/channels/http-client.ts';
import { createAdapters } from '../../main/channels/channel-registry.ts';
import type { DesktopNotice } from '../../main/channels/desktop-notifier.ts';
import type { ChannelInput, RetryPolicy } from '../../main/contract/channel.ts';
import type { AlertDetail } from '../../main/alerts/alert-service.ts';
import type { Output, ParsedInput } from '../../main/contract/methods.ts';
import { mailMark } from '../../main/domain/own-mail.ts';
import type { Explanation } from '../../main/contract/timeline.ts';
import { alertHandlers } from '../../main/transport/handlers.ts';
import type { ConditionEvent } from '../../main/domain/condition-event.ts';
import type { NotificationStatus } from '../../main/contract/notification.ts';
import { buildCore, type Core } from '../../main/core.ts';
import { sent, type Outcome } from '../../main/domain/outcome.ts';
import type { ChannelRow } from '../../main/store/channel-table.ts';
import { DATABASE_NAME, openDatabase, type Db } from '../../main/store/database.ts';
import { lockDataDirectory } from '../../main/store/files/directory-lock.ts';
import { Vault } from '../../main/store/files/vault.ts';
import type { SharedLog } from '../../main/store/shared-log.ts';
import { FakeClock } from './fake-clock.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';
import { KeyRing } from '../../main/base/key-ring.ts';

const KEY = Buffer.alloc(32, 7);

let migrated: Buffer | null = null;

/** A new database, copied from one that was migrated once: the migrations are half of a fixture's start. */
function placeDatabase(dir: string): void {
  const path = join(dir, DATABASE_NAME);
  if (existsSync(path)) return;
  if (migrated === null) {
    using temp = tempDir();
    openDatabase(temp.path).close();
    migrated = readFileSync(join(temp.path, DATABASE_NAME));
  }
  writeFileSync(path, migrated);
}

/** 1, 2, 4, 8 minutes, without jitter. */
export const EXACT: RetryPolicy = {
  baseMs: 60_000,
  capMs: 3_600_000,
  maxAttempts: 5,
  jitter: false,
};

export const firing = (over: Partial<ConditionEvent> = {}): ConditionEvent => ({
  source: 'api',
  host: 'nas',
  kind: 'backup_failed',
  dedupKey: '',
  status: 'firing',
  severity: 'warning',
  message: 'no space left',
  labels: {},
  annotations: {},
  url: null,
  occurredAt: null,
  endsAt: null,
  ...over,
});

export const resolved = (over: Partial<ConditionEvent> = {}): ConditionEvent =>
  firing({ status: 'resolved', ...over });

/** The real core on a real database file, with real HTTP out and a clock that the test moves. */
export class CoreFixture implements AsyncDisposable {
  readonly clock: FakeClock;
  readonly dir: string;
  readonly log: string[] = [];
  /** The notices that desktop channels showed: the operating system's end, recorded. */
  readonly notices: DesktopNotice[] = [];
  /** Runs at the moment at which a desktop channel shows something. */
  onNotice: (notice: DesktopNotice) => void = () => undefined;
  /** Returns the operating system's answer to a desktop channel. */
  answer: () => Outcome = sent;
  core!: Core;
  db!: Db;
  readonly #http = createHttpClient({ log: () => undefined });
  /** Requests under way, also those of which no row tells; of the core that is open now. */
  #requests = new Set<object>();
  readonly #temp = tempDir();
  readonly #sharedLog: SharedLog | undefined;
  #lock: Disposable | null = null;

  private constructor(clock: FakeClock, sharedLog?: SharedLog) {
    this.clock = clock;
    this.#sharedLog = sharedLog;
    this.dir = this.#temp.path;
  }

  /** `prepare` fills the data directory before it is opened; `sharedLog` makes it a core of a cluster. */
  static async start(
    clock = new FakeClock(),
    prepare: (dir: string) => void = () => undefined,
    sharedLog?: SharedLog,
  ): Promise<CoreFixture> {
    const fixture = new CoreFixture(clock, sharedLog);
    prepare(fixture.dir);
    fixture.open();
    await fixture.run();
    return fixture;
  }

  /** Opens database and core without starting them. */
  open(): void {
    this.#requests = new Set();
    this.#lock = lockDataDirectory(this.dir);
    placeDatabase(this.dir);
    this.db = openDatabase(this.dir);
    this.core = buildCore(this.db, {
      adapters: createAdapters(
        this.#send,
        {
          show: (notice) => {
            this.notices.push(notice);
            this.onNotice(notice);
            return Promise.resolve(this.answer());
          },
          close: () => undefined,
        },
        () => null,
        () => mailMark(KEY),
      ),
      callHeartbeat: createHeartbeatCall(this.#send),
      dataKeys: new KeyRing([KEY]),
      locales: ['en'],
      clock: this.clock,
      random: () => 0.5,
      logger: { log: (_level, message) => this.log.push(message) },
      sharedLog: this.#sharedLog,
      drainMs: 10_000,
    });
  }

  readonly #send: HttpClient = async (request) => {
    const requests = this.#requests.add(request);
    try {
      return await this.#http.send(request);
    } finally {
      requests.delete(request);
    }
  };

  async run(): Promise<void> {
    for (const service of this.core.services) await service.start();
  }

  /** Waits until nothing is under way: no write, no send, no task that has come due. */
  async quiet(): Promise<void> {
    const look =
      "SELECT total_changes() * 2 + (SELECT count(*) > 0 FROM notifications WHERE status = 'sending')";
    let before = -1;
    for (let rounds = 0; rounds < 6;) {
      await new Promise(setImmediate);
      const seen = this.db.value<number>(look) ?? 0;
      rounds = seen === before && seen % 2 === 0 && this.#requests.size === 0 ? rounds + 1 : 0;
      before = seen;
    }
  }

  /** Lets time pass as it does in a running process: whatever comes due is done before time goes on. */
  async pass(ms: number): Promise<void> {
    await this.quiet();
    for (let left = ms; left > 0;) {
      const step = Math.min(left, Math.max(1, this.clock.nextTimerMs() ?? left));
      this.clock.advance(step);
      left -= step;
      await this.quiet();
    }
  }

  /** Stops as a crash would and starts again after `downMs`. */
  async restart(downMs = 0): Promise<void> {
    await this.quiet();
    await this.crash();
    this.clock.advance(downMs);
    this.open();
    await this.run();
    await this.quiet();
  }

  /** Every notification, oldest first, as `event status`, with its channel when there are several. */
  outbox(): string[] {
    return this.#column("SELECT event || ' ' || status FROM notifications ORDER BY seq");
  }

  /** Returns the events delivered to a channel, in the order in which they were queued. */
  delivered(channelId: string): string[] {
    return this.#column(
      "SELECT event FROM notifications WHERE channel_id = ? AND status = 'sent' ORDER BY seq",
      channelId,
    );
  }

  /** The newest alert with its timeline. */
  newest(): AlertDetail {
    const [id] = this.#column<string>('SELECT id FROM alerts ORDER BY seq DESC LIMIT 1');
    const found = this.core.alerts.detail(id ?? '');
    if (!found) throw new Error('There is no alert');
    return found;
  }

  /** What its pane says of each channel; of the newest alert unless an id is given. */
  explanations(id = this.newest().alert.id): Explanation[] {
    const found = alertHandlers(this.core)['alerts.get']({ id });
    if (!found.ok) throw new Error(found.error.message);
    return found.value.explanation;
  }

  async update(patch: ParsedInput<'settings.update'>): Promise<void> {
    await this.core.settings.update(patch, 'test');
  }

  /** Ends the process as kill -9 would, as far as the database can tell: nothing is drained or settled. */
  async crash(): Promise<void> {
    await this.core.scheduler.stop();
    await this.core.connections.stop();
    this.db.close();
    this.#lock?.[Symbol.dispose]();
  }

  async addChannel(
    url: string,
    retry: RetryPolicy = EXACT,
    over: Partial<ChannelInput> = {},
  ): Promise<string> {
    const input = { kind: 'webhook', name: `to ${url}`, config: { url }, retry, enabled: true };
    return this.#create({ ...input, ...over } as ChannelInput);
  }

  async #create(input: ChannelInput): Promise<string> {
    const result = await this.core.channels.create(input, 'test');
    if (!result.ok) throw new Error(result.error.message);
    return result.value.id;
  }

  /** A channel for people whose sends need no network; what it shows is in `notices`. */
  addDesktop(over: Partial<ChannelInput> = {}): Promise<string> {
    const desktop = { kind: 'desktop', name: 'this computer', config: {} };
    return this.#create({ ...desktop, retry: EXACT, enabled: true, ...over } as ChannelInput);
  }

  /** Gives a channel a configuration that could be stored once and is refused today, as after an upgrade. */
  async storeConfig(id: string, config: object): Promise<void> {
    const sealedConfig = new Vault(new KeyRing([KEY])).seal(config, id);
    this.core.tables.channels.put({ ...this.channel(id), sealedConfig });
    await this.restart();
  }

  /** The channel as it is stored; it must exist. */
  channel(id: string): ChannelRow {
    const row = this.core.channels.get(id);
    if (!row) throw new Error(`There is no channel ${id}`);
    return row;
  }

  /** A notification with its attempts, by its place in the order of all; it must exist. */
  detail(index: number): Output<'notifications.get'> {
    const result = this.core.notifications.detail(this.ids()[index] ?? '');
    if (!result.ok) throw new Error(result.error.message);
    return result.value;
  }

  /** Raises that many alerts of different conditions. */
  async raiseMany(count: number, prefix = 'disk'): Promise<void> {
    const events = Array.from({ length: count }, (_, n) => firing({ dedupKey: `${prefix}${n}` }));
    await this.core.alerts.ingest(events);
  }

  /** A channel to `url` gets one new alert, and its notification stands in `status`. Answers the channel's id. */
  async raise(url: string, status: NotificationStatus): Promise<string> {
    const channelId = await this.addChannel(url);
    await this.core.alerts.ingest([firing()]);
    await this.statusesBecome(status);
    return channelId;
  }

  /** Status of every notification, oldest first. */
  statuses(): NotificationStatus[] {
    return this.#column('SELECT status FROM notifications ORDER BY seq');
  }

  async statusesBecome(...wanted: NotificationStatus[]): Promise<void> {
    const same = () => JSON.stringify(this.statuses()) === JSON.stringify(wanted);
    try {
      await until(same, '');
    } catch {
      throw new Error(`Wanted ${wanted.join()}, but they stay ${this.statuses().join()}`);
    }
  }

  ids(): string[] {
    return this.#column('SELECT id FROM notifications ORDER BY seq');
  }

  /** Returns the audit log's entries about a subject, oldest first. */
  audit(subject: string): { actor: string; action: string }[] {
    return this.db.all('SELECT actor, action FROM audit_log WHERE subject = ? ORDER BY id', [
      subject,
    ]);
  }

  dueIn(id: string): number {
    const [due] = this.#column<number>('SELECT due_at FROM notifications WHERE id = ?', id);
    return (due ?? Number.NaN) - this.clock.now();
  }

  #column<T extends string | number>(sql: string, ...values: string[]): T[] {
    return this.db.values(sql, values);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.db.open) {
      const stopped = this.core.worker.stop();
      this.clock.advance(60_000);
      await stopped;
      await this.crash();
    }
    await this.#http.close();
    this.#temp[Symbol.dispose]();
  }
}
