import { rmSync } from 'node:fs';
import { defined } from '../base/assert.ts';
import { passed, type Clock } from '../base/clock.ts';
import { errorText } from '../base/logger.ts';
import type { ClusterCore } from '../contract/cluster.ts';
import { EntryParts } from './entry-parts.ts';
import {
  ANSWERED,
  CELL,
  CORE_MS,
  LEASE_MS,
  type FromLog,
  type Lease,
  type LogAddress,
  type Membership,
  type ToLog,
} from './log-messages.ts';
import { NatsLog, type CoreRecord } from './nats-log.ts';
import type { SnapshotPoint } from './snapshots.ts';

const RENEW_MS = 3_000;
const LOOK_MS = 500;
/** A new core replays about this many parts at most. */
const PARTS_PER_SNAPSHOT = 20_000;
const RECONNECT_MS = 1_000;
const CATCH_UP_MS = 10;
/** Entries that wait for the core at most. */
const AHEAD_MAX = 500;

/** One core's part in the log of its cluster: follows it, leads when nobody does, and writes while it leads. */
export class LogMember {
  readonly #post: (message: FromLog) => void;
  readonly #clock: Clock;
  readonly #answer: BigInt64Array;
  #membership: Membership | null = null;
  #log: NatsLog | null = null;
  /** The place of the last part that was read. */
  #last = 0;
  /** The place of the last part of the log while this core leads: only its own entries move it. */
  #tail = 0;
  /** The place of the last part of the last entry that was whole. */
  #handed = 0;
  /** Where the database is, in this log. */
  #reached: SnapshotPoint = { number: 0, place: 0 };
  /** The log ends before what the database has: servers have lost their disks, or the power. */
  #isLogShort = false;
  #revision: number | null = null;
  #renewedAtMs = 0;
  /** The log has been made, or was there. */
  #isMade = false;
  #leads = false;
  /** This core was deposed, and its database is not ready to follow yet. */
  #awaitsCore = false;
  #isHalted = false;
  #cores: readonly CoreRecord[] = [];
  /** The latest that each core has said since the start, and when, ms UTC. */
  readonly #known = new Map<string, { readonly record: CoreRecord; readonly at: number }>();
  #announcedAtMs = Number.NEGATIVE_INFINITY;
  #said = '';
  /** A snapshot is being made or stored. */
  #isSnapshotUnderWay = false;
  /** The log does not go on where the snapshots and the other cores are. */
  #isSnapshotDue = false;
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
        this.#membership = message.as;
        this.#reached = message.reached;
        void this.#run();
        return;
      case 'applied':
        this.#reached = message.reached;
        this.#isLogShort = false;
        this.#wake();
        return;
      case 'append':
        void this.#append(message);
        return;
      case 'resign':
        void this.#resign(message);
        return;
      case 'restore':
        void this.#attempt(() => this.#restore(message.above));
        return;
      case 'halt':
        this.#isHalted = true;
        return;
      case 'snapshot':
        void this.#attempt(() => this.#store(message));
        return;
      case 'noSnapshot':
        this.#isSnapshotUnderWay = false;
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
        // Servers that have lost their disks have lost the log.
        if (NatsLog.isRefusal(error)) this.#isMade = false;
        this.#post({ type: 'trouble', error: errorText(error) });
      }
      this.#tell(null, false);
      if (!this.#stopping) await passed(this.#clock, RECONNECT_MS);
    }
    this.#post({ type: 'stopped' });
  }

  /** Takes part until the connection is gone. */
  async #take(): Promise<void> {
    const { address, lease } = this.#me;
    await using log = await this.#connect(address);
    this.#log = log;
    try {
      if (this.#awaitsCore) {
        this.#post({ type: 'reachable' });
        await log.closed();
        return;
      }
      const { first, last } = await log.range();
      // A log that ends before what the database has goes on with its next entry.
      if (this.#reached.place > last) {
        this.#isLogShort = true;
        this.#reached = { ...this.#reached, place: last };
      }
      // What was read and did not reach the database is read again.
      this.#last = this.#handed = this.#reached.place;
      const isBehind = last > this.#last && first > this.#last + 1;
      if (isBehind) this.#post({ type: 'behind' });
      const following = isBehind ? log.closed() : this.#follow(log);
      await Promise.race([log.closed(), following, this.#campaign(log, lease)]);
    } finally {
      this.#log = null;
      this.#lose();
    }
  }

  /** Makes what is not known to be there. */
  async #connect(address: LogAddress): Promise<NatsLog> {
    const log = await NatsLog.connect(address, this.#clock, this.#isMade);
    this.#isMade = true;
    return log;
  }

  /** Hands every entry to the core that it did not write itself. */
  async #follow(log: NatsLog): Promise<void> {
    const entries = new EntryParts();
    for await (const part of log.parts(this.#last + 1)) {
      // What an earlier connection still has comes again on the next one.
      if (this.#log !== log) return;
      // It would take what another core has written meanwhile for something that it knows.
      if (this.#leads || part.place <= this.#last) continue;
      this.#last = part.place;
      const entry = entries.add(part);
      if (entry === null) continue;
      this.#handed = part.place;
      this.#post({ type: 'entry', entry });
      while (part.place - this.#reached.place > AHEAD_MAX) await this.#applyingGoesOn();
    }
  }

  #applyingGoesOn(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  async #campaign(log: NatsLog, lease: Lease): Promise<void> {
    const settledAtMs = this.#clock.monotonicMs() + CORE_MS;
    while (this.#log === log) {
      if (this.#revision !== null) await this.#renew(log, lease);
      await this.#unlessLeading(() => this.#meetOthers(log));
      if (this.#revision === null) await this.#stand(log, lease, settledAtMs);
      if (this.#revision !== null && !this.#leads) await this.#begin(log);
      if (this.#leads) {
        this.#tell(lease, true);
        await this.#unlessLeading(() => this.#wantSnapshot(log));
      }
      await passed(this.#clock, this.#revision === null ? LOOK_MS : RENEW_MS);
    }
  }

  /** Servers that have lost their leader renew nothing for a while, and give the lease to nobody else either. */
  async #renew(log: NatsLog, lease: Lease): Promise<void> {
    while (this.#log === log) {
      try {
        const leader = await log.leader();
        if (leader?.instance !== lease.instance) break;
        this.#revision = await log.renewLease(lease, leader.revision);
        this.#renewedAtMs = this.#clock.monotonicMs();
        return;
      } catch (error) {
        if (this.#clock.monotonicMs() > this.#renewedAtMs + LEASE_MS) throw error;
      }
      await passed(this.#clock, LOOK_MS);
    }
    throw new Error('another core leads, or may');
  }

  /** A core that leads goes on where this fails: what it appends tells whether it still leads. */
  async #unlessLeading(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.#leads) throw error;
      this.#post({ type: 'trouble', error: errorText(error) });
    }
  }

  /** Says what this core has, and hears what the others have. */
  async #meetOthers(log: NatsLog): Promise<void> {
    if (this.#clock.monotonicMs() - this.#announcedAtMs < RENEW_MS) return;
    this.#announcedAtMs = this.#clock.monotonicMs();
    const { lease, version } = this.#me;
    const { number } = this.#reached;
    await log.announce({ ...lease, version, number, isHalted: this.#isHalted });
    this.#cores = await log.cores();
    for (const record of this.#cores) {
      this.#known.set(record.core, { record, at: this.#clock.now() });
    }
  }

  async #stand(log: NatsLog, lease: Lease, settledAtMs: number): Promise<void> {
    const leader = await log.leader();
    this.#tell(leader, true);
    if (leader === null) {
      if (await this.#mayLead(log, settledAtMs)) this.#revision = await log.takeLease(lease);
    } else if (leader.instance === lease.instance) {
      this.#revision = await log.renewLease(lease, leader.revision);
    }
  }

  /**
   * Where the log has not begun, only the core leads whose data it is to begin with. Where it is shorter than what
   * this core has, since servers have lost their disks or the power, the core leads that has most.
   */
  async #mayLead(log: NatsLog, settledAtMs: number): Promise<boolean> {
    const { last } = await log.range();
    if (this.#isHalted || this.#isBehind(last)) return false;
    if (last === 0 && !this.#isLogShort) return this.#me.mayBegin;
    if (this.#isLogShort && this.#clock.monotonicMs() < settledAtMs) return false;
    return this.#cores.every(({ number }) => number <= this.#reached.number);
  }

  /** Returns true if the log has, or had, what the database does not have yet. */
  #isBehind(last: number): boolean {
    // The last parts may be of an entry that was never whole.
    return this.#last < last || this.#reached.place < this.#handed;
  }

  /** Says who leads and who is there, if that has changed. */
  #tell(leader: Lease | null, inReach: boolean): void {
    const most = Math.max(this.#reached.number, ...this.#cores.map(({ number }) => number));
    const there = new Set(this.#cores.map(({ core }) => core));
    const cores = [...this.#known.values()].map(({ record, at }): ClusterCore => {
      const { core, url, version, instance, isHalted } = record;
      const number = instance === this.#me.lease.instance ? this.#reached.number : record.number;
      const shared = { core, url, version, behind: most - number };
      if (instance === leader?.instance) return { ...shared, state: 'leading', missingSince: null };
      if (!there.has(core)) return { ...shared, state: 'missing', missingSince: at };
      return { ...shared, state: isHalted ? 'halted' : 'following', missingSince: null };
    });
    cores.sort((a, b) => (a.core < b.core ? -1 : 1));
    const message: FromLog = { type: 'cores', leader, cores, inReach };
    const said = JSON.stringify(message);
    if (said === this.#said) return;
    this.#said = said;
    this.#post(message);
  }

  async #wantSnapshot(log: NatsLog): Promise<void> {
    if (this.#isSnapshotUnderWay) return;
    const [newest] = await log.snapshots.list();
    const isRecent = newest && this.#tail - newest.place < PARTS_PER_SNAPSHOT;
    if (isRecent && !this.#isSnapshotDue) return;
    this.#isSnapshotUnderWay = true;
    this.#post({ type: 'snapshotDue' });
  }

  async #store({ path, number, place }: Extract<ToLog, { type: 'snapshot' }>): Promise<void> {
    try {
      const log = this.#log;
      if (log === null) return;
      await log.forgetBefore(await log.snapshots.put(path, { number, place }));
      this.#isSnapshotDue = false;
    } finally {
      rmSync(path, { force: true });
      this.#isSnapshotUnderWay = false;
    }
  }

  /** Fetches the newest snapshot. The core then begins again from what it has. */
  async #restore(above: number): Promise<void> {
    const log = this.#log;
    if (log === null) return;
    const [newest] = await log.snapshots.list();
    if (!newest || newest.number <= above) {
      // The core that leads is about to make one; a new connection asks for it again.
      await passed(this.#clock, RECONNECT_MS);
      await log[Symbol.asyncDispose]();
      return;
    }
    await log.snapshots.get(newest, this.#me.snapshotPath);
    this.#post({ type: 'restored' });
  }

  /** Tries work that fails again with a new connection. */
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
    while (this.#isBehind(last) && this.#clock.monotonicMs() < until) {
      await passed(this.#clock, CATCH_UP_MS);
    }
    if (this.#log !== log) return;
    if (this.#isBehind(last)) {
      await this.#giveLeaseBack(log);
      return;
    }
    this.#tail = last;
    this.#renewedAtMs = this.#clock.monotonicMs();
    this.#isSnapshotDue = this.#isLogShort;
    this.#isLogShort = false;
    this.#leads = true;
    this.#announcedAtMs = Number.NEGATIVE_INFINITY;
    this.#post({ type: 'elected' });
  }

  async #append({ ticket, number, parts }: Extract<ToLog, { type: 'append' }>): Promise<void> {
    try {
      if (this.#log === null || !this.#leads) throw new Error('this core does not lead');
      this.#tail = await this.#log.append(number, parts, this.#tail);
      this.#reached = { number, place: this.#tail };
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

  /** Leads no longer. The core answers reads until its log can be reached again, and follows then. */
  #lose(): void {
    this.#revision = null;
    this.#isSnapshotUnderWay = false;
    if (!this.#leads) return;
    this.#leads = false;
    this.#awaitsCore = true;
    this.#post({ type: 'deposed' });
    void this.#log?.[Symbol.asyncDispose]();
  }

  /** Another core may catch up sooner. */
  async #giveLeaseBack(log: NatsLog): Promise<void> {
    const revision = this.#revision;
    this.#revision = null;
    if (revision !== null) await log.giveLeaseBack(revision);
  }

  async #resign({ reached, mayBegin }: Omit<Extract<ToLog, { type: 'resign' }>, 'type'>) {
    this.#reached = reached;
    this.#isLogShort = false;
    this.#membership = { ...this.#me, mayBegin };
    this.#leads = false;
    this.#awaitsCore = false;
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
    if (this.#membership === null) this.#post({ type: 'stopped' });
    else await this.#resign({ reached: this.#reached, mayBegin: false });
  }

  get #me(): Membership {
    return defined(this.#membership, 'the part of this core in its cluster');
  }
}
