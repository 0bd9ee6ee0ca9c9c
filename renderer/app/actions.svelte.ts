import { SvelteSet } from 'svelte/reactivity';
import type { Result } from '../../main/contract/result.ts';
import type { Notices, Undo } from './notices.svelte.ts';

/** Actions of the host: one at a time on each subject, with a notice of the outcome. */
export class Actions {
  readonly #notices: Notices;
  readonly #busy = new SvelteSet<string>();

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  isBusy(id: string): boolean {
    return this.#busy.has(id);
  }

  /**
   * Returns what the call returned, or null after a failure and while another action on its subject is under
   * way. `done` returns the notice of a success, null for none; `title` begins that of a failure.
   */
  async run<R>(
    { id, title }: { readonly id: string; readonly title: string },
    call: () => Promise<Result<R>>,
    done: (value: R) => string | null,
    undo: Undo | null = null,
  ): Promise<R | null> {
    if (this.#busy.has(id)) return null;
    this.#busy.add(id);
    const answer = await call();
    this.#busy.delete(id);
    if (!answer.ok) {
      this.#notices.problem(title, answer.error);
      return null;
    }
    const notice = done(answer.value);
    if (notice !== null) this.#notices.done(notice, undo);
    return answer.value;
  }
}
