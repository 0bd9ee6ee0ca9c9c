type Id = string | number;
export type Row = { readonly id: Id };

/** The loaded part of a list: its first pages in one. */
export interface Pages<T> {
  readonly items: readonly T[];
  /** Null at the end of the list. */
  readonly nextCursor: string | null;
  /** Includes the rows that are not loaded; absent where the host does not count. */
  readonly total?: number;
  /** There may be more than `total`, which the host has not counted. */
  readonly totalIsAtLeast?: boolean | undefined;
}

/** A row as it is now; null once it is gone. */
export interface RowChange<T> {
  readonly id: Id;
  readonly value: T | null;
}

const idsOf = (items: readonly Row[]): ReadonlySet<Id> => new Set(items.map(({ id }) => id));

/** Returns true if the lists have a row in common. */
export function shareRows<T extends Row>(loaded: Pages<T>, head: Pages<T>): boolean {
  const inHead = idsOf(head.items);
  return loaded.items.some(({ id }) => inHead.has(id));
}

/** Returns the list with its next page appended. Rows that moved between the two pages are not shown twice. */
export function withNextPage<T extends Row>(loaded: Pages<T>, next: Pages<T>): Pages<T> {
  const known = idsOf(loaded.items);
  return { ...next, items: [...loaded.items, ...next.items.filter(({ id }) => !known.has(id))] };
}

/**
 * Returns the list with its first page renewed. The rows do not show the host's order, so what follows the
 * last row that both know is kept; if they have none in common, the list starts over.
 */
export function withHead<T extends Row>(loaded: Pages<T> | null, head: Pages<T>): Pages<T> {
  if (!loaded || head.nextCursor === null) return head;
  const inHead = idsOf(head.items);
  const seam = loaded.items.findLastIndex(({ id }) => inHead.has(id));
  const tail = seam === -1 ? [] : loaded.items.slice(seam + 1);
  if (tail.length === 0) return head;
  return { ...head, items: [...head.items, ...tail], nextCursor: loaded.nextCursor };
}

/**
 * Returns the list after pushed changes: a shown row is replaced, or leaves if it no longer belongs there.
 * All changes in one pass, since a bulk action may change thousands of rows while thousands are loaded.
 */
export function withChanges<T extends Row>(
  loaded: Pages<T>,
  changes: readonly RowChange<T>[],
  belongs: (item: T) => boolean,
): Pages<T> {
  const latest = new Map(changes.map(({ id, value }) => [id, value]));
  if (!loaded.items.some(({ id }) => latest.has(id))) return loaded;
  const items: T[] = [];
  for (const item of loaded.items) {
    const value = latest.get(item.id);
    if (value === undefined) items.push(item);
    else if (value !== null && belongs(value)) items.push(value);
  }
  const gone = loaded.items.length - items.length;
  return { ...loaded, items, ...(loaded.total !== undefined && { total: loaded.total - gone }) };
}
