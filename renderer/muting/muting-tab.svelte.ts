export const MUTING_PARTS = ['silences', 'maintenance', 'inhibitions', 'quietHours'] as const;
export type MutingPart = (typeof MUTING_PARTS)[number];

/** Which part of muting is looked at; it stays while the window goes elsewhere and back. */
export class MutingTab {
  #selected = $state<MutingPart>('silences');

  get selected(): MutingPart {
    return this.#selected;
  }

  select(part: MutingPart): void {
    this.#selected = part;
  }
}
