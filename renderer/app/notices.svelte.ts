import type { Failure } from '../../main/contract/result.ts';
import type { WindowClock } from '../time/clock.ts';

/** How something that was just done is taken back. */
export interface Undo {
  /** When it no longer can be, in milliseconds since 1970. */
  readonly until: number;
  /** Answers whether that was begun; why not is a notice of its own. */
  run(): Promise<boolean>;
}

export interface Notice {
  readonly id: number;
  readonly tone: 'done' | 'problem';
  readonly text: string;
  readonly undo: Undo | null;
}

const SHOWN_MS = 6_000;
const SHOWN_MAX = 3;

/**
 * What just happened, shown and read out. Good news leaves by itself, with the last moment to undo it where
 * it can be undone; a problem stays until dismissed.
 */
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

  done(text: string, undo: Undo | null = null): void {
    const id = this.#add('done', text, undo);
    const shownMs = undo ? undo.until - this.#clock.now() : SHOWN_MS;
    this.#clock.after(shownMs, () => this.dismiss(id));
  }

  problem(what: string, failure: Failure): void {
    // The sign-in view that follows says it better.
    if (failure.code === 'unauthenticated') return;
    this.#add('problem', `${what}: ${failure.message}`, null);
  }

  dismiss(id: number): void {
    this.#items = this.#items.filter((item) => item.id !== id);
  }

  /** Whoever has signed out leaves nothing behind to be read. */
  clear(): void {
    this.#items = [];
  }

  /** What can be undone gives way only to more of its kind: later news must not take the chance away. */
  #add(tone: Notice['tone'], text: string, undo: Undo | null): number {
    const id = this.#nextId++;
    const items = [...this.#items, { id, tone, text, undo }];
    const kept = [true, false].flatMap((undoable) =>
      items.filter((item) => (item.undo !== null) === undoable).slice(-SHOWN_MAX),
    );
    this.#items = items.filter((item) => kept.includes(item));
    return id;
  }
}
