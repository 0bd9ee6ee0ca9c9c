import { rmSync } from 'node:fs';
import { passed, type Clock } from '../base/clock.ts';
import { errorText } from '../base/logger.ts';
import { ANSWERED, CELL, type FromLog, type SealedEntry, type ToLog } from './log-messages.ts';
import { LEASE_MS, NatsLog, type StoredPart } from './nats-log.ts';

const RENEW_MS = 3_000;
const LOOK_MS = 1_000;
/** A new core replays at most about so many parts. */
const PARTS_PER_SNAPSHOT = 20_000;
const RECONNECT_MS = 1_000;
const CATCH_UP_MS = 10;
/** Entries that wait for the core at most. */
const AHEAD_MAX = 500;

type Follow = Extract<ToLog, { type: 'follow' }>;

/** One core's part in the log of its cluster: follows it, leads when nobody does, and writes while it leads. */
export class LogMember {
  readonly #post: (message: FromLog) => void;
  readonly #clock: Clock;
  readonly #answer: BigInt64Array;
  #options: Follow | null = null;
  #log: NatsLog | null = null;
  /** The place of the last part that was read. */
  #last = 0;
  /** The place of the last part of the log while this core leads: only its own entries move it. */
  #tail = 0;
  /** The place of the last part of the last entry that was whole. */
  #handed = 0;
  /** The place up to which the core has what was read. */
  #applied = 0;
  #revision: number | null = null;
  #leads = false;
  /** A snapshot is being made or stored. */
  #isSnapshotUnderWay = false;
  #stopping = false;
  #wake: () => void = () => undefined;

  /** `shared` is where the core waits for the answers to what it appends. */
  constructor(post: (message: FromLog) => void, shared: SharedArrayBuffer, clock: Clock) {
    this.#post = post;
    this.#clock = clock;
    this.#answer = new BigInt64Array(shared);
  }

  receive(message: ToLog): void {
    switch (message.type) {
      case 'follow':
        this.#options = message;
        this.#last = this.#applied = message.after;
        void this.#run();
        return;
      case 'applied':
        this.#applied = message.sequence;
        this.#wake();
        return;
      case 'append':
        void this.#append(message);
        return;
      case 'resign':
        void this.#resign(message.after);
        return;
      case 'restore':
        void this.#attempt(() => this.#restore());
        return;
      case 'snapshot':
        void this.#attempt(() => this.#store(message));
        return;
      case 'stop':
        void this.#stop();
    }
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#take();
      } catch (error) {
        this.#lose();
        this.#post({ type: 'trouble', error: errorText(error) });
        this.#post({ type: 'leader', lease: null, isConnected: false });
      }
      if (!this.#stopping) await passed(this.#clock, RECONNECT_MS);
    }
    this.#post({ type: 'stopped' });
  }

  /** Takes part until the connection is gone. */
  async #take(): Promise<void> {
    const options = this.#options;
    if (options === null) return;
    await using log = await NatsLog.connect(options.address, this.#clock);
    this.#log = log;
    // What was read and did not reach the database is read again.
    this.#last = this.#applied;
    try {
      const { first, last } = await log.range();
      const isBehind = last > this.#last && first > this.#last + 1;
      const following = isBehind ? this.#restore() : this.#follow(log);
      await Promise.race([log.closed(), following, this.#campaign(log, options)]);
    } finally {
      this.#log = null;
      this.#lose();
    }
  }

  /** Hands every entry to the core that it did not write itself. */
  async #follow(log: NatsLog): Promise<void> {
    let parts: StoredPart[] = [];
    for await (const part of log.parts(this.#last + 1)) {
      // It would take what another core has written meanwhile for something that it knows.
      if (this.#leads || part.sequence <= this.#last) continue;
      if (part.index === 0) parts = [];
      parts.push(part);
      this.#last = part.sequence;
      // Without its other parts an entry was never answered for, and the next one has its number.
      if (parts.length < part.count) continue;
      const { number, sequence } = part;
      const bytes = parts.length === 1 ? part.bytes : Buffer.concat(parts.map((it) => it.bytes));
      parts = [];
      this.#handed = sequence;
      this.#hand([{ number, sequence, bytes }]);
      while (part.sequence - this.#applied > AHEAD_MAX) await this.#applyingGoesOn();
    }
  }

  #hand(entries: readonly SealedEntry[]): void {
    this.#post({ type: 'entries', entries });
  }

  #applyingGoesOn(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  async #campaign(log: NatsLog, { lease }: Follow): Promise<void> {
    let known: string | undefined;
    for (;;) {
      if (this.#revision === null) {
        const leader = await log.leader();
        const now = JSON.stringify(leader?.core ?? null);
        if (now !== known) this.#post({ type: 'leader', lease: leader, isConnected: true });
        known = now;
        if (leader === null && (await this.#mayLead(log)))
          this.#revision = await log.takeLease(lease);
        // It may be about to end.
        else if (leader?.core === lease.core)
          this.#revision = await log.renewLease(lease, leader.revision);
      } else {
        this.#revision = await log.renewLease(lease, this.#revision);
      }
      if (this.#revision !== null && !this.#leads) await this.#begin(log);
      if (this.#leads) await this.#wantSnapshot(log);
      await passed(this.#clock, this.#revision === null ? LOOK_MS : RENEW_MS);
    }
  }

  /** Where the log has not begun, only the core leads whose data it is to begin with. */
  async #mayLead(log: NatsLog): Promise<boolean> {
    return this.#options?.mayBegin === true || (await log.range()).last > 0;
  }

  async #wantSnapshot(log: NatsLog): Promise<void> {
    if (this.#isSnapshotUnderWay) return;
    const [newest] = await log.snapshots.list();
    if (newest && this.#tail - newest.place < PARTS_PER_SNAPSHOT) return;
    this.#isSnapshotUnderWay = true;
    this.#post({ type: 'snapshotDue' });
  }

  async #store({ path, number, place }: Extract<ToLog, { type: 'snapshot' }>): Promise<void> {
    try {
      const log = this.#log;
      if (log !== null) await log.forgetBefore(await log.snapshots.put(path, { number, place }));
    } finally {
      rmSync(path, { force: true });
      this.#isSnapshotUnderWay = false;
    }
  }

  /** Fetches the newest snapshot. The core then begins again from what it has. */
  async #restore(): Promise<void> {
    const { snapshotPath = '' } = this.#options ?? {};
    const [newest] = (await this.#log?.snapshots.list()) ?? [];
    if (!newest) throw new Error('the cluster has no snapshot');
    await this.#log?.snapshots.get(newest, snapshotPath);
    const { number, place } = newest;
    this.#post({ type: 'restored', number, place });
    // The core says where to go on.
    await new Promise(() => undefined);
  }

  /** What fails is tried again with a new connection. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#post({ type: 'trouble', error: errorText(error) });
      await this.#log?.[Symbol.asyncDispose]();
    }
  }

  /** Leads once the core has everything that the log has. */
  async #begin(log: NatsLog): Promise<void> {
    const { last } = await log.range();
    const until = this.#clock.monotonicMs() + LEASE_MS / 2;
    // The last parts may be of an entry that was never whole.
    const isBehind = (): boolean => this.#last < last || this.#applied < this.#handed;
    while (isBehind() && this.#clock.monotonicMs() < until) await passed(this.#clock, CATCH_UP_MS);
    if (isBehind()) {
      await this.#giveLeaseBack(log);
      return;
    }
    this.#tail = last;
    this.#leads = true;
    this.#post({ type: 'elected' });
  }

  async #append({ ticket, number, parts }: Extract<ToLog, { type: 'append' }>): Promise<void> {
    try {
      if (this.#log === null || !this.#leads) throw new Error('this core does not lead');
      this.#tail = this.#applied = await this.#log.append(number, parts, this.#tail);
      this.#settle(ticket, this.#tail);
    } catch {
      this.#lose();
      this.#settle(ticket, -1);
    }
  }

  /** Wakes the core, unless it has given up waiting for this answer. */
  #settle(ticket: number, place: number): void {
    if (Atomics.load(this.#answer, CELL.ticket) !== BigInt(ticket)) return;
    Atomics.store(this.#answer, CELL.place, BigInt(place));
    Atomics.store(this.#answer, CELL.state, ANSWERED);
    Atomics.notify(this.#answer, CELL.state);
  }

  #lose(): void {
    this.#revision = null;
    if (!this.#leads) return;
    this.#leads = false;
    this.#post({ type: 'deposed' });
  }

  /** Another core may catch up sooner. */
  async #giveLeaseBack(log: NatsLog): Promise<void> {
    const revision = this.#revision;
    this.#revision = null;
    if (revision !== null) await log.giveLeaseBack(revision);
  }

  async #resign(after: number): Promise<void> {
    this.#last = this.#applied = after;
    this.#leads = false;
    const log = this.#log;
    if (log === null) return;
    try {
      await this.#giveLeaseBack(log);
    } catch (error) {
      // The lease ends anyway, only later.
      this.#post({ type: 'trouble', error: errorText(error) });
    }
    // A new connection reads the log from the place that the database has.
    await log[Symbol.asyncDispose]();
  }

  async #stop(): Promise<void> {
    this.#stopping = true;
    await this.#resign(this.#applied);
    if (this.#options === null) this.#post({ type: 'stopped' });
  }
}
