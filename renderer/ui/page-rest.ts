import type { WindowClock } from '../time/clock.ts';

/** A page rests when nothing has scrolled for this long. */
const REST_MS = 120;
/** Between two groups of parts, so that frames are drawn. */
const FRAME_MS = 16;
const PARTS_PER_FRAME = 6;

/** Builds parts of the page that can wait: at once while nothing scrolls, else when it has stopped, a few in each frame. */
export class PageRest {
  readonly #clock: Pick<WindowClock, 'after'>;
  readonly #waiting = new Set<() => void>();
  #next: (() => void) | null = null;
  #isScrolling = false;

  constructor(host: Window, clock: Pick<WindowClock, 'after'>) {
    this.#clock = clock;
    const scrolled = (): void => {
      this.#isScrolling = true;
      this.#later(REST_MS);
    };
    host.addEventListener('scroll', scrolled, { capture: true, passive: true });
  }

  get isScrolling(): boolean {
    return this.#isScrolling;
  }

  /** Calls `build` when the page rests; the returned function calls it off. */
  wait(build: () => void): () => void {
    this.#waiting.add(build);
    if (!this.#next) this.#later(0);
    return () => void this.#waiting.delete(build);
  }

  #later(delayMs: number): void {
    this.#next?.();
    this.#next = this.#clock.after(delayMs, () => this.#rested());
  }

  #rested(): void {
    this.#next = null;
    this.#isScrolling = false;
    for (const build of [...this.#waiting].slice(0, PARTS_PER_FRAME)) {
      this.#waiting.delete(build);
      build();
    }
    if (this.#waiting.size > 0) this.#later(FRAME_MS);
  }
}
