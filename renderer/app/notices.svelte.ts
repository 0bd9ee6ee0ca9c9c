import type { Failure } from '../../main/contract/result.ts';
import type { WindowClock } from '../time/clock.ts';

export interface Notice {
  readonly id: number;
  readonly tone: 'done' | 'problem';
  readonly text: string;
}

const SHOWN_MS = 6_000;
const SHOWN_MAX = 3;

/** What just happened, shown and read out. Good news leaves by itself; a problem stays until dismissed. */
export class Notices {
  readonly #clock: WindowClock;
  #items = $state.raw<readonly Notice[]>([]);
  #nextId = 1;

  constructor(clock: WindowClock) {
    this.#clock = clock;
  }

  get items(): readonly Notice[] {
    return this.#items;
  }

  done(text: string): void {
    const id = this.#add('done', text);
    this.#clock.after(SHOWN_MS, () => this.dismiss(id));
  }

  problem(what: string, failure: Failure): void {
    // The sign-in view that follows says it better.
    if (failure.code === 'unauthenticated') return;
    this.#add('problem', `${what}: ${failure.message}`);
  }

  dismiss(id: number): void {
    this.#items = this.#items.filter((item) => item.id !== id);
  }

  #add(tone: Notice['tone'], text: string): number {
    const id = this.#nextId++;
    this.#items = [...this.#items, { id, tone, text }].slice(-SHOWN_MAX);
    return id;
  }
}
