import type { DeadLetterGroup, NotificationSelection } from '../../main/contract/notification.ts';
import { searchTerms } from '../../main/contract/search.ts';
import { renderGroup } from '../../main/messages/reasons.ts';
import { ChosenRows } from '../bulk/chosen-rows.svelte.ts';
import type { FollowSource } from '../live/followed.ts';
import { FollowedList } from '../live/followed-list.svelte.ts';
import { messages, text } from '../messages/text.svelte.ts';
import type { NotificationList } from '../notifications/notification-list.ts';
import type { Question } from '../ui/action.ts';

/** A group whose key is its id, as lists need. */
export type LetterGroup = DeadLetterGroup & { readonly id: string };

const CONCERNS: ReadonlySet<string> = new Set(['notification', 'bulk', 'channel']);

/** Follows dead letters by channel and cause. Any change of a notification may add or remove one. */
export const followGroups = ({ client, ...follow }: FollowSource): FollowedList<LetterGroup> =>
  new FollowedList({
    ...follow,
    fetch: async () => {
      const answer = await client.call('deadLetters.groups', {});
      if (!answer.ok) return answer;
      const items = answer.value.groups.map((group) => ({ ...group, id: group.key }));
      return { ok: true, value: { items } };
    },
    concerns: ({ entity }) => CONCERNS.has(entity),
    still: { ordered: true, left: (group) => ({ ...group, count: 0, obsolete: 0 }) },
  });

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

/**
 * Returns true if a search finds each of its words in the group's channel or cause. Matchers are of single dead
 * letters, so a search that has some finds no group.
 */
export function isFound(group: DeadLetterGroup, search: string): boolean {
  const terms = searchTerms(search);
  if (terms === null || terms.matchers.length > 0) return false;
  const texts = [group.channelName, renderGroup(messages(), group), causeLabel(group)];
  const searched = texts.map((text) => text.toLowerCase());
  return terms.words.every((word) => searched.some((text) => text.includes(word.toLowerCase())));
}

/** The ticked dead letters of a list; all of them are, for the contract, its group or its search. */
export const chosenLetters = (letters: NotificationList) =>
  new ChosenRows(letters, (): NotificationSelection => {
    const { group, search } = letters.query;
    if (group !== null) return { group };
    return { filter: search === '' ? {} : { q: search } };
  });
export type ChosenLetters = ReturnType<typeof chosenLetters>;
