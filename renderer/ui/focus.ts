import { tick, untrack } from 'svelte';

/** Focuses `target` if it is still in the page, else the view's heading. */
export function focusOr(target: Element | null, options?: FocusOptions): void {
  const heading = document.querySelector<HTMLElement>('main h1');
  const usable = target instanceof HTMLElement && target.isConnected && target !== document.body;
  (usable ? target : heading)?.focus(options);
}

const isLost = (): boolean => document.activeElement === document.body;

/** Focuses the element of this id, else the view's heading, if the focus went away with a button. */
export async function keepPlace(id = ''): Promise<void> {
  await tick();
  if (isLost()) document.getElementById(id)?.focus();
  if (isLost()) focusOr(null);
}

/** The id of the link in a list that opens an entity's details. */
export const rowId = (id: string): string => `row-${id}`;

/**
 * Focuses an element in an attachment. Listeners of the focus read state, on which the attachment must not
 * depend: it would run again, and take the focus, with every change of it.
 */
export function takeFocus(element: HTMLElement | null | undefined): void {
  untrack(() => element?.focus());
}
