import { onMount } from 'svelte';
import type { Unsaved } from './unsaved.svelte.ts';

/** A new token, which is shown once: whoever leaves before they have copied it is asked. */
export class ShownToken {
  #made = $state.raw<{ readonly id: string; readonly token: string } | null>(null);
  #isKept = false;
  readonly #isUsed: (id: string) => boolean;

  /** `isUsed` returns true once a sender has the token. Call while the component that shows it is made. */
  constructor(unsaved: Unsaved, isUsed: (id: string) => boolean = () => false) {
    this.#isUsed = isUsed;
    onMount(() => unsaved.watch(() => this.isAtRisk, 'token'));
  }

  /** Null until it is made. */
  get secret(): string | null {
    return this.#made?.token ?? null;
  }

  /** True if it would be lost. */
  get isAtRisk(): boolean {
    return this.#made !== null && !this.#isKept && !this.#isUsed(this.#made.id);
  }

  show(made: { readonly id: string; readonly token: string }): void {
    this.#made = made;
    this.#isKept = false;
  }

  /** Notes what was copied, which may hold the token. */
  readonly copied = (text: string): void => {
    if (this.#made && text.includes(this.#made.token)) this.#isKept = true;
  };
}
