import { describe, expect, test } from 'vitest';
import { Scheduler, type Scheduled } from '../../main/scheduler/scheduler.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** A task whose due moments the test sets, and which notes what happens to it. */
class Task implements Scheduled {
  dueAt: number | null = null;
  readonly ran: number[] = [];
  readonly changes: number[] = [];
  onRun = (): void => undefined;
  onChange = (): void => undefined;

  nextDueAt(): number | null {
    return this.dueAt;
  }

  run(now: number): void {
    this.ran.push(now);
    this.dueAt = null;
    this.onRun();
  }

  clockChanged(deltaMs: number): void {
    this.changes.push(deltaMs);
    this.onChange();
  }
}

function start(...tasks: Task[]) {
  const clock = new FakeClock();
  const logger = { log: () => undefined };
  const scheduler = new Scheduler(clock, logger, tasks);
  scheduler.start();
  return { clock, scheduler, now: clock.now() };
}

describe('the scheduler', () => {
  test('sleeps to the next due moment, and not a millisecond less', () => {
    const task = new Task();
    const { clock, scheduler, now } = start(task);
    task.dueAt = now + 5_000;
    scheduler.wake();
    clock.advance(4_999);
    expect(task.ran).toEqual([]);
    clock.advance(1);
    expect(task.ran).toEqual([now + 5_000]);
  });

  test('sleeps a minute at most, with one timer alone, when nothing is due', () => {
    const task = new Task();
    const { clock } = start(task);
    expect(clock.nextTimerMs()).toBe(60_000);
    clock.advance(60_000);
    expect(clock.nextTimerMs()).toBe(60_000);
    expect(task.ran).toEqual([]);
  });

  test('woken early runs what has become due', () => {
    const task = new Task();
    const { scheduler, now } = start(task);
    task.dueAt = now;
    scheduler.wake();
    expect(task.ran).toEqual([now]);
  });

  test('looks again at once when a run made something due, but never spins on it', () => {
    const task = new Task();
    const { clock, scheduler, now } = start(task);
    task.dueAt = now;
    task.onRun = () => {
      task.dueAt = now;
      scheduler.wake();
    };
    scheduler.wake();
    expect(task.ran).toHaveLength(2);
    clock.advance(1);
    expect(task.ran).toHaveLength(4);
  });

  test.each([3_600_000, -3_600_000])('sees that the wall clock was set by %i ms', (deltaMs) => {
    const task = new Task();
    const { clock } = start(task);
    clock.advance(30_000);
    clock.setWallBy(deltaMs);
    expect(task.changes).toEqual([]);
    clock.advance(30_000);
    expect(task.changes).toEqual([deltaMs]);
    clock.advance(120_000);
    expect(task.changes).toEqual([deltaMs]);
  });

  test('does not take the slewing of a time server for a change', () => {
    const task = new Task();
    const { clock } = start(task);
    clock.setWallBy(1_500);
    clock.advance(60_000);
    expect(task.changes).toEqual([]);
  });

  test('passes a wake-up on to everybody and looks at everything', () => {
    const task = new Task();
    const { scheduler, now } = start(task);
    task.dueAt = now;
    scheduler.resumed();
    expect(task.changes).toEqual([0]);
    expect(task.ran).toEqual([now]);
  });

  test('runs nothing before every task has heard of the clock, even if the first of them wakes it', () => {
    const [first, second] = [new Task(), new Task()];
    const { clock, scheduler } = start(first, second);
    first.onChange = () => scheduler.wake();
    second.onChange = () => (second.dueAt = null);
    second.dueAt = clock.now() + 60_000;
    clock.setWallBy(3_600_000);
    scheduler.resumed();
    expect(second.changes).toEqual([3_600_000, 0]);
    expect(second.ran).toEqual([]);
    second.dueAt = clock.now() + 60_000;
    clock.setWallBy(3_600_000);
    scheduler.wake();
    expect(second.ran).toEqual([]);
  });

  test('stopped has no timer and runs nothing', async () => {
    const task = new Task();
    const { clock, scheduler, now } = start(task);
    await scheduler.stop();
    await scheduler.stop();
    task.dueAt = now;
    scheduler.wake();
    scheduler.resumed();
    expect(clock.nextTimerMs()).toBeNull();
    expect(task.ran).toEqual([]);
  });
});
