import { untrack } from 'svelte';
import type { RouteParams } from './route.ts';
import type { Router } from './router.svelte.ts';

/** A list whose query is kept in the address. */
export interface Addressed<Query> {
  readonly query: Query;
  show(query: Query): void;
  /** Reads parameters that may come from anywhere. */
  read(params: RouteParams): Query;
  /** Returns the parameters of what is not the default. */
  write(query: Query): Readonly<Record<string, string | null>>;
}

const saidIn = (params: Readonly<Record<string, string | null>>): RouteParams =>
  Object.fromEntries(
    Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== null),
  );

const isEqual = (one: RouteParams, other: RouteParams): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/**
 * Keeps the query of a list and the address equal, for as long as the component lives. Back and links change
 * the query; an address that says nothing is given the query as it was left. Call while a component is made.
 * Returns the query to open the list with: that of the address at first, later the list's own.
 */
export function keepInAddress<Query>(router: Router, list: Addressed<Query>): () => Query {
  const { view, params } = router.route;
  let first = params ? list.read(params) : null;
  $effect(() => {
    const { view: shown, params } = router.route;
    first = null;
    if (shown !== view) return;
    untrack(() => {
      if (params) list.show(list.read(params));
      else router.setParams(saidIn(list.write(list.query)));
    });
  });
  $effect(() => {
    const params = saidIn(list.write(list.query));
    untrack(() => {
      const { view: shown, params: said } = router.route;
      if (shown !== view || !said) return;
      // An address that means the same stays as it was written.
      if (!isEqual(saidIn(list.write(list.read(said))), params)) router.setParams(params);
    });
  });
  return () => first ?? list.query;
}
