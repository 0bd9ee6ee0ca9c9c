import { ChosenRows } from '../bulk/chosen-rows.svelte.ts';
import type { AlertList } from './alert-list.svelte.ts';

/** The alerts of a list that a person has ticked, and what the contract calls all that the search finds. */
export const chosenAlerts = (alerts: AlertList) =>
  new ChosenRows(alerts, () => ({
    filter: alerts.search === '' ? {} : { q: alerts.search },
  }));
export type ChosenAlerts = ReturnType<typeof chosenAlerts>;
