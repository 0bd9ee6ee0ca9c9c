import { beforeEach, describe, expect, it } from 'vitest';
import { Throttle } from '../../../renderer/time/throttle.ts';
import { ManualClock } from '../support/manual-clock.ts';

let clock: ManualClock;
let runs: number;
let throttle: Throttle;

beforeEach(() => {
  clock = new ManualClock();
  runs = 0;
  throttle = new Throttle(clock, 100, () => (runs += 1));
});

describe('Throttle', () => {
  it('runs at once', () => {
    throttle.request();
    expect(runs).toBe(1);
  });

  it('runs once more for all that was asked meanwhile, and not again', () => {
    for (let request = 0; request < 5; request += 1) throttle.request();
    expect(runs).toBe(1);
    clock.advance(100);
    expect(runs).toBe(2);
    clock.advance(1_000);
    expect(runs).toBe(2);
  });

  it('never waits for quiet: under constant requests it runs at its interval', () => {
    for (let step = 0; step < 100; step += 1) {
      throttle.request();
      clock.advance(10);
    }
    expect(runs).toBe(11);
  });

  it('runs no more once stopped', () => {
    throttle.request();
    throttle.request();
    throttle.stop();
    clock.advance(1_000);
    expect(runs).toBe(1);
    expect(clock.waiting).toBe(0);
  });
});
