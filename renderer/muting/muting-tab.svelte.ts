export const MUTING_TABS = ['silences', 'maintenance', 'inhibitions', 'quiet-hours'] as const;
export type MutingPart = (typeof MUTING_TABS)[number];

export const MUTING_TAB_LABELS: Record<MutingPart, string> = {
  silences: 'Silences',
  maintenance: 'Maintenance',
  inhibitions: 'Inhibitions',
  'quiet-hours': 'Quiet hours',
};

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
