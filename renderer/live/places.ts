import type { Row, RowChange } from './pages.ts';

export type Id = Row['id'];

/** The rows that may come and go at once while places are kept. */
export interface PlaceRules<T> {
  /** Returns true if a row that is new to the list may show. */
  enters(id: Id): boolean;
  /** Returns what to show of a row that has left; null to let it go. */
  left(row: T): T | null;
}

/** Returns how many rows two lists share at their start, then how many at their end. */
function sharedEnds(a: readonly Row[], b: readonly Row[]): [start: number, end: number] {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start]?.id === b[start]?.id) start += 1;
  let end = 0;
  while (end < most - start && a.at(-1 - end)?.id === b.at(-1 - end)?.id) end += 1;
  return [start, end];
}

/** Returns the part of `next` that stands below all that is shown: it moves nothing. */
function tailOf<T extends Row>(shown: readonly T[], next: readonly T[]): readonly T[] {
  const known = new Set(shown.map(({ id }) => id));
  const last = next.findLastIndex(({ id }) => known.has(id));
  return last === -1 && shown.length > 0 ? [] : next.slice(last + 1);
}

/** Adds the rows of `next` that may enter, each behind the row that it follows there. */
function withEntered<T extends Row>(
  rows: readonly T[],
  next: readonly T[],
  enters: (id: Id) => boolean,
): readonly T[] {
  const shown = new Set(rows.map(({ id }) => id));
  const followers = new Map<Id | null, T[]>();
  let before: Id | null = null;
  for (const row of next) {
    if (shown.has(row.id)) before = row.id;
    else if (enters(row.id)) followers.set(before, [...(followers.get(before) ?? []), row]);
  }
  if (followers.size === 0) return rows;
  return [
    ...(followers.get(null) ?? []),
    ...rows.flatMap((row) => [row, ...(followers.get(row.id) ?? [])]),
  ];
}

/**
 * Returns the rows of `next` in the places of `shown`: each row as it is now where it was, and what stands
 * below all of them behind it. Other new rows, moves and departures wait, unless the rules let them through.
 */
export function keepPlaces<T extends Row>(
  shown: readonly T[],
  next: readonly T[],
  rules: PlaceRules<T>,
): readonly T[] {
  // Most changes concern a few rows of what may be a hundred thousand.
  const [start, end] = sharedEnds(shown, next);
  const before = shown.slice(start, shown.length - end);
  const after = next.slice(start, next.length - end);
  if (before.length === 0 && after.length === 0) return next;
  const now = new Map(after.map((row) => [row.id, row]));
  const kept = before.flatMap((row) => now.get(row.id) ?? rules.left(row) ?? []);
  const tail = end > 0 ? [] : tailOf(before, after).filter(({ id }) => !rules.enters(id));
  const entered = withEntered([...kept, ...tail], after, (id) => rules.enters(id));
  return [...next.slice(0, start), ...entered, ...next.slice(next.length - end)];
}

/** The differences between what is shown and the list as it is now. */
export interface Waiting {
  /** Rows that are not shown yet. */
  readonly added: number;
  /** True if a row has moved or left. */
  readonly moved: boolean;
}

/** Returns what waits while places are kept. */
export function waitingOf(shown: readonly Row[], next: readonly Row[]): Waiting {
  const [start, end] = sharedEnds(shown, next);
  const before = shown.slice(start, shown.length - end).map(({ id }) => id);
  const after = next.slice(start, next.length - end).map(({ id }) => id);
  const known = new Set(before);
  const common = after.filter((id) => known.has(id));
  const moved = common.length < before.length || common.some((id, index) => id !== before[index]);
  return { added: after.length - common.length, moved };
}

/** Returns the same ids with more. */
export const withIds = (ids: ReadonlySet<Id>, more: readonly Id[]): ReadonlySet<Id> =>
  new Set([...ids, ...more]);

/** Returns the same rows with the newest state of those that have one. */
export const withRows = <T>(
  rows: ReadonlyMap<Id, T>,
  changes: readonly RowChange<T>[],
): ReadonlyMap<Id, T> =>
  new Map([...rows, ...changes.flatMap(({ id, value }) => (value ? [[id, value] as const] : []))]);
