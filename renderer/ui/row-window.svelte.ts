import {
  defaultRangeExtractor,
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  windowScroll,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import type { Row } from '../live/pages.ts';

/** Lists up to this length are drawn whole. */
const WHOLE_MAX = 100;
/** Rows above and below what is in sight, so that scrolling and Tab find rows that are there. */
const OVERSCAN = 12;
/** The height of a row until one has been measured, in pixels. */
const GUESS_PX = 44;

/** The heads of a table's columns, which count as a row. */
const HEAD_ROWS = 1;

/** A row that is drawn, and the height of those before it that are not. */
interface Slot<T> {
  readonly item: T;
  readonly index: number;
  readonly gapPx: number;
}

interface View<T> {
  readonly slots: readonly Slot<T>[];
  /** The height of the rows below the last that is drawn. */
  readonly endPx: number;
}

/**
 * The rows of a long list that are drawn: those in sight and some around them, with room for the others. The
 * row that had the focus last stays, wherever it is scrolled to. The page scrolls, not the list.
 */
export class RowWindow<T extends Row> {
  readonly #items: () => readonly T[];
  readonly #virtualizer: Virtualizer<Window, HTMLElement>;
  #version = $state(0);
  #element: HTMLElement | null = null;
  #marginPx = 0;
  #widthPx = 0;
  #guessPx = GUESS_PX;
  /** The rows that the virtualizer knows: it measures every row again for each new function that it gets. */
  #known: { readonly items: readonly T[]; readonly marginPx: number } = { items: [], marginPx: 0 };
  #focused: { id: T['id']; index: number } | null = null;
  readonly #view = $derived.by((): View<T> => {
    const items = this.#items();
    // Tells when the virtualizer, which Svelte does not see into, has changed its mind.
    if (this.#version < 0 || items.length <= WHOLE_MAX) return whole(items);
    if (items !== this.#known.items || this.#marginPx !== this.#known.marginPx) {
      this.#known = { items, marginPx: this.#marginPx };
      this.#virtualizer.setOptions(this.#options(items));
    }
    return this.#windowOf(items);
  });

  constructor(items: () => readonly T[]) {
    this.#items = items;
    this.#virtualizer = new Virtualizer(this.#options([]));
  }

  get view(): View<T> {
    return this.#view;
  }

  /** Follows the scrolling of the page and the sizes of the rows in this element until the returned function is called. */
  readonly attach = (element: HTMLElement): (() => void) => {
    this.#element = element;
    const unmount = this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
    const focused = ({ target }: FocusEvent): void => this.#keep(target);
    element.addEventListener('focusin', focused);
    const sizes = new ResizeObserver(() => this.#resized());
    sizes.observe(element);
    sizes.observe(element.ownerDocument.body);
    $effect(() => this.#number(element));
    return () => {
      sizes.disconnect();
      element.removeEventListener('focusin', focused);
      unmount();
      this.#element = null;
    };
  };

  #options(items: readonly T[]): VirtualizerOptions<Window, HTMLElement> {
    return {
      count: items.length,
      getScrollElement: () => this.#element?.ownerDocument.defaultView ?? null,
      estimateSize: () => this.#guessPx,
      getItemKey: (index) => items[index]?.id ?? index,
      scrollMargin: this.#marginPx,
      overscan: OVERSCAN,
      observeElementRect: observeWindowRect,
      observeElementOffset: observeWindowOffset,
      scrollToFn: windowScroll,
      measureElement: (row, entry) => this.#heightOf(row, entry),
      onChange: () => void (this.#version += 1),
      rangeExtractor: (range) => {
        const shown = defaultRangeExtractor(range);
        const kept = this.#focusedIndex(items);
        return kept === -1 || shown.includes(kept) ? shown : [...shown, kept].sort((a, b) => a - b);
      },
    };
  }

  #windowOf(items: readonly T[]): View<T> {
    let reachedPx = this.#marginPx;
    const slots: Slot<T>[] = [];
    for (const { index, start, end } of this.#virtualizer.getVirtualItems()) {
      const item = items[index];
      if (item) slots.push({ item, index, gapPx: Math.max(0, start - reachedPx) });
      reachedPx = end;
    }
    const endPx = this.#virtualizer.getTotalSize() + this.#marginPx - reachedPx;
    return { slots, endPx: Math.max(0, endPx) };
  }

  /** Says to the virtualizer, and to screen readers, which row is which. */
  #number(element: HTMLElement): void {
    const { slots } = this.#view;
    if (this.#items().length <= WHOLE_MAX) return;
    const count = String(this.#items().length);
    const table = element.closest('table');
    if (table) table.ariaRowCount = String(this.#items().length + HEAD_ROWS);
    const rows = [...element.children].filter((child) => child.ariaHidden !== 'true');
    for (const [at, { index }] of slots.entries()) {
      const row = rows[at];
      if (!(row instanceof HTMLElement)) continue;
      row.dataset['index'] = String(index);
      if (row instanceof HTMLTableRowElement) row.ariaRowIndex = String(index + HEAD_ROWS + 1);
      else {
        row.ariaSetSize = count;
        row.ariaPosInSet = String(index + 1);
      }
      this.#virtualizer.measureElement(row);
    }
  }

  /** Returns a height that the browser has reported; to ask for one would lay the page out at each scroll. */
  #heightOf(row: HTMLElement, entry: ResizeObserverEntry | undefined): number {
    const reported = entry?.borderBoxSize[0]?.blockSize;
    if (reported !== undefined) return (this.#guessPx = reported);
    const id = this.#known.items[Number(row.dataset['index'])]?.id;
    return (id === undefined ? null : this.#virtualizer.itemSizeCache.get(id)) ?? this.#guessPx;
  }

  #resized(): void {
    const element = this.#element;
    if (!element) return;
    const { top, width } = element.getBoundingClientRect();
    const marginPx = Math.round(top + (element.ownerDocument.defaultView?.scrollY ?? 0));
    if (width !== this.#widthPx) {
      this.#widthPx = width;
      this.#virtualizer.measure();
    }
    if (marginPx === this.#marginPx) return;
    this.#marginPx = marginPx;
    this.#version += 1;
  }

  #keep(target: EventTarget | null): void {
    const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
    const index = Number(row?.dataset['index'] ?? -1);
    const item = this.#items()[index];
    this.#focused = item ? { id: item.id, index } : null;
  }

  #focusedIndex(items: readonly T[]): number {
    const focused = this.#focused;
    if (!focused) return -1;
    if (items[focused.index]?.id !== focused.id) {
      focused.index = items.findIndex(({ id }) => id === focused.id);
    }
    return focused.index;
  }
}

const whole = <T>(items: readonly T[]): View<T> => ({
  slots: items.map((item, index) => ({ item, index, gapPx: 0 })),
  endPx: 0,
});
