import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import { errorText, type Logger } from '../base/logger.ts';

/** Something that has to happen at a time which it knows from stored rows. */
export interface Scheduled {
  /** Returns when it next wants to run, in ms UTC; at or before now means at once, null means not at all. */
  nextDueAt(): number | null;
  /** Must return quickly and must move `nextDueAt` on, or the scheduler would spin. */
  run(now: number): void;
  /** The clock was set by `deltaMs` against monotonic time, or the machine slept (then 0 or more). */
  clockChanged(deltaMs: number): void;
}

/** A task that holds all the others while it is closed. */
export interface Gate extends Scheduled {
  readonly closed: boolean;
}

/** Never sleeps longer, so that a clock change or a sleep is noticed within a minute. */
const SLEEP_MAX_MS = 60_000;
/** Smaller differences are clock discipline (NTP slewing), not a change worth acting on. */
const CLOCK_CHANGE_MIN_MS = 2_000;
/** A wake this long after the last one means that the process was stopped, where monotonic time went on. */
const AWAY_MIN_MS = SLEEP_MAX_MS + 30_000;
/** A task that cannot run yet although it is due must not turn the timer into a busy loop. */
const SLEEP_MIN_MS = 1;
const FAILED_RETRY_MS = 1_000;

/**
 * Sleeps to the next due moment of its tasks and runs what is due. The only timer of an idle core.
 * Woken early by commits that enqueue something, by resume, and by whatever calls `wake`.
 */
export class Scheduler implements Service {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #tasks: Scheduled[];
  readonly #gate: Gate | null;
  #timer: Disposable | null = null;
  #running = false;
  #evaluating = false;
  #again = false;
  #wallMs = 0;
  #monotonicMs = 0;

  constructor(clock: Clock, logger: Logger, tasks: readonly Scheduled[], gate: Gate | null = null) {
    this.#clock = clock;
    this.#logger = logger;
    this.#tasks = gate === null ? [...tasks] : [gate, ...tasks];
    this.#gate = gate;
  }

  /** One more task, from the next look on. */
  add(task: Scheduled): void {
    this.#tasks.push(task);
    this.wake();
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#noteTime();
    this.wake();
  }

  stop(): Promise<void> {
    this.#running = false;
    this.#timer?.[Symbol.dispose]();
    this.#timer = null;
    return Promise.resolve();
  }

  /** Looks at every task now. Safe to call from within a task's run, and when stopped. */
  wake(): void {
    this.#evaluate(() => this.#detectClockChange());
  }

  /**
   * The machine woke from sleep. Said by the system where it can, since on some of them monotonic
   * time goes on during sleep and then nothing else would show it.
   */
  resumed(): void {
    this.#evaluate(() => {
      this.#detectClockChange();
      for (const task of this.#tasks) task.clockChanged(0);
    });
  }

  /** Runs what is due, after every task has heard of the clock: one that wakes the others must not be first. */
  #evaluate(hearOfClock: () => void): void {
    if (!this.#running) return;
    if (this.#evaluating) {
      this.#again = true;
      return;
    }
    this.#evaluating = true;
    try {
      hearOfClock();
      // Twice at most: what a task's run caused is looked at once more, the rest waits for the timer.
      for (let pass = 0; pass < 2; pass++) {
        this.#again = false;
        this.#runDue();
        if (!this.#again) break;
      }
    } finally {
      this.#evaluating = false;
      this.#sleep();
    }
  }

  #runDue(): void {
    const now = this.#clock.now();
    for (const task of this.#open()) {
      try {
        const dueAt = task.nextDueAt();
        if (dueAt !== null && dueAt <= now) task.run(now);
      } catch (error) {
        this.#report(error);
      }
    }
  }

  #sleep(): void {
    this.#timer?.[Symbol.dispose]();
    const now = this.#clock.now();
    let until = now + SLEEP_MAX_MS;
    for (const task of this.#open()) {
      try {
        const dueAt = task.nextDueAt();
        if (dueAt !== null && dueAt < until) until = dueAt;
      } catch (error) {
        this.#report(error);
        until = Math.min(until, now + FAILED_RETRY_MS);
      }
    }
    this.#timer = this.#clock.after(Math.max(until - now, SLEEP_MIN_MS), () => this.wake());
  }

  #open(): readonly Scheduled[] {
    return this.#gate?.closed ? [this.#gate] : this.#tasks;
  }

  #detectClockChange(): void {
    const wallPassed = this.#clock.now() - this.#wallMs;
    const monotonicPassed = this.#clock.monotonicMs() - this.#monotonicMs;
    const deltaMs = Math.round(wallPassed - monotonicPassed);
    this.#noteTime();
    const wasAway = monotonicPassed > AWAY_MIN_MS;
    if (Math.abs(deltaMs) < CLOCK_CHANGE_MIN_MS && !wasAway) return;
    this.#logger.log('info', 'The clock moved or the machine slept', { deltaMs });
    for (const task of this.#tasks) task.clockChanged(deltaMs);
  }

  /** A database that cannot be read now may be read in a second; the other tasks go on. */
  #report(error: unknown): void {
    this.#logger.log('error', 'A scheduled task failed', { error: errorText(error) });
  }

  #noteTime(): void {
    this.#wallMs = this.#clock.now();
    this.#monotonicMs = this.#clock.monotonicMs();
  }
}
