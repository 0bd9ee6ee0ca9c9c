import type { WindowClock } from '../time/clock.ts';
import { focusOr } from './focus.ts';

/** A heading that can have the focus, of the pane or view in which something is. */
const headingAround = (target: Element): Element | null =>
  target.closest('aside, main')?.querySelector('[tabindex="-1"]') ?? null;

/**
 * Watches that the focus is never lost to nothing. Browsers take it away from a control that is disabled
 * while its action is under way, from one in a row that moves, and from one that leaves the page with what
 * it was about; whoever works by keyboard would have to begin anew. The first two get it back, and for the
 * third the heading above it has it, unless a better place is given it at once. Nothing is scrolled, since
 * a person with a mouse has asked for none of this. Call the answer to stop.
 */
export function keepFocus(page: Document, clock: WindowClock): () => void {
  let last: HTMLElement | null = null;
  let heading: Element | null = null;
  let cancel: (() => void) | null = null;

  const came = ({ target }: FocusEvent): void => {
    if (!(target instanceof HTMLElement)) return;
    last = target;
    heading = headingAround(target);
  };
  /** A click beside everything takes the focus to nothing on purpose. */
  const pointed = ({ target }: PointerEvent): void => {
    if (!(target instanceof Node && last?.contains(target))) last = null;
  };
  /** So does Tab from the last control, to what is around the page. */
  const tabbed = ({ key }: KeyboardEvent): void => {
    if (key === 'Tab') last = null;
  };
  const isLost = (): boolean => last !== null && page.activeElement === page.body;
  const find = (): void => {
    cancel = null;
    if (isLost() && last?.isConnected === false) focusOr(heading, { preventScroll: true });
  };
  const changed = (): void => {
    if (!isLost()) return;
    if (last?.isConnected === false) cancel ??= clock.after(0, find);
    else if (last?.matches(':disabled') === false) focusOr(last, { preventScroll: true });
  };

  page.addEventListener('focusin', came);
  page.addEventListener('pointerdown', pointed);
  page.addEventListener('keydown', tabbed);
  const observer = new MutationObserver(changed);
  observer.observe(page.body, { subtree: true, childList: true, attributeFilter: ['disabled'] });
  return () => {
    cancel?.();
    observer.disconnect();
    page.removeEventListener('focusin', came);
    page.removeEventListener('pointerdown', pointed);
    page.removeEventListener('keydown', tabbed);
  };
}
