import type { Unsubscribe } from '../../main/contract/client.ts';
import type { Route } from '../app/route.ts';

/** Returns true if a form would lose what was entered in it at a move to a route; null closes the page or the form. */
export type Holds = (to: Route | null) => boolean;

/** The forms of the window, and the question before one loses what was entered. */
export class Unsaved {
  // Forms are not drawn from here.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #forms = new Set<Holds>();
  #leave = $state.raw<(() => void) | null>(null);

  /** True while a person is asked. */
  get asking(): boolean {
    return this.#leave !== null;
  }

  watch(holds: Holds): Unsubscribe {
    this.#forms.add(holds);
    return () => {
      this.#forms.delete(holds);
      // Nothing is left to ask about.
      if (this.#forms.size === 0) this.#leave = null;
    };
  }

  /** Returns true if a form would lose something at a move to a route, or with the page for null. */
  wouldLose(to: Route | null): boolean {
    return [...this.#forms].some((holds) => holds(to));
  }

  /** Runs `leave` now if nothing is lost; else once a person has chosen to discard what they entered. */
  leave(leave: () => void, isLoss = this.wouldLose(null)): void {
    if (isLoss) this.#leave = leave;
    else leave();
  }

  /** Lets the browser ask before it closes or reloads the page. */
  readonly beforeUnload = (event: BeforeUnloadEvent): void => {
    if (this.wouldLose(null)) event.preventDefault();
  };

  keep(): void {
    this.#leave = null;
  }

  discard(): void {
    const leave = this.#leave;
    this.#leave = null;
    leave?.();
  }
}
