export const DEAD_LETTERS_TABS = ['groups', 'all'] as const;
export type DeadLettersPart = (typeof DEAD_LETTERS_TABS)[number];

/** How dead letters are looked at; it stays while the window goes elsewhere and back. */
export class DeadLettersTab {
  #selected = $state<DeadLettersPart>('groups');

  get selected(): DeadLettersPart {
    return this.#selected;
  }

  select(part: DeadLettersPart): void {
    this.#selected = part;
  }
}
