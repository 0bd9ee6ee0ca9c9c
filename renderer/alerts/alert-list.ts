import type { Alert, AlertState } from '../../main/contract/alert.ts';
import { LIMITS } from '../../main/contract/limits.ts';
import { ok } from '../../main/contract/result.ts';
import type { Addressed } from '../app/address.svelte.ts';
import { ChosenRows } from '../bulk/chosen-rows.svelte.ts';
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

interface AlertQuery {
  readonly tab: AlertTab;
  readonly search: string;
}

/** The alerts of one tab and search, newest first. */
export class AlertList extends PagedList<Alert, AlertQuery> {
  constructor({ client, ...follow }: FollowSource) {
    const statesOf = (tab: AlertTab): AlertState[] | undefined => TAB_STATES[tab];
    super({
      ...follow,
      first: { tab: 'active', search: '' },
      pageSize: PAGE_SIZE,
      fetch: async ({ tab, search }, cursor) => {
        if (tab === 'flapping') return ok({ items: [], nextCursor: null, total: 0 });
        const state = statesOf(tab);
        return client.call('alerts.list', {
          limit: cursor === null ? PAGE_SIZE : LIMITS.pageSizeMax,
          ...(state && { state }),
          ...(search !== '' && { q: search }),
          ...(cursor !== null && { cursor }),
        });
      },
      // A row shows what mutes its alert.
      rowOf: (change) => (change.entity === 'alert' ? change : change.entity === 'suppression'),
      belongs: ({ state }, { tab }) => statesOf(tab)?.includes(state) ?? true,
    });
  }
}

/** Returns how the address has the tab and the search of a list. */
export const addressOf = (alerts: AlertList): Addressed<AlertQuery> => ({
  get query() {
    return alerts.query;
  },
  show: (query) => alerts.show(query),
  read: ({ tab = '', q = '' }) => ({
    tab: ALERT_TABS.find((known) => known === tab) ?? 'active',
    search: q,
  }),
  write: ({ tab, search }) => ({
    tab: tab === 'active' ? null : tab,
    q: search === '' ? null : search,
  }),
});

/** The ticked alerts of a list; all of them are, for the contract, what the search finds. */
export const chosenAlerts = (alerts: AlertList) =>
  new ChosenRows(alerts, () => {
    const { search } = alerts.query;
    return { filter: search === '' ? {} : { q: search } };
  });
export type ChosenAlerts = ReturnType<typeof chosenAlerts>;
