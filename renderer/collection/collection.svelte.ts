import { METHODS, type Input, type MethodName, type Output } from '../../main/contract/methods.ts';
import type { Change } from '../../main/contract/push.ts';
import { RULES, type RuleGroup } from '../../main/contract/rules.ts';
import { ok, type Result } from '../../main/contract/result.ts';
import type { Actions } from '../app/actions.svelte.ts';
import type { WindowClient } from '../client/window-client.ts';
import { FollowedList } from '../live/followed-list.svelte.ts';
import type { LiveFeed } from '../live/live-feed.svelte.ts';
import { text } from '../messages/text.svelte.ts';
import type { WindowClock } from '../time/clock.ts';

/** The services that a collection works with. */
interface Services {
  readonly client: WindowClient;
  readonly clock: WindowClock;
  readonly feed: LiveFeed;
  readonly actions: Actions;
}

interface Upkeep {
  /** Changes after which the list is fetched again. */
  readonly staleAfter?: readonly Change['entity'][];
  /** Changes that carry an item; such a collection is sorted by name, or as `order` says. */
  readonly pushedAs?: Change['entity'];
  readonly order?: (a: Item, b: Item) => number;
  /** Its rows keep their places while somebody is among them. */
  readonly still?: true;
}

/** Rules count the alerts that they match, and so do silences. */
const OF_RULES: Upkeep = { staleAfter: ['suppression', 'alert'] };

/** Sorts as the host lists: in another order, a row that is pushed would move, and lose the focus. */
function byName({ name: a = '' }: Item, { name: b = '' }: Item): number {
  return a < b ? -1 : Number(a > b);
}

/** Puts what is down first, then sorts by name. */
const downFirst = (a: Item, b: Item): number =>
  Number(b.state === 'down') - Number(a.state === 'down') || byName(a, b);

/** Every kind of thing that people add, change and delete, and how the window keeps its list up to date. */
const COLLECTIONS = {
  ...(Object.fromEntries(Object.keys(RULES).map((group) => [group, OF_RULES])) as Record<
    RuleGroup,
    Upkeep
  >),
  channels: { pushedAs: 'channel' },
  heartbeats: { pushedAs: 'heartbeat', order: downFirst, still: true },
  mailRules: { staleAfter: ['mail_rules'] },
  mappedWebhooks: { staleAfter: ['mappings'] },
  routes: { staleAfter: ['routes'] },
  // Changes of sessions are not pushed: those of others show at the next opening.
  sessions: {},
  silences: OF_RULES,
  tokens: { staleAfter: ['tokens'] },
  views: { staleAfter: ['views'] },
} satisfies Record<string, Upkeep>;
export type CollectionName = keyof typeof COLLECTIONS;

export interface Item {
  readonly id: string;
  readonly name?: string;
  readonly enabled?: boolean;
  readonly state?: string;
}
export type ItemOf<N extends CollectionName> = Output<`${N}.list`>['items'][number];
/** A new item, or an existing one without its id. */
export type DraftOf<N extends CollectionName> = `${N}.update` extends MethodName
  ? Input<`${N}.create` & MethodName> | Omit<Input<`${N}.update`>, 'id'>
  : never;

const UNDO_MS = 10_000;

/** Returns the fields of an item that an input has. */
const fieldsOf = (item: Item, shape: object): object =>
  Object.fromEntries(Object.entries(item).filter(([field]) => Object.hasOwn(shape, field)));

/** The items of one kind: followed while somebody looks at them, and what is done to them. */
export class Collection<T extends Item, Draft = unknown> extends FollowedList<T> {
  readonly #name: CollectionName;
  readonly #pushedAs: Change['entity'] | undefined;
  readonly #services: Services;
  /** The item in the dialog; `new` for one to be added, null while the dialog is closed. */
  editing = $state.raw<T | 'new' | null>(null);
  search = $state('');

  constructor(services: Services, name: CollectionName) {
    const { pushedAs, staleAfter = [], order, still }: Upkeep = COLLECTIONS[name];
    super({
      feed: services.feed,
      clock: services.clock,
      fetch: () => (order ? this.#sorted(order) : this.#call('list', {})),
      concerns: ({ entity }) => staleAfter.includes(entity),
      ...(pushedAs && { order: order ?? byName }),
      ...(still && { still: {} }),
    });
    this.#name = name;
    this.#pushedAs = pushedAs;
    this.#services = services;
  }

  /** Creates an item, or changes an existing one. */
  save(item: T | null, draft: Draft): Promise<Result<T>> {
    return item ? this.#call('update', { id: item.id, ...draft }) : this.#call('create', draft);
  }

  /** Runs a call about an item, as `Actions` does. */
  act<R>(
    { id, name = '' }: T,
    call: () => Promise<Result<R>>,
    done: (value: R) => string,
  ): Promise<R | null> {
    return this.#services.actions.run({ id, title: name }, call, done);
  }

  /** Runs a call that answers the changed item. */
  async change(
    item: T,
    call: () => Promise<Result<T>>,
    done: (changed: T) => string,
  ): Promise<boolean> {
    const changed = await this.act(item, call, done);
    if (changed) this.put(changed);
    return changed !== null;
  }

  /** Enables or disables an item and leaves the rest of it as it is. */
  setEnabled(
    item: T,
    enabled: boolean,
    done: (changed: T) => string = ({ name = '' }) =>
      text(enabled ? 'item.enabled' : 'item.disabled', { name }),
  ): Promise<boolean> {
    return this.change(item, () => this.#call('update', this.#switched(item, enabled)), done);
  }

  /** Deletes an item; `how` is what the method takes beside the id. */
  async delete<R>(
    item: T,
    how: Readonly<Record<string, unknown>> = {},
    done: (value: R) => string = () => text('item.deleted', { name: item.name ?? '' }),
  ): Promise<boolean> {
    const { id } = item;
    const deleted = await this.act(item, () => this.#call<R>('delete', { id, ...how }), done);
    if (deleted !== null) this.remove(id);
    return deleted !== null;
  }

  /** Deletes an item that is all in its own fields; for ten seconds, the same can be created again. */
  async deleteUndoably(item: T): Promise<boolean> {
    const { actions, clock } = this.#services;
    const { id, name = '' } = item;
    const deleted = await actions.run(
      { id, title: name },
      () => this.#call('delete', { id }),
      () => text('item.deleted', { name }),
      { until: clock.now() + UNDO_MS, run: () => this.#createAgain(item) },
    );
    if (deleted !== null) this.remove(id);
    return deleted !== null;
  }

  override changed(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.entity !== this.#pushedAs || !('id' in change)) continue;
      if (change.value) this.take(change.value as unknown as T);
      else this.lose(change.id);
    }
    super.changed(changes);
  }

  /** Returns the update that enables or disables an item: a PUT takes all its own fields, a PATCH only this one. */
  #switched(item: T, enabled: boolean): object {
    const { http, input } = METHODS[`${this.#name}.update` as 'routes.update' | 'channels.update'];
    if (http.verb === 'PATCH' || !('shape' in input)) return { id: item.id, enabled };
    return { ...fieldsOf(item, input.shape), enabled };
  }

  async #createAgain(item: T): Promise<boolean> {
    const { input } = METHODS[`${this.#name}.create` as 'views.create'];
    const created = await this.#services.actions.run(
      { id: item.id, title: text('item.undoFailed', { name: item.name ?? '' }) },
      () => this.#call<T>('create', fieldsOf(item, input.shape)),
      () => null,
    );
    if (created) this.put(created);
    return created !== null;
  }

  async #sorted(
    order: (a: Item, b: Item) => number,
  ): Promise<Result<{ readonly items: readonly T[] }>> {
    const answer = await this.#call<{ readonly items: readonly T[] }>('list', {});
    return answer.ok ? ok({ items: answer.value.items.toSorted(order) }) : answer;
  }

  /** The one place where the name of a method is made: `collection` ties the types of all of them to its name. */
  #call<R>(verb: 'list' | 'create' | 'update' | 'delete', input: unknown): Promise<Result<R>> {
    const method = `${this.#name}.${verb}` as MethodName;
    return this.#services.client.call(method, input as never) as Promise<Result<R>>;
  }
}

export type CollectionOf<N extends CollectionName> = Collection<ItemOf<N>, DraftOf<N>>;

export const collection = <N extends CollectionName>(
  services: Services,
  name: N,
): CollectionOf<N> => new Collection(services, name);

/** The collection of each kind of rule. */
export const ruleCollections = (
  services: Services,
): { readonly [G in RuleGroup]: CollectionOf<G> } =>
  Object.fromEntries(
    (Object.keys(RULES) as RuleGroup[]).map((group) => [group, collection(services, group)]),
  ) as never;
