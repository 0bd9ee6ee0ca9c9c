import { SteppedClock } from '../../main/base/stepped-clock.ts';

/** Time that a test moves. Wall and monotonic time go together unless the test sets the clock. */
export class FakeClock extends SteppedClock {
  #setByMs = 0;

  constructor(wallMs = Date.UTC(2026, 0, 15, 12)) {
    super(wallMs);
  }

  override now(): number {
    return super.now() + this.#setByMs;
  }

  /** Somebody sets the wall clock; monotonic time does not notice. */
  setWallBy(ms: number): void {
    this.#setByMs += ms;
  }
}
