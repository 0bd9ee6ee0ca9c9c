import type { WindowClient } from '../client/window-client.ts';
import { quoted } from '../../main/contract/matcher.ts';
import type { SearchDraft } from './search-draft.svelte.ts';

/** A text that can stand where the search ends. */
export interface Suggestion {
  /** As the list shows it. */
  readonly label: string;
  /** The text that replaces what is typed. */
  readonly written: string;
}

/** Names of labels and their values, as the core has them stored. Only the newest question is answered. */
export class Suggestions {
  readonly #client: WindowClient;
  #items = $state.raw<readonly Suggestion[]>([]);
  #active = $state(-1);
  #asked = 0;

  constructor(client: WindowClient) {
    this.#client = client;
  }

  get items(): readonly Suggestion[] {
    return this.#items;
  }

  /** The index of the chosen one; -1 for none. */
  get active(): number {
    return this.#active;
  }

  get chosen(): Suggestion | null {
    return this.#items[this.#active] ?? null;
  }

  /** Asks what can be put at the end of a search. */
  async ask({ partial, text }: SearchDraft): Promise<void> {
    const asked = ++this.#asked;
    if (partial === null && text.trim() !== '') return this.close();
    const { name = '', op = null, value = '' } = partial ?? {};
    const question = op === null ? { prefix: name } : { name, prefix: value };
    const answer = await this.#client.call('labels.list', question);
    if (asked !== this.#asked) return;
    // Without suggestions a search is typed as well.
    this.#show(
      !answer.ok
        ? []
        : answer.value.items.map((item) =>
            op === null
              ? { label: item, written: `${/^[a-zA-Z_]\w*$/u.test(item) ? item : quoted(item)}=` }
              : { label: item, written: `${name}${op}${quoted(item)} ` },
          ),
    );
  }

  move(by: 1 | -1): void {
    const { length } = this.#items;
    if (length > 0)
      this.#active = (this.#active + by + length + (this.#active < 0 && by < 0 ? 1 : 0)) % length;
  }

  close(): void {
    this.#asked += 1;
    this.#show([]);
  }

  #show(items: readonly Suggestion[]): void {
    this.#items = items;
    this.#active = -1;
  }
}
