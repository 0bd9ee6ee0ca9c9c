/** The selected tab of a view, kept while the window shows other views. */
export class ChosenTab<Tab extends string> {
  #selected: Tab = $state('' as Tab);

  constructor(first: Tab) {
    this.#selected = first;
  }

  get selected(): Tab {
    return this.#selected;
  }

  select(tab: Tab): void {
    this.#selected = tab;
  }
}
