/** The selected tab of a view, kept while the window shows other views. */
export class ChosenTab<Tab extends string> {
  selected = $state() as Tab;

  constructor(first: Tab) {
    this.selected = first;
  }
}
