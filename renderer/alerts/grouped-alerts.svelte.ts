import { SvelteMap } from 'svelte/reactivity';
import type { Alert, AlertGroup } from '../../main/contract/alert.ts';
import { ok } from '../../main/contract/result.ts';
import type { FollowSource } from '../live/followed.ts';
import { FollowedList } from '../live/followed-list.svelte.ts';
import { AlertList, statesOf, withinGroup, type AlertQuery } from './alert-list.ts';

/** All groups are unfolded at first, unless there are more of them, or more alerts in them. */
const UNFOLDED_GROUPS_MAX = 10;
const UNFOLDED_ALERTS_MAX = 60;

/** A group whose value is its id, as lists need. */
export type ListedGroup = AlertGroup & { readonly id: string };

class GroupList extends FollowedList<ListedGroup> {
  clear(): void {
    this.remote.set(null);
  }
}

/** The groups of alerts that a query finds, and the alerts of those that are unfolded. */
export class GroupedAlerts {
  readonly groups: GroupList;
  readonly #source: FollowSource;
  #query: AlertQuery | null = null;
  /** The alerts of the groups that are unfolded, by value. */
  readonly #lists = new SvelteMap<string, AlertList>();
  #total = $state(0);
  #isPartial = $state(false);
  #isFresh = true;

  constructor(source: FollowSource) {
    this.#source = source;
    this.groups = new GroupList({
      ...source,
      fetch: () => this.#fetch(),
      concerns: ({ entity }) => entity === 'alert',
      still: { left: (group) => ({ ...group, count: 0 }) },
    });
  }

  /** The alerts of all groups that are unfolded, in their order. */
  get items(): readonly Alert[] | null {
    const groups = this.groups.items;
    return groups && groups.flatMap(({ value }) => this.#lists.get(value)?.items ?? []);
  }

  /** The number of alerts in all groups. */
  get total(): number {
    return this.#total;
  }

  /** Only the newest alerts are counted, or not all groups are listed. */
  get totalIsAtLeast(): boolean {
    return this.#isPartial;
  }

  /** Begins with the groups of another query. */
  begin(query: AlertQuery): void {
    this.#query = query;
    this.#lists.clear();
    this.#isFresh = true;
    this.groups.clear();
  }

  /** Returns the alerts of a group; null while it is folded. */
  listOf(value: string): AlertList | null {
    return this.#lists.get(value) ?? null;
  }

  /** Folds or unfolds a group. */
  toggle(value: string): void {
    if (!this.#lists.delete(value)) this.#unfold(value);
  }

  /** Takes an alert that an action returned. */
  put(alert: Alert): void {
    for (const list of this.#lists.values()) list.put(alert);
  }

  /** Shows at once what was done to many of the alerts. */
  acted(): void {
    for (const list of this.#lists.values()) list.acted();
    this.groups.still?.actedOnAll();
    this.groups.reload();
  }

  #unfold(value: string): void {
    const query = this.#query;
    if (!query) return;
    this.#lists.set(value, new AlertList(this.#source, query, withinGroup(query.group, value)));
  }

  async #fetch() {
    const query = this.#query;
    if (!query) return ok({ items: [] });
    const state = statesOf(query.tab);
    const answer = await this.#source.client.call('alerts.groups', {
      by: query.group,
      ...(state && { state }),
      ...(query.search !== '' && { q: query.search }),
    });
    if (!answer.ok || query !== this.#query) return answer.ok ? ok({ items: [] }) : answer;
    const { groups, total, isPartial } = answer.value;
    this.#total = total;
    this.#isPartial = isPartial;
    if (this.#isFresh) {
      this.#isFresh = false;
      const isFew = groups.length <= UNFOLDED_GROUPS_MAX && total <= UNFOLDED_ALERTS_MAX;
      if (isFew) for (const { value } of groups) this.#unfold(value);
    }
    return ok({ items: groups.map((group) => ({ ...group, id: group.value })) });
  }
}
