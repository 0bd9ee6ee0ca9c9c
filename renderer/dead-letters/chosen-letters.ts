import type { NotificationSelection } from '../../main/contract/notification.ts';
import { ChosenRows } from '../bulk/chosen-rows.svelte.ts';
import type { NotificationList } from '../notifications/notification-list.svelte.ts';

/** The dead letters of a list that a person has ticked, and what the contract calls all of the list. */
export const chosenLetters = (letters: NotificationList) =>
  new ChosenRows(letters, (): NotificationSelection => {
    const { group, search } = letters.query;
    if (group !== null) return { group };
    return { filter: search === '' ? {} : { q: search } };
  });
export type ChosenLetters = ReturnType<typeof chosenLetters>;
