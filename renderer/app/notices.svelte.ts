import type { Failure } from '../../main/contract/result.ts';
import type { WindowClock } from '../time/clock.ts';

/** Undoes an action that was just done. */
export interface Undo {
  /** The last moment for it (ms UTC). */
  readonly until: number;
  /** Returns true if the undo was started; another notice says why not. */
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
 * Outcomes of actions, shown and read out. A success disappears automatically, at the last moment to undo it
 * where it can be undone; a problem stays until dismissed.
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

  /** Returns the id of the notice. */
  done(text: string, undo: Undo | null = null): number {
    const id = this.#add('done', text, undo);
    const shownMs = undo ? undo.until - this.#clock.now() : SHOWN_MS;
    this.#clock.after(shownMs, () => this.dismiss(id));
    return id;
  }

  problem(what: string, failure: Failure): void {
    // The sign-in view follows, and says it.
    if (failure.code === 'unauthenticated') return;
    this.#add('problem', `${what}: ${failure.message}`, null);
  }

  /** Shows what a person should know of the window itself, until they dismiss it. */
  remark(text: string): void {
    this.#add('done', text, null);
  }

  dismiss(id: number): void {
    this.#items = this.#items.filter((item) => item.id !== id);
  }

  /** Removes all notices; after a sign-out nothing may be left to read. */
  clear(): void {
    this.#items = [];
  }

  /** Keeps notices with an undo until there are more of them: a later notice must not take the chance away. */
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
