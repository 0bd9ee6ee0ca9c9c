import { MESSAGE_KIND, type Alert } from '../../main/contract/alert.ts';
import type { BrowserMemory } from '../app/browser-memory.ts';
import { isOpaque } from './label-text.ts';

const KEY = 'belfry.alertLabels';

/** The choice of a second line with labels in rows of alerts; kept by the browser. */
export class LabelLine {
  readonly #memory: BrowserMemory;
  #shown = $state(false);

  constructor(memory: BrowserMemory) {
    this.#memory = memory;
    this.#shown = memory.get(KEY) === '1';
  }

  get shown(): boolean {
    return this.#shown;
  }

  /** Shows or hides the labels, from now on and for the next time. */
  show(shown: boolean): void {
    this.#shown = shown;
    this.#memory.set(KEY, shown ? '1' : null);
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
