import { SvelteSet } from 'svelte/reactivity';
import type { Silence } from '../../main/contract/suppression.ts';
import type { Notices } from '../app/notices.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FollowedList } from '../live/followed-list.svelte.ts';
import { spokenTime } from '../time/time-text.ts';
import type { Now } from '../time/now.svelte.ts';

/** Making silences last longer, and ending them. */
export class SilenceActions {
  readonly #client: WindowClient;
  readonly #silences: FollowedList<Silence>;
  readonly #notices: Notices;
  readonly #now: Now;
  readonly #busy = new SvelteSet<string>();

  constructor(client: WindowClient, silences: FollowedList<Silence>, notices: Notices, now: Now) {
    this.#client = client;
    this.#silences = silences;
    this.#notices = notices;
    this.#now = now;
  }

  isBusy(id: string): boolean {
    return this.#busy.has(id);
  }

  async extend({ id, endsAt }: Silence, byMs: number): Promise<void> {
    this.#busy.add(id);
    const answer = await this.#client.call('silences.update', { id, endsAt: endsAt + byMs });
    this.#busy.delete(id);
    if (!answer.ok) return this.#notices.problem('Could not extend the silence', answer.error);
    this.#silences.put(answer.value);
    this.#notices.done(`Silent until ${spokenTime(answer.value.endsAt, this.#now.ms)}.`);
  }

  async end({ id }: Silence): Promise<void> {
    this.#busy.add(id);
    const answer = await this.#client.call('silences.expire', { id });
    this.#busy.delete(id);
    if (!answer.ok) return this.#notices.problem('Could not end the silence', answer.error);
    this.#silences.put(answer.value);
    this.#notices.done('The silence has ended.');
  }
}
