import { MESSAGE_KIND, type Alert } from '../../main/contract/alert.ts';
import { isOpaque } from './label-text.ts';

const KEY = 'belfry.alertLabels';

/** The choice of a second line with labels in rows of alerts; kept by the browser. */
export class LabelLine {
  readonly #storage: () => Storage;
  #shown = $state(false);

  constructor(storage: () => Storage) {
    this.#storage = storage;
    try {
      this.#shown = storage().getItem(KEY) === '1';
    } catch {
      // A browser without storage begins without labels.
    }
  }

  get shown(): boolean {
    return this.#shown;
  }

  /** Shows or hides the labels, from now on and for the next time. */
  show(shown: boolean): void {
    this.#shown = shown;
    try {
      this.#storage().setItem(KEY, shown ? '1' : '0');
    } catch {
      // A browser without storage keeps it until the page is left.
    }
  }
}

/** The title of a message is its name. */
const isTitle = (kind: string, label: string): boolean =>
  kind === MESSAGE_KIND && label === 'title';

/** Returns the labels of an alert for one line: without those that only machines read, and the title of a message. */
export const lineOf = ({ kind, labels }: Pick<Alert, 'kind' | 'labels'>): [string, string][] =>
  Object.entries(labels)
    .filter(([name, value]) => value !== '' && !isOpaque(value) && !isTitle(kind, name))
    .sort(([a], [b]) => a.localeCompare(b));
