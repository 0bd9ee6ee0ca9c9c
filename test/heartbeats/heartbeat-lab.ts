import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { idsFrom } from '../../main/base/ids.ts';
import {
  heartbeatInput,
  type Heartbeat,
  type HeartbeatEvent,
} from '../../main/contract/heartbeat.ts';
import type { ConditionEvent } from '../../main/domain/condition-event.ts';
import type { Ping } from '../../main/domain/heartbeat-ping.ts';
import { HeartbeatService } from '../../main/heartbeats/heartbeat-service.ts';
import { HeartbeatPings, JobIntake } from '../../main/heartbeats/heartbeat-pings.ts';
import { HeartbeatWriter } from '../../main/heartbeats/heartbeat-writer.ts';
import { HeartbeatWatch } from '../../main/heartbeats/heartbeat-watch.ts';
import { Scheduler } from '../../main/scheduler/scheduler.ts';
import { AuditTable } from '../../main/store/audit-table.ts';
import { openDatabase, type Db } from '../../main/store/database.ts';
import { HeartbeatEventTable } from '../../main/store/heartbeat-event-table.ts';
import { HeartbeatHistoryTable } from '../../main/store/heartbeat-history-table.ts';
import { HeartbeatTable } from '../../main/store/heartbeat-table.ts';
import { Writer } from '../../main/store/writer.ts';
import { messagesFor } from '../../main/messages/messages.ts';
import { renderReason } from '../../main/messages/reasons.ts';
import { StorageWatch } from '../../main/system/storage-watch.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { tempDir } from '../support/temp-dir.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const PING: Ping = { action: 'success', exitStatus: null, runId: null, body: '' };

/** Heartbeats over a real database and the real scheduler; what they tell the alert engine is recorded. */
export class HeartbeatLab implements AsyncDisposable {
  readonly clock: FakeClock;
  readonly logged: string[] = [];
  /** Everything reported to the engine, oldest first. */
  readonly reported: ConditionEvent[] = [];
  /** Conditions that are open by what was reported, with their last reports; survives a restart as alerts do. */
  readonly open = new Map<string, ConditionEvent>();
  db!: Db;
  writer!: Writer;
  heartbeats!: HeartbeatTable;
  service!: HeartbeatService;
  pings!: HeartbeatPings;
  jobs!: JobIntake;
  watch!: HeartbeatWatch;
  scheduler!: Scheduler;
  readonly #temp = tempDir();

  constructor(clock = new FakeClock()) {
    this.clock = clock;
  }

  get dir(): string {
    return this.#temp.path;
  }

  static async start(clock?: FakeClock): Promise<HeartbeatLab> {
    const lab = new HeartbeatLab(clock);
    await lab.boot();
    return lab;
  }

  /** Opens the database and starts the watch, as a start of the program does. */
  async boot(): Promise<void> {
    this.db = openDatabase(this.dir);
    const logger = { log: (_level: string, message: string) => void this.logged.push(message) };
    this.writer = new Writer(this.db, this.clock, logger);
    this.heartbeats = new HeartbeatTable(this.db);
    const basics = {
      tables: {
        heartbeats: this.heartbeats,
        heartbeatEvents: new HeartbeatEventTable(this.db),
        heartbeatHistory: new HeartbeatHistoryTable(this.db),
        audit: new AuditTable(this.db),
      },
      writer: this.writer,
      clock: this.clock,
      logger,
      newId: idsFrom(this.clock),
      messages: () => messagesFor('en'),
      newPingId: randomUUID,
      wake: () => this.scheduler.wake(),
      apply: (_unit: unknown, event: ConditionEvent) => this.#apply(event),
      opened: (event: ConditionEvent) => this.open.get(keyOf(event)) ?? null,
    };
    const record = new HeartbeatWriter(basics);
    this.service = new HeartbeatService({ ...basics, record });
    this.pings = new HeartbeatPings({ ...basics, record, service: this.service });
    this.jobs = new JobIntake({ ...basics, pings: this.pings });
    this.watch = new HeartbeatWatch({ ...basics, record });
    const wake = () => this.scheduler.wake();
    const storage = new StorageWatch({
      writer: this.writer,
      render: (reason) => renderReason(messagesFor('en'), reason),
      clock: this.clock,
      wake,
    });
    this.scheduler = new Scheduler(this.clock, logger, [this.watch], storage);
    await this.watch.start();
    this.scheduler.start();
    await this.settled();
  }

  /** Ends the process; time may pass before `boot`. */
  async halt(): Promise<void> {
    await this.scheduler.stop();
    await this.watch.stop();
    this.db.close();
  }

  /** Everything that was begun is written, and what that caused, too. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < 4; turn += 1) await this.writer.submit(() => undefined);
  }

  /** Lets time pass and everything happen that is due in it. */
  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.settled();
  }

  /** As `POST /api/v1/heartbeats` with these fields. */
  async make(over: Partial<z.input<typeof heartbeatInput>> = {}): Promise<Heartbeat> {
    const input = {
      name: 'Backup of the NAS',
      schedule: { type: 'period', periodMs: DAY },
      graceMs: HOUR,
    };
    const made = await this.service.collection.create(
      heartbeatInput.parse({ ...input, ...over }),
      'test',
    );
    if (!made.ok) throw new Error(made.error.message);
    return made.value;
  }

  /** Makes one and lets it be heard once. */
  async makeUp(over: Parameters<HeartbeatLab['make']>[0] = {}): Promise<Heartbeat> {
    const made = await this.make(over);
    await this.ping(made);
    return this.stored(made);
  }

  async ping({ pingId }: Pick<Heartbeat, 'pingId'>, over: Partial<Ping> = {}): Promise<void> {
    const { outcome } = await this.pings.ping({ pingId: pingId ?? '' }, { ...PING, ...over });
    if (outcome !== 'pinged') throw new Error(outcome);
    await this.settled();
  }

  stored({ id }: { readonly id: string }): Heartbeat {
    const row = this.heartbeats.byId(id);
    if (!row) throw new Error('It is not there');
    return row;
  }

  /** Newest first. */
  timeline({ id }: { readonly id: string }): HeartbeatEvent[] {
    const found = this.service.detail(id);
    if (!found.ok) throw new Error(found.error.message);
    return found.value.timeline;
  }

  /** Oldest first. */
  types(heartbeat: { readonly id: string }): string[] {
    return this.timeline(heartbeat)
      .map(({ type }) => type)
      .reverse();
  }

  /** Returns the reports to the engine, as `firing: …` and `resolved: …`. */
  sentences(): string[] {
    return this.reported.map(({ status, message }) => `${status}: ${message}`);
  }

  #apply(event: ConditionEvent) {
    this.reported.push(event);
    const key = keyOf(event);
    const wasOpen = this.open.has(key);
    if (event.status === 'firing') this.open.set(key, event);
    else this.open.delete(key);
    const firing = wasOpen ? 'touched' : 'raised';
    const action = event.status === 'firing' ? firing : wasOpen ? 'resolved' : 'ignored';
    return { alertId: null, action } as const;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.db.open) await this.halt();
    this.#temp[Symbol.dispose]();
  }
}

const keyOf = ({ source, host, kind, dedupKey }: ConditionEvent): string =>
  JSON.stringify([source, host, kind, dedupKey]);
