import type { Unsubscribe } from '../../main/contract/client.ts';
import type { Route } from '../app/route.ts';

/** The loss that a person is asked about: changes that are not saved, or a token that is shown once. */
export type Loss = 'changes' | 'token';

/** Returns true if a form would lose what it holds at a move to a route; null closes the page or the form. */
export type Holds = (to: Route | null) => boolean;

/** The forms of the window, and the question before one loses what it holds. */
export class Unsaved {
  // Forms are not drawn from here.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #forms = new Map<Holds, Loss>();
  #asked = $state.raw<{ readonly loss: Loss; readonly leave: () => void } | null>(null);

  /** The loss that a person is asked about; null while nobody is asked. */
  get asking(): Loss | null {
    return this.#asked?.loss ?? null;
  }

  watch(holds: Holds, loss: Loss = 'changes'): Unsubscribe {
    this.#forms.set(holds, loss);
    return () => {
      this.#forms.delete(holds);
      // Nothing is left to ask about.
      if (this.#forms.size === 0) this.#asked = null;
    };
  }

  /** Returns the loss at a move to a route, or with the page for null; null if nothing is lost. */
  wouldLose(to: Route | null): Loss | null {
    return [...this.#forms].find(([holds]) => holds(to))?.[1] ?? null;
  }

  /** Runs `leave` now if nothing is lost; else once a person has accepted the loss. */
  leave(leave: () => void, loss = this.wouldLose(null)): void {
    if (loss === null) leave();
    else this.#asked = { loss, leave };
  }

  /** Lets the browser ask before it closes or reloads the page. */
  readonly beforeUnload = (event: BeforeUnloadEvent): void => {
    if (this.wouldLose(null) !== null) event.preventDefault();
  };

  keep(): void {
    this.#asked = null;
  }

  discard(): void {
    const asked = this.#asked;
    this.#asked = null;
    asked?.leave();
  }
}
