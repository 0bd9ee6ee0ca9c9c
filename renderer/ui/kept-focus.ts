import type { WindowClock } from '../time/clock.ts';
import { focusOr } from './focus.ts';

/** Returns the focusable heading of the pane or view that contains an element. */
const headingAround = (target: Element): Element | null =>
  target.closest('aside, main')?.querySelector('[tabindex="-1"]') ?? null;

/**
 * Keeps the focus in the page until the returned function is called. Browsers take it away from a control
 * that is disabled while its action is under way, that is in a row which moves, or that leaves the page;
 * keyboard users would have to start again from the top. The first two get it back; for the third the
 * heading above gets it, unless other code focuses a better place at once. Nothing is scrolled, for the
 * sake of people with a mouse.
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
  /** A click on the background drops the focus on purpose. */
  const pointed = ({ target }: PointerEvent): void => {
    if (!(target instanceof Node && last?.contains(target))) last = null;
  };
  /** So does Tab from the last control, which leaves the page. */
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
