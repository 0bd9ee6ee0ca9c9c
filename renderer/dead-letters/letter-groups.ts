import type {
  DeadLetterFilter,
  DeadLetterGroup,
  NotificationSelection,
} from '../../main/contract/notification.ts';
import { ChosenRows } from '../bulk/chosen-rows.svelte.ts';
import type { FollowSource } from '../live/followed.ts';
import { FollowedList } from '../live/followed-list.svelte.ts';
import { text } from '../messages/text.svelte.ts';
import type { NotificationList } from '../notifications/notification-list.ts';
import { deadLetterFilter } from '../notifications/notification-query.ts';
import type { Question } from '../ui/action.ts';

/** A group whose key is its id, as lists need. */
export type LetterGroup = DeadLetterGroup & { readonly id: string };

const CONCERNS: ReadonlySet<string> = new Set(['notification', 'bulk', 'channel']);

/** Follows dead letters by channel and cause, all or what a filter finds. Any change of a notification may add or remove one. */
export const followGroups = (
  { client, ...follow }: FollowSource,
  filter: () => DeadLetterFilter = () => ({}),
): FollowedList<LetterGroup> =>
  new FollowedList({
    ...follow,
    fetch: async () => {
      const answer = await client.call('deadLetters.groups', filter());
      if (!answer.ok) return answer;
      const items = answer.value.groups.map((group) => ({ ...group, id: group.key }));
      return { ok: true, value: { items } };
    },
    concerns: ({ entity }) => CONCERNS.has(entity),
    still: { ordered: true, left: (group) => ({ ...group, count: 0, obsolete: 0 }) },
  });

/** Through each one's own channel, through another, or after a test of their channel. */
export type RequeueWay = 'own' | 'elsewhere' | 'test';

/** Returns what is asked before many dead letters are discarded. */
export const discardQuestion = (title: string): Question => ({
  title,
  help: [text('deadLetters.discard.help')],
  confirm: text('common.discard'),
});

/** Returns the cause in words. */
export const causeLabel = (group: Pick<DeadLetterGroup, 'class'>): string =>
  group.class === null
    ? text('deadLetters.group.unknownCause')
    : text(`common.failureClass.${group.class}`);

/** Returns what a list shows, as the contract selects it for bulk work: exactly what the filter finds. */
export function shownLetters(letters: NotificationList): NotificationSelection {
  const { group } = letters.query;
  const filter = deadLetterFilter(letters.query, letters.now());
  if (group === null) return { filter };
  return Object.keys(filter).length === 0 ? { group } : { group, filter };
}

/** The ticked dead letters of a list; all of them are, for the contract, what the list shows. */
export const chosenLetters = (letters: NotificationList) =>
  new ChosenRows(letters, () => shownLetters(letters));
export type ChosenLetters = ReturnType<typeof chosenLetters>;
