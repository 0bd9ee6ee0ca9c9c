export const DEAD_LETTERS_TABS = ['groups', 'all'] as const;
export type DeadLettersPart = (typeof DEAD_LETTERS_TABS)[number];

/** The selected tab of dead letters, kept while the window shows other views. */
export class DeadLettersTab {
  selected = $state<DeadLettersPart>('groups');
}
