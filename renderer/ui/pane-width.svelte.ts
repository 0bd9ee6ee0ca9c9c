import type { Attachment } from 'svelte/attachments';
import type { BrowserMemory } from '../app/browser-memory.ts';

const KEY = 'belfry.paneWidth';
const STEP_PX = 24;
/** In pixels; a pane that is wider would leave no room for its list. */
export const PANE_WIDTH = { min: 320, max: 720, first: 432 } as const;

const within = (px: number): number =>
  Math.round(Math.min(PANE_WIDTH.max, Math.max(PANE_WIDTH.min, px)));

/** The width of the pane beside a list, one for all views; kept by the browser. */
export class PaneWidth {
  readonly #memory: BrowserMemory;
  #px = $state<number>(PANE_WIDTH.first);

  constructor(memory: BrowserMemory) {
    this.#memory = memory;
    const kept = Number(memory.get(KEY));
    if (kept > 0) this.#px = within(kept);
  }

  get px(): number {
    return this.#px;
  }

  /** Sets the width, from now on and for the next time. */
  set(px: number): void {
    this.#px = within(px);
    this.#memory.set(KEY, String(this.#px));
  }

  /** Moves the edge by keys, as a window splitter does (ARIA Authoring Practices). */
  readonly pressed = (event: KeyboardEvent): void => {
    const widths: Record<string, number> = {
      ArrowLeft: this.#px + STEP_PX,
      ArrowRight: this.#px - STEP_PX,
      Home: PANE_WIDTH.min,
      End: PANE_WIDTH.max,
    };
    const width = widths[event.key];
    if (width === undefined) return;
    event.preventDefault();
    this.set(width);
  };

  /** Lets the edge be dragged. */
  readonly dragged: Attachment<HTMLElement> = (edge) => {
    const move = (event: PointerEvent): void => {
      if (edge.hasPointerCapture(event.pointerId)) this.set(window.innerWidth - event.clientX);
    };
    const begin = (event: PointerEvent): void => edge.setPointerCapture(event.pointerId);
    edge.addEventListener('pointerdown', begin);
    edge.addEventListener('pointermove', move);
    return () => {
      edge.removeEventListener('pointerdown', begin);
      edge.removeEventListener('pointermove', move);
    };
  };
}
