import type { Alert, AlertState } from '../../main/contract/alert.ts';
import type { Output } from '../../main/contract/methods.ts';
import type { Change } from '../../main/contract/push.ts';

/** The tabs of the alerts view. Flapping conditions have their own list. */
export const ALERT_TABS = ['active', 'flapping', 'closed', 'all'] as const;
export type AlertTab = (typeof ALERT_TABS)[number];

/** The states that each tab shows: undefined for every state, none for conditions. */
export const TAB_STATES: Record<AlertTab, AlertState[] | undefined> = {
  active: ['open', 'acknowledged'],
  flapping: [],
  closed: ['resolved', 'expired'],
  all: undefined,
};

export const belongsTo = (tab: AlertTab, alert: Alert): boolean =>
  TAB_STATES[tab]?.includes(alert.state) ?? true;

export type AlertPage = Output<'alerts.list'>;
export type AlertChange = Extract<Change, { entity: 'alert' }>;

const idsOf = (items: readonly Alert[]): ReadonlySet<string> => new Set(items.map(({ id }) => id));

/** Returns the list with its next page appended. Rows that moved between the two pages are not shown twice. */
export function withNextPage(loaded: AlertPage, next: AlertPage): AlertPage {
  const known = idsOf(loaded.items);
  return { ...next, items: [...loaded.items, ...next.items.filter(({ id }) => !known.has(id))] };
}

/**
 * Returns the list with its first page renewed. The rows do not show the host's order, so what follows the
 * last row that both know is kept; if they have none in common, the list starts over.
 */
export function withHead(loaded: AlertPage | null, head: AlertPage): AlertPage {
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
export function withChanges(
  loaded: AlertPage,
  changes: readonly AlertChange[],
  belongs: (alert: Alert) => boolean,
): AlertPage {
  const latest = new Map(changes.map(({ id, value }) => [id, value]));
  if (!loaded.items.some(({ id }) => latest.has(id))) return loaded;
  const items = loaded.items.flatMap((item) => {
    const value = latest.get(item.id);
    if (value === undefined) return [item];
    return value !== null && belongs(value) ? [value] : [];
  });
  return { ...loaded, items, total: loaded.total - (loaded.items.length - items.length) };
}
