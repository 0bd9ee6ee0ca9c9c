import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock } from 'node:test';
import type { Clock } from '../../main/base/clock.ts';
import { Lifecycle } from '../../main/base/lifecycle.ts';
import { createAdapters } from '../../main/channels/channel-registry.ts';
import { createHeartbeatCall } from '../../main/channels/http-channel.ts';
import { createHttpClient, type HttpClient } from '../../main/channels/http-client.ts';
import { buildCore, type Core } from '../../main/core.ts';
import { mailMark } from '../../main/domain/own-mail.ts';
import { sent } from '../../main/domain/outcome.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { copyDisk, placeDatabase, SimulatedDisk, type CrashPoint } from './disk.ts';
import { Network, type NetworkListener } from './network.ts';
import { Random } from './random.ts';
import { KeyRing } from '../../main/base/key-ring.ts';

const KEY = Buffer.alloc(32, 7);
/** Memory rather than a disk, where there is such a directory: what a crash leaves is decided by the copies. */
const BASE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
/** Turns of the event loop without anything happening, after which nothing more will before time passes. */
const QUIET_TURNS = 3;
/** A piece of work that has not ended after so long never will. */
const WORK_MAX_MS = 600_000;
const DRAIN_MS = 10_000;

/** The clock of one process: its timers go with it. */
class ProcessClock implements Clock {
  readonly #base: FakeClock;
  readonly #timers = new Set<Disposable>();
  alive = true;

  constructor(base: FakeClock) {
    this.#base = base;
  }

  now(): number {
    return this.#base.now();
  }

  monotonicMs(): number {
    return this.#base.monotonicMs();
  }

  after(delayMs: number, task: () => void): Disposable {
    if (!this.alive) return { [Symbol.dispose]: () => undefined };
    const timer = this.#base.after(delayMs, () => {
      this.#timers.delete(timer);
      task();
    });
    this.#timers.add(timer);
    return timer;
  }

  end(): void {
    this.alive = false;
    for (const timer of this.#timers) timer[Symbol.dispose]();
  }
}

/** One process of Belfry: the real core over the simulated disk and network. */
interface Process {
  readonly dir: string;
  readonly clock: ProcessClock;
  readonly disk: SimulatedDisk;
  readonly http: ReturnType<typeof createHttpClient>;
  readonly core: Core;
  readonly services: Lifecycle;
}

/** How a process ended that could not write what was in memory alone. */
export interface Death {
  /** As `Machine.awakeMs`. */
  readonly atMs: number;
  /** How many transactions the disk had failed by then. */
  readonly failures: number;
}

/** The outcome of a piece of work: its value, its error, or a crash before either. */
export type Worked<T> =
  | { readonly how: 'done'; readonly value: T }
  | { readonly how: 'failed'; readonly error: unknown }
  | { readonly how: 'crashed' };

/**
 * A computer on which Belfry runs, is stopped and crashes, with the clock and the network around it. All of
 * it is one thread and one seed, so that the same steps always have the same outcome.
 */
export class Machine implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly network: Network;
  readonly log: string[] = [];
  readonly #random: Random;
  readonly #base = mkdtempSync(join(BASE, 'belfry-simulator-'));
  readonly #ids;
  #process: Process | null = null;
  /** How often Belfry has started. */
  starts = 0;
  /** By the number of the start. One that stops while the disk takes nothing dies as in a crash. */
  readonly deaths = new Map<number, Death>();
  #directories = 0;
  #sleptMs = 0;
  /** The directory with the files of a crash; null while nothing has crashed. */
  #wreck: string | null = null;

  constructor(seed: number, listener: NetworkListener) {
    this.#random = new Random(seed);
    // The ids of what is made in the same moment sort by chance, and rows are sometimes taken in their order.
    this.#ids = mock.method(globalThis.crypto, 'getRandomValues', (bytes: Uint8Array) => {
      for (const at of bytes.keys()) bytes[at] = this.#random.int(0, 255);
      return bytes;
    });
    this.network = new Network(this.clock, new Random(seed + 1), listener);
  }

  get core(): Core {
    return this.#running().core;
  }

  get disk(): SimulatedDisk {
    return this.#running().disk;
  }

  get hasCrashed(): boolean {
    return this.#wreck !== null;
  }

  #running(): Process {
    if (!this.#process) throw new Error('Belfry does not run');
    return this.#process;
  }

  /** Starts on what the last process left on the disk. */
  async start(): Promise<void> {
    this.#process = this.#open(this.#process?.dir ?? null);
    this.#wreck = null;
    this.starts++;
    const worked = await this.finish(this.#process.services.start());
    if (worked.how === 'failed') throw worked.error;
  }

  #open(before: string | null): Process {
    let dir = this.#wreck ?? before;
    if (dir === null) {
      dir = join(this.#base, String(this.#directories++));
      mkdirSync(dir);
      placeDatabase(dir);
    }
    const clock = new ProcessClock(this.clock);
    const disk = SimulatedDisk.open(dir);
    const logger = { log: (_level: string, message: string) => void this.log.push(message) };
    const http = createHttpClient(logger);
    const send: HttpClient = (request) => (clock.alive ? http.send(request) : never());
    const core = buildCore(disk, {
      adapters: createAdapters(
        send,
        { show: () => Promise.resolve(sent()), close: () => undefined },
        () => null,
        () => mailMark(KEY),
      ),
      callHeartbeat: createHeartbeatCall(send),
      dataKeys: new KeyRing([KEY]),
      locales: ['en'],
      clock,
      random: this.#random.next,
      logger,
      drainMs: DRAIN_MS,
    });
    return { dir, clock, disk, http, core, services: new Lifecycle(core.services) };
  }

  /** Monotonic time in which something could be done. */
  get awakeMs(): number {
    return this.clock.monotonicMs() - this.#sleptMs;
  }

  /** The computer sleeps, and everything that comes due meanwhile happens after it has woken. */
  sleep(ms: number): void {
    this.clock.advance(ms);
    this.#sleptMs += ms;
    this.core.scheduler.resumed();
  }

  /** Stops as a process does that is asked to, waits for `downMs` and starts again. */
  async restart(downMs: number): Promise<void> {
    const { services, disk, clock, http } = this.#running();
    if (this.core.writer.refusal) this.#noteDeath(disk);
    const worked = await this.finish(services.stop());
    if (worked.how === 'crashed') return this.recover(downMs);
    disk.pragma('wal_checkpoint(TRUNCATE)');
    disk.close();
    clock.end();
    await http.close();
    this.clock.advance(downMs);
    await this.start();
  }

  /** The process dies at its `nth` COMMIT from now on. */
  crashAt(nth: number, point: CrashPoint): void {
    this.disk.crashAt(nth, point, () => this.#die());
  }

  /** The process dies now, and starts again after `downMs` unless it already died before. */
  async recover(downMs: number): Promise<void> {
    if (!this.hasCrashed) this.#die();
    await turns(QUIET_TURNS);
    this.#running().disk.close();
    await turns(QUIET_TURNS);
    this.clock.advance(downMs);
    await this.start();
  }

  /** Kills the process; nothing but the contents of the disk at this moment is left of it. */
  #die(): void {
    const { dir, clock, disk, http } = this.#running();
    this.#noteDeath(disk);
    this.#wreck = join(this.#base, String(this.#directories++));
    copyDisk(dir, this.#wreck);
    clock.end();
    disk.end();
    this.network.cut();
    void http.close();
  }

  #noteDeath({ failures }: SimulatedDisk): void {
    this.deaths.set(this.starts, { atMs: this.awakeMs, failures });
  }

  /** Waits until nothing more happens before time passes. */
  async quiet(): Promise<void> {
    let before = -1;
    for (let turn = 0; turn < QUIET_TURNS;) {
      await new Promise(setImmediate);
      const seen = this.#running().disk.transactions + this.network.activity;
      turn = seen === before ? turn + 1 : 0;
      before = seen;
    }
  }

  /** Lets time pass as it does in a running process: whatever comes due is done before time goes on. */
  async pass(ms: number): Promise<void> {
    await this.quiet();
    for (let left = ms; left > 0 && !this.hasCrashed;) {
      const step = Math.min(left, Math.max(1, this.clock.nextTimerMs() ?? left));
      this.clock.advance(step);
      left -= step;
      await this.quiet();
    }
  }

  /** Lets time pass until a piece of work has ended. Throws when it never does. */
  async finish<T>(work: Promise<T>): Promise<Worked<T>> {
    let worked: Worked<T> | null = null;
    work.then(
      (value) => (worked = { how: 'done', value }),
      (error: unknown) => (worked = { how: 'failed', error }),
    );
    await this.quiet();
    for (let waited = 0; waited < WORK_MAX_MS; waited += 100) {
      if (this.hasCrashed) return { how: 'crashed' };
      if (worked) return worked;
      await this.pass(100);
    }
    throw new Error('A piece of work never ended');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.hasCrashed) this.#die();
    await turns(QUIET_TURNS);
    this.#running().disk.close();
    this.network[Symbol.dispose]();
    this.#ids.mock.restore();
    rmSync(this.#base, { recursive: true, force: true });
  }
}

/** Returns a promise that never settles, for a process that has ended. */
const never = (): Promise<never> => new Promise(() => undefined);

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}
