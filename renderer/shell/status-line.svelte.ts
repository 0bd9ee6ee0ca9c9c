import { createContext } from 'svelte';

/** The worst first. A quiet entry reminds of something that was set up on purpose. */
export const LINE_TONES = ['critical', 'warning', 'info', 'quiet'] as const;
export type LineTone = (typeof LINE_TONES)[number];

/** An entry as the line knows it. */
interface LineEntry {
  readonly id: string;
  readonly tone: LineTone;
  readonly element: HTMLElement;
}

/** The entries of the status line: the worst of them stands in it, the others follow or are unfolded. */
export class StatusLineState {
  /** Nothing in it can be clicked. */
  readonly still: boolean;
  #entries = $state.raw<readonly LineEntry[]>([]);
  /** True while every entry has a line. */
  expanded = $state(false);

  readonly #leading = $derived.by(() => {
    const rank = ({ tone }: LineEntry): number => LINE_TONES.indexOf(tone);
    const before = (a: LineEntry, b: LineEntry): number =>
      a.element.compareDocumentPosition(b.element) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
    return [...this.#entries].sort((a, b) => rank(a) - rank(b) || before(a, b))[0] ?? null;
  });

  constructor({ still = false } = {}) {
    this.still = still;
  }

  get count(): number {
    return this.#entries.length;
  }

  /** The worst tone; null while nothing is to be said. */
  get tone(): LineTone | null {
    return this.#leading?.tone ?? null;
  }

  leads(id: string): boolean {
    return this.#leading?.id === id;
  }

  /** Enters it until the returned function is called. */
  enter(entry: LineEntry): () => void {
    this.#entries = [...this.#entries, entry];
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry);
      if (this.#entries.length < 2) this.expanded = false;
    };
  }
}

export const [getStatusLine, setStatusLine] = createContext<StatusLineState>();
