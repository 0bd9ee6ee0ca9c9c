import { SvelteSet } from 'svelte/reactivity';
import type { Result } from '../../main/contract/result.ts';
import type { Notices } from '../app/notices.svelte.ts';
import type { FollowedList } from '../live/followed-list.svelte.ts';

interface Rule {
  readonly id: string;
  readonly name: string;
}

/** How one kind of rule is changed at the host. */
export interface RuleCalls<T extends Rule> {
  setEnabled(rule: T, enabled: boolean): Promise<Result<T>>;
  delete(id: string): Promise<Result<unknown>>;
}

/** Switching maintenance windows or inhibitions on and off, and deleting them. */
export class RuleActions<T extends Rule> {
  readonly #list: FollowedList<T>;
  readonly #notices: Notices;
  readonly #calls: RuleCalls<T>;
  readonly #busy = new SvelteSet<string>();

  constructor(list: FollowedList<T>, notices: Notices, calls: RuleCalls<T>) {
    this.#list = list;
    this.#notices = notices;
    this.#calls = calls;
  }

  isBusy(id: string): boolean {
    return this.#busy.has(id);
  }

  async setEnabled(rule: T, enabled: boolean): Promise<void> {
    this.#busy.add(rule.id);
    const answer = await this.#calls.setEnabled(rule, enabled);
    this.#busy.delete(rule.id);
    if (!answer.ok) return this.#notices.problem(rule.name, answer.error);
    this.#list.put(answer.value);
    this.#notices.done(`${rule.name} is ${enabled ? 'enabled' : 'disabled'}.`);
  }

  async delete({ id, name }: T): Promise<boolean> {
    this.#busy.add(id);
    const answer = await this.#calls.delete(id);
    this.#busy.delete(id);
    if (!answer.ok) {
      this.#notices.problem(name, answer.error);
      return false;
    }
    this.#list.remove(id);
    this.#notices.done(`${name} is deleted.`);
    return true;
  }
}
