import { SvelteSet } from 'svelte/reactivity';
import type { RouteInput, ShownRoute } from '../../main/contract/route.ts';
import type { Notices } from '../app/notices.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';
import type { FollowedList } from '../live/followed-list.svelte.ts';

/** A route as it is sent: what the host adds to it is left out. */
const inputOf = ({
  id: _,
  position: __,
  createdAt: ___,
  updatedAt: ____,
  problem: _____,
  ...input
}: ShownRoute) => input;

/** Switching routes on and off, moving and deleting them. */
export class RouteActions {
  readonly #client: WindowClient;
  readonly #routes: FollowedList<ShownRoute>;
  readonly #notices: Notices;
  readonly #busy = new SvelteSet<string>();
  #ordering = false;

  constructor(client: WindowClient, routes: FollowedList<ShownRoute>, notices: Notices) {
    this.#client = client;
    this.#routes = routes;
    this.#notices = notices;
  }

  isBusy(id: string): boolean {
    return this.#busy.has(id);
  }

  async setEnabled(route: ShownRoute, enabled: boolean): Promise<void> {
    const { id, name } = route;
    this.#busy.add(id);
    const answer = await this.#client.call('routes.update', { id, ...inputOf(route), enabled });
    this.#busy.delete(id);
    if (!answer.ok) return this.#notices.problem(name, answer.error);
    this.#routes.put(answer.value);
    this.#notices.done(enabled ? `${name} is enabled.` : `${name} is disabled. Alerts pass it by.`);
  }

  /** Swaps a route with its neighbour above (-1) or below (1). Answers its new place, from 1; null when it stayed. */
  async move(route: ShownRoute, step: -1 | 1): Promise<number | null> {
    const ids = (this.#routes.items ?? []).map(({ id }) => id);
    const from = ids.indexOf(route.id);
    const to = from + step;
    if (this.#ordering || from < 0 || to < 0 || to >= ids.length) return null;
    ids.splice(to, 0, ...ids.splice(from, 1));
    this.#ordering = true;
    const answer = await this.#client.call('routes.order', { ids });
    this.#ordering = false;
    if (!answer.ok) {
      this.#notices.problem(route.name, answer.error);
      return null;
    }
    this.#routes.set(answer.value.items);
    return to + 1;
  }

  async delete({ id, name }: ShownRoute): Promise<boolean> {
    this.#busy.add(id);
    const answer = await this.#client.call('routes.delete', { id });
    this.#busy.delete(id);
    if (!answer.ok) {
      this.#notices.problem(name, answer.error);
      return false;
    }
    this.#routes.remove(id);
    this.#notices.done(`${name} is deleted.`);
    return true;
  }

  /** Adds a route below the others that takes whatever is left. */
  async addCatchAll(channelIds: RouteInput['channelIds']): Promise<boolean> {
    const name = 'Everything else';
    const answer = await this.#client.call('routes.create', { name, channelIds });
    if (!answer.ok) {
      this.#notices.problem(name, answer.error);
      return false;
    }
    this.#routes.put(answer.value);
    this.#notices.done(`${name} is added as the last route.`);
    return true;
  }
}
