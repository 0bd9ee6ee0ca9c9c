import type { Alert, AlertSort, AlertState } from '../../main/contract/alert.ts';
import { LIMITS } from '../../main/contract/limits.ts';
import { formatMatcher } from '../../main/contract/matcher.ts';
import { severity, type Severity } from '../../main/contract/primitives.ts';
import { ok } from '../../main/contract/result.ts';
import type { Addressed } from '../app/address.svelte.ts';
import { ChosenRows, type ChoosableList } from '../bulk/chosen-rows.svelte.ts';
import type { FollowSource } from '../live/followed.ts';
import { PagedList } from '../live/paged-list.svelte.ts';

/** The states that each tab of the view shows: undefined for every state. Flapping conditions have their own list. */
const TAB_STATES = {
  active: ['open', 'acknowledged'],
  flapping: [],
  closed: ['resolved', 'expired'],
  all: undefined,
} satisfies Record<string, AlertState[] | undefined>;
export type AlertTab = keyof typeof TAB_STATES;
export const ALERT_TABS = Object.keys(TAB_STATES) as AlertTab[];

const PAGE_SIZE = 100;

export interface AlertQuery {
  readonly tab: AlertTab;
  readonly search: string;
  readonly sort: AlertSort;
  /** The field or label that the alerts are grouped by, as a matcher names it; '' where they are not. */
  readonly group: string;
}

const FIRST: AlertQuery = { tab: 'active', search: '', sort: 'latest', group: '' };

/** Returns the states that a tab shows; undefined for every state. */
export const statesOf = (tab: AlertTab): AlertState[] | undefined => TAB_STATES[tab];

/** The alerts of one tab and search, or those of one group among them. */
export class AlertList extends PagedList<Alert, AlertQuery> {
  /** `within` is what the alerts of a group have besides. */
  constructor({ client, ...follow }: FollowSource, first = FIRST, within: WithinGroup = {}) {
    const { matcher, ...fields } = within;
    super({
      ...follow,
      first,
      pageSize: PAGE_SIZE,
      fetch: async ({ tab, search, sort }, cursor) => {
        if (tab === 'flapping') return ok({ items: [], nextCursor: null, total: 0 });
        const state = statesOf(tab);
        const q = [matcher ?? '', search].join(' ').trim();
        return client.call('alerts.list', {
          ...fields,
          limit: cursor === null ? PAGE_SIZE : LIMITS.pageSizeMax,
          ...(state && { state }),
          ...(q !== '' && { q }),
          ...(sort !== 'latest' && { sort }),
          ...(cursor !== null && { cursor }),
        });
      },
      // A row shows what mutes its alert.
      rowOf: (change) => (change.entity === 'alert' ? change : change.entity === 'suppression'),
      belongs: ({ state }, { tab }) => statesOf(tab)?.includes(state) ?? true,
    });
  }

  /** Shows at once what was done to many of the alerts. */
  acted(): void {
    this.still.actedOnAll();
    this.reload();
  }
}

/** The properties that the alerts of a group have in common, as they are asked for. */
export interface WithinGroup {
  readonly host?: string;
  readonly kind?: string;
  readonly severity?: Severity[];
  readonly matcher?: string;
}

/** Returns what the alerts of a group have in common. */
export function withinGroup(by: string, value: string): WithinGroup {
  if (by === 'host' || by === 'kind') return { [by]: value };
  const level = severity.options.find((known) => by === 'severity' && known === value);
  return level ? { severity: [level] } : { matcher: formatMatcher({ name: by, op: '=', value }) };
}

/** Returns how the address has the tab and the search of a list. */
export const addressOf = (alerts: AlertList): Addressed<AlertQuery> => ({
  get query() {
    return alerts.query;
  },
  show: (query) => alerts.show(query),
  read: ({ tab = '', q = '', sort = '', group = '' }) => ({
    tab: ALERT_TABS.find((known) => known === tab) ?? 'active',
    search: q,
    sort: sort === 'severity' ? sort : 'latest',
    group: group.slice(0, LIMITS.labelNameCharsMax),
  }),
  write: ({ tab, search, sort, group }) => ({
    tab: tab === 'active' ? null : tab,
    q: search === '' ? null : search,
    sort: sort === 'latest' ? null : sort,
    group: group === '' ? null : group,
  }),
});

/** The ticked alerts of a list; all of them are, for the contract, what the search finds. */
export const chosenAlerts = (list: ChoosableList, searched: () => string) =>
  new ChosenRows(list, () => {
    const search = searched();
    return { filter: search === '' ? {} : { q: search } };
  });
export type ChosenAlerts = ReturnType<typeof chosenAlerts>;
